"""What has lapsed is let go of, on cards that nobody uses too, after any stop, and never twice."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select, text

from posapp.audit.models import AuditRow
from posapp.core import jobs
from posapp.core.db import db
from posapp.points import queries, sweeping
from posapp.points.posting import Posting
from posapp.points.sweeping import Sweeper, due
from tests.points.clerk import Clerk
from tests.points.counter import Counter
from tests.points.tampering import Hand, as_owner
from tests.support.databases import Database
from tests.verification.hands import all_at_once


def newest(card: UUID) -> Posting:
    db.session.rollback()
    return queries.history(card, limit=1)[0]


def sweeps(*cards: UUID) -> list[int]:
    """How many postings of sweeping each card has."""
    db.session.rollback()
    return [sum(posting.kind == "expire" for posting in queries.history(card)) for card in cards]


def test_points_lapse_on_a_card_that_nobody_uses(counter: Counter) -> None:
    card = counter.card()
    counter.give(card, 30, valid_days=1)
    counter.give(card, 50, valid_days=9)
    sweeper = Sweeper()
    sweeper.turn(counter.clock.advance(days=1))
    assert sweeps(card) == [0]
    sweeper.turn(counter.clock.advance(hours=12))
    swept = newest(card)
    assert (swept.result, swept.balance_after, swept.staff_id, swept.till_id) == ({"expired": 30}, 50, None, None)


def test_a_reservation_that_nobody_finished_ends(clerk: Clerk, counter: Counter) -> None:
    card = clerk.reserving()
    Sweeper().turn(counter.clock.advance(minutes=15))
    assert (newest(card).kind, newest(card).spendable_after) == ("expire", 300)


def test_after_a_week_without_a_worker_everything_is_made_up_for(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bounded number of cards at a time, oldest first, and each lot once however many there are."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    monkeypatch.setattr(sweeping, "TURN_CARDS_MAX", 3)
    cards = [counter.card() for _ in range(5)]
    for days, card in enumerate(cards, 1):
        counter.give(card, 10 * days, valid_days=days)
        counter.give(card, 1, valid_days=days + 1)
    counter.clock.advance(days=9)
    assert jobs.run_due(sweeping.jobs(), counter.clock.now()) == ["points.sweep"]
    assert sweeps(*cards) == [1, 1, 1, 0, 0]
    again = Sweeper()
    again.turn(counter.clock.now())
    again.turn(counter.clock.now())
    assert sweeps(*cards) == [1, 1, 1, 1, 1]
    assert [newest(card).result["expired"] for card in cards] == [11, 21, 31, 41, 51]


def test_the_job_says_what_it_did(counter: Counter) -> None:
    counter.give(counter.card(), 30, valid_days=1)
    Sweeper().turn(counter.clock.advance(days=2))
    Sweeper().turn(counter.clock.now())
    (told,) = db.session.execute(select(AuditRow.details).where(AuditRow.tag == "worker:points:swept")).scalars()
    assert told == {"cards": 1, "points": 30}


def test_cards_that_fail_do_not_stop_the_others(
    counter: Counter, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even when there are more of them than a turn looks at."""
    monkeypatch.setattr(sweeping, "TURN_CARDS_MAX", 2)
    cards = [counter.card() for _ in range(4)]
    for days, card in enumerate(cards, 1):
        counter.give(card, 10, valid_days=days)
    with as_owner(database) as connection:
        for card in cards[:3]:
            Hand(connection, card, card, counter.store_id, counter.store_id).account(lots=[[1]])
    counter.clock.advance(days=9)
    sweeper = Sweeper()
    for _ in range(2):
        sweeper.turn(counter.clock.now())
    assert sweeps(cards[3]) == [1]
    failures: list[Any] = [record.msg for record in caplog.records]
    assert {said["member_id"] for said in failures if said["event"] == "sweep_failed"} == {
        str(card) for card in cards[:3]
    }


def test_two_workers_at_one_card_sweep_it_once(counter: Counter, app: Flask) -> None:
    cards = [counter.card() for _ in range(6)]
    for card in cards:
        counter.give(card, 30, valid_days=1)
    at = counter.clock.advance(days=3)
    all_at_once(app, [lambda: Sweeper().turn(at) for _ in range(4)])
    assert sweeps(*cards) == [1] * len(cards)
    assert [counter.spendable(card) for card in cards] == [0] * len(cards)


def test_a_worker_whose_clock_is_behind_brings_back_nothing_for_good(counter: Counter) -> None:
    """Its return puts points into a lot that was swept already: they are swept again, under another key."""
    card, sweeper = counter.card(), Sweeper()
    counter.give(card, 100, valid_days=1)
    counter.sale(card, "R1", redeem=60)
    now = counter.clock.advance(days=2)
    sweeper.turn(now)
    counter.clock.set(now - timedelta(days=1))
    counter.back(card, "R1")
    sweeper.turn(now)
    assert (newest(card).kind, newest(card).balance_after) == ("expire", 0)


@pytest.mark.postgres_only
def test_the_next_batch_is_found_by_its_index_alone(counter: Counter, database: Database) -> None:
    counter.give(counter.card(), 30, valid_days=1)
    with as_owner(database) as connection:
        copy = (
            "INSERT INTO member SELECT md5(n::text)::uuid, {0} FROM member, generate_series(1, 5000) n;"
            "INSERT INTO account SELECT md5(n::text)::uuid, {1} FROM account, generate_series(1, 5000) n"
        )
        names = [", ".join(_columns(connection, table)) for table in ("member", "account")]
        connection.execute(text(copy.format(*names)))
    with sa.create_engine(database.owner_url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE account"))
    at = counter.clock.advance(days=3)
    plan = explained(due(at, (at - timedelta(days=2), counter.store_id), sweeping.BATCH))
    assert "Index Scan using ix_account_next_due_member_id on account" in plan
    assert "Sort" not in plan, plan


def _columns(connection: sa.Connection, table: str) -> list[str]:
    return [each["name"] for each in sa.inspect(connection).get_columns(table) if each["name"] != "member_id"]


def explained(statement: sa.Select[Any]) -> str:
    db.session.rollback()
    ready = statement.compile(dialect=db.engine.dialect, compile_kwargs={"literal_binds": True})
    return "\n".join(db.session.execute(text(f"EXPLAIN {ready}".replace(":", r"\:"))).scalars())
