"""The books are checked every night, whatever happens to the worker, and a difference is told at once."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from posapp.audit.models import AuditRow
from posapp.core import jobs
from posapp.core.db import db
from posapp.points import book, books_checks, nightly
from posapp.points.auditing import Check, Finding, Stage, step
from posapp.points.books_check import CHECK
from posapp.points.programme import Programme
from posapp.points.rulebook import Rulebook
from tests.points.clerk import Clerk
from tests.points.counter import Counter
from tests.points.tampering import Hand, as_owner
from tests.points.test_many_tills import busy
from tests.support.databases import Database
from tests.verification.hands import all_at_once

MONDAY_NIGHT = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
"""Three o'clock in Moscow."""


def rows() -> list[dict[str, Any]]:
    db.session.rollback()
    return [dict(row._mapping) for row in db.session.execute(select(CHECK).order_by(CHECK.c.started_at))]


def turns(counter: Counter, count: int = 2) -> None:
    """The job comes round so many times."""
    for _ in range(count):
        assert jobs.run_due(nightly.jobs(), counter.clock.now()) == ["points.audit"]
        counter.clock.advance(seconds=10)


def told() -> list[str]:
    tags = select(AuditRow.tag).where(AuditRow.tag.like("worker:books:%")).order_by(AuditRow.seq)
    return list(db.session.execute(tags).scalars())


def test_a_night_is_checked_once_and_the_next_one_again(clerk: Clerk, counter: Counter) -> None:
    clerk.usual()
    turns(counter, 3)
    assert [(row["night"], row["cards"], row["differing"]) for row in rows()] == [(date(2026, 3, 2), 1, 0)]
    assert told() == ["worker:books:checked"]
    counter.clock.set(MONDAY_NIGHT.replace(hour=23, day=2, minute=59))
    turns(counter, 1)
    assert len(rows()) == 1
    counter.clock.set(MONDAY_NIGHT)
    turns(counter)
    assert [row["night"] for row in rows()] == [date(2026, 3, 2), date(2026, 3, 3)]
    assert rows()[1]["replay_since"] == rows()[0]["started_at"]


def test_nights_without_a_worker_are_made_up_for_by_one_check(clerk: Clerk, counter: Counter) -> None:
    clerk.usual()
    turns(counter)
    counter.clock.advance(days=7)
    turns(counter, 4)
    assert [row["night"] for row in rows()] == [date(2026, 3, 2), date(2026, 3, 9)]


def test_the_night_is_that_of_most_stores(counter: Counter) -> None:
    for _ in range(2):
        counter.add_store("Asia/Vladivostok")
    for hour, night in ((16, date(2026, 3, 1)), (17, date(2026, 3, 2))):  # 02:00 and 03:00 in Vladivostok
        assert nightly.night_of(datetime(2026, 3, 1, hour, tzinfo=UTC)) == night


def test_before_there_is_a_store_there_is_no_night(app_context: Flask) -> None:
    nightly.turn(MONDAY_NIGHT)
    assert rows() == []


def test_a_check_that_is_broken_off_is_gone_on_with(
    clerk: Clerk, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each turn looks at one card, as if every worker were killed after it."""
    monkeypatch.setattr(nightly, "TURN_SECONDS", 0)
    monkeypatch.setattr(book, "POSTINGS_OF_BATCH_MAX", 1)
    cards = sorted([clerk.usual(), clerk.owing(), clerk.reserving()])
    turns(counter, 2)
    assert (rows()[0]["after"], rows()[0]["cards"], rows()[0]["finished_at"]) == (cards[0], 1, None)
    turns(counter, 5)
    row = rows()[0]
    assert (row["stage"], row["cards"], row["receipts"]) == ("over", 3, 3)
    assert row["balance"] - row["debt"] + sum(row["contra"].values()) == 0


def test_two_walks_do_not_count_a_batch_twice(clerk: Clerk, counter: Counter) -> None:
    clerk.usual()
    kept = books_checks.begin(Check(started_at=counter.clock.now()))
    further, _ = step(kept.check, Rulebook.read())
    books_checks.go_on(kept, further, counter.clock.now())
    with pytest.raises(books_checks.GoneOnElsewhere):
        books_checks.go_on(kept, further, counter.clock.now())
    assert rows()[0]["cards"] == 1


def test_a_difference_is_told_at_once_to_the_log_and_the_audit(
    clerk: Clerk,
    counter: Counter,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(nightly, "TURN_SECONDS", 0)
    card = clerk.usual()
    with as_owner(database) as connection:
        Hand(connection, card, card, counter.store_id, counter.store_id).account(balance=0)
    turns(counter)
    assert (rows()[0]["first_member_id"], rows()[0]["finished_at"]) == (card, None)
    alarms: list[Any] = [record.msg for record in caplog.records]
    (alarm,) = [said for said in alarms if said["event"] == "books_differ"]
    assert (alarm["level"], alarm["member_id"]) == ("error", str(card))
    assert alarm["fault"].startswith("balance: the account says 0, its books 3")
    turns(counter, 3)
    assert told() == ["worker:books:differ", "worker:books:checked"]
    assert (rows()[0]["stage"], rows()[0]["differing"]) == ("over", 1)


@pytest.mark.torture
def test_cards_in_use_are_no_fault(counter: Counter, app: Flask) -> None:
    counter.rules(**Programme.from_config({"earn_rate_bp": 777}).to_config())
    cards = [counter.card(300) for _ in range(4)]
    hands: list[Any] = [partial(busy, counter, cards, seed) for seed in range(3)]
    *_, findings = all_at_once(app, [*hands, partial(walk_again_and_again, counter)])
    assert findings == []


def walk_again_and_again(counter: Counter) -> list[Finding]:
    found, rules = [], Rulebook.read()
    for _ in range(6):
        check = Check(started_at=counter.clock.now())
        while check.stage is not Stage.OVER:
            check, findings = step(check, rules)
            found += findings
    return found
