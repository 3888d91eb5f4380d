"""The audit finds nothing where nothing is wrong, and names the card and the fault wherever somebody has been at it."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

import pytest

from posapp import audit
from posapp.core.actor import system_actor
from posapp.core.db import transaction
from posapp.points import book, book_ties
from posapp.points.auditing import Check, Finding, Stage, step
from posapp.points.rulebook import Rulebook
from posapp.stores import service as stores
from tests.points.clerk import Clerk
from tests.points.counter import Counter
from tests.points.tampering import TAMPERINGS, Hand, as_owner
from tests.support.databases import Database


def walked(check: Check) -> tuple[Check, list[Finding]]:
    rules, found = Rulebook.read(), []
    while check.stage is not Stage.OVER:
        check, findings = step(check, rules)
        found += findings
    return check, found


def test_whatever_is_changed_is_found_at_its_card(clerk: Clerk, database: Database, counter: Counter) -> None:
    cards = {name: getattr(clerk, history)() for name, (history, _, _) in TAMPERINGS.items()}
    other, other_store = clerk.usual(), counter.add_store()
    check = Check(started_at=counter.clock.now())
    assert walked(check)[1] == []
    with as_owner(database) as connection:
        for name, (_, act, _) in TAMPERINGS.items():
            act(Hand(connection, cards[name], other, counter.store_id, other_store))
    over, findings = walked(check)
    told: dict[UUID | None, str] = defaultdict(str)
    for found in findings:
        told[found.member_id] += "; ".join(found.faults)
    missed = {name: told[cards[name]] for name, (_, _, says) in TAMPERINGS.items() if says not in told[cards[name]]}
    assert missed == {}
    assert other not in told
    assert (over.first_member_id, over.first_fault) == (findings[0].member_id, "; ".join(findings[0].faults))
    assert findings[0].member_id == min(found.member_id for found in findings[: len(cards) - 1] if found.member_id)


def test_the_sums_are_told_with_both_sides(clerk: Clerk, counter: Counter) -> None:
    clerk.several()
    over, _ = walked(Check(started_at=counter.clock.now()))
    assert (over.cards, over.replayed, over.receipts) == (4, 4, 3)
    assert over.balance - over.debt + sum(over.contra.values()) == 0
    assert (over.contra["MERGE"], over.contra.get("OFFSET", 0)) == (0, 0)
    assert over.contra["REDEEM"] == 200


def test_what_is_posted_after_the_beginning_is_not_in_the_sums(clerk: Clerk, counter: Counter) -> None:
    card, began = clerk.usual(), counter.clock.now()
    counter.clock.advance(minutes=1)
    counter.give(card, 40)
    over, findings = walked(Check(started_at=began))
    assert (over.postings, over.balance, findings) == (5, 350 + 42, [])


def test_a_card_that_nobody_used_is_replayed_once_in_thirty_nights(
    clerk: Clerk, database: Database, counter: Counter
) -> None:
    card, began = clerk.usual(), counter.clock.now()
    with as_owner(database) as connection:
        Hand(connection, card, card, counter.store_id, counter.store_id).account(redeem_points=0)
    since, first = began + timedelta(days=1), began.date()
    nights = [Check(started_at=began, night=first + timedelta(days=number), replay_since=since) for number in range(30)]
    assert sum(walked(night)[0].differing for night in nights) == 1


def test_a_card_that_was_used_is_replayed_the_next_night(clerk: Clerk, counter: Counter) -> None:
    card, began = clerk.usual(), counter.clock.now()
    nights = [Check(started_at=began, night=began.date(), replay_since=began + timedelta(days=ago)) for ago in (0, 1)]
    share = card.int % 30 == began.date().toordinal() % 30
    assert [walked(night)[0].replayed for night in nights] == [1, int(share)]


def test_cards_of_a_store_whose_day_was_changed_are_not_decided_again(clerk: Clerk, counter: Counter) -> None:
    clerk.usual()
    counter.clock.advance(minutes=1)
    with transaction():
        stores.change_store(counter.store_id, timezone="Asia/Vladivostok")
        audit.record(
            audit.AuditTag.STORE_CHANGED, actor=system_actor("setup"), at=counter.clock.now(),
            object_id=counter.store_id, details={"fields": ["timezone"]},
        )  # fmt: skip
    over, findings = walked(Check(started_at=counter.clock.now()))
    assert (over.cards, over.replayed, findings) == (1, 0, [])


def test_a_rule_that_was_changed_since_changes_nothing(clerk: Clerk, counter: Counter) -> None:
    clerk.usual()
    counter.clock.advance(minutes=5)
    counter.rules(earn_rate_bp=9_000)
    assert walked(Check(started_at=counter.clock.now()))[1] == []


def test_batches_come_to_the_same(clerk: Clerk, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.several()
    whole = walked(Check(started_at=counter.clock.now()))
    monkeypatch.setattr(book, "POSTINGS_OF_BATCH_MAX", 1)
    monkeypatch.setattr(book_ties, "RECEIPTS_OF_BATCH", 1)
    assert walked(Check(started_at=counter.clock.now())) == whole
