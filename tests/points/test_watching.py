"""The fraud watch at the ledger: alerts come with the act, stops hold under any number of tills and stay."""

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from posapp.audit.models import AuditRow
from posapp.core.db import db, transaction
from posapp.points import refusals, service, watching
from posapp.points.alert import FraudAlert
from posapp.points.posting import Posting
from posapp.points.refusals import PointsRefusal
from posapp.points.scenario import read_scenarios
from posapp.points.scenarios import outcome_of
from posapp.points.watch import Limits, Watch
from tests.points.books import problems
from tests.points.counter import Counter
from tests.points.play import at, given, opened
from tests.support.statement_guard import Watch as Guarded
from tests.verification.hands import all_at_once

SHOP = Watch(limits=Limits(receipts_alert=5, receipts_stop=15, soon=timedelta(minutes=10)))


def alerts() -> list[FraudAlert]:
    db.session.rollback()
    return list(db.session.execute(select(FraudAlert).order_by(FraudAlert.alert_id)).scalars())


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(alert.kind, alert.details) for alert in alerts()]


def audited(tag: str) -> list[str | None]:
    db.session.rollback()
    return list(db.session.execute(select(AuditRow.reason).where(AuditRow.tag == tag)).scalars())


def receipts(counter: Counter, card: UUID, numbers: range) -> None:
    for number in numbers:
        counter.sale(card, f"R{number}", watch=SHOP)


def test_the_sixth_receipt_of_a_day_is_told_once_with_all_that_is_known(counter: Counter) -> None:
    anna = counter.card()
    receipts(counter, anna, range(1, 6))
    assert told() == []
    posted = counter.sale(anna, "R6", watch=SHOP)
    receipts(counter, anna, range(7, 10))
    (alert,) = alerts()
    assert (alert.kind, alert.details) == ("many_receipts", {"times": 6, "limit": 5})
    assert (alert.member_id, alert.about_id, alert.posting_id, alert.receipt) == (anna, anna, posted.posting_id, "R6")
    assert (alert.store_id, alert.till_id) == (counter.store_id, counter.actor.till_id)
    assert (alert.staff_id, alert.at, alert.day) == (counter.actor.staff_id, posted.at, posted.business_day)
    assert audited("points:fraud:alerted") == [None]


def test_receipts_count_whatever_they_earn_and_whatever_becomes_of_them(counter: Counter) -> None:
    anna = counter.card()
    for number in range(1, 6):
        counter.sale(anna, f"R{number}", 1, watch=SHOP)
        counter.back(anna, f"R{number}")
    assert told() == []
    counter.sale(anna, "R6", watch=SHOP)
    assert [kind for kind, _ in told()] == ["many_receipts"]
    assert problems(anna, programme=counter.programme) == []


def test_the_sixteenth_receipt_is_stopped_and_stays_stopped_until_tomorrow(counter: Counter) -> None:
    anna, boris = counter.card(), counter.card()
    receipts(counter, anna, range(1, 16))
    for number in ("R16", "R17"):
        with pytest.raises(refusals.TooManyReceipts):
            counter.sale(anna, number, key=number, watch=SHOP)
    assert told()[1:] == [("receipts_stopped", {"limit": 15})]
    assert audited("points:fraud:stopped") == ["receipts_stopped"] * 2
    counter.sale(boris, "R16", watch=SHOP)
    counter.clock.advance(hours=24)
    with pytest.raises(refusals.TooManyReceipts) as again:
        counter.sale(anna, "R17", key="R17", watch=SHOP)
    assert again.value.replayed
    counter.sale(anna, "R18", watch=SHOP)
    assert counter.spendable(anna) == 16 * 50
    assert len(audited("points:fraud:stopped")) == 2


def test_a_merge_takes_the_receipts_of_the_day_along(counter: Counter) -> None:
    anna, boris = counter.card(), counter.card()
    receipts(counter, anna, range(1, 10))
    counter.sale(boris, "R10", watch=SHOP)
    with transaction():
        service.merge(boris, into=anna, key="m", actor=counter.actor, at=counter.clock.now())
    receipts(counter, boris, range(11, 16))
    with pytest.raises(refusals.TooManyReceipts):
        counter.sale(anna, "R16", watch=SHOP)


@pytest.mark.torture
def test_many_tills_get_one_more_receipt_past_fourteen(counter: Counter, app: Flask) -> None:
    anna = counter.card()
    receipts(counter, anna, range(1, 15))
    hands = [partial(counter.sale, anna, f"P{number}", watch=SHOP) for number in range(20)]
    assert answers(app, hands) == {"posted": 1, "limit_receipts": 19}
    assert counter.spendable(anna) == 15 * 50
    assert [kind for kind, _ in told()] == ["many_receipts", "receipts_stopped"]
    assert problems(anna, programme=counter.programme) == []


@pytest.mark.parametrize(("minutes", "found"), [(10, [("redeemed_soon", {"points": 300, "minutes": 10})]), (11, [])])
def test_points_spent_soon_after_the_opening_are_told(counter: Counter, minutes: int, found: list[Any]) -> None:
    anna = counter.card(500)
    counter.clock.advance(minutes=minutes)
    counter.sale(anna, "R1", redeem=300, watch=SHOP)
    assert told() == found


def test_a54_a_receipt_of_another_card_is_told_and_a_slip_is_not(counter: Counter) -> None:
    anna, boris = counter.card(), counter.card()
    counter.sale(anna, "R1", watch=SHOP)
    for card in (anna, boris, boris):
        with pytest.raises(refusals.ReceiptExists):
            counter.sale(card, "R1", watch=SHOP)
    (alert,) = alerts()
    assert (alert.kind, alert.member_id, alert.receipt) == ("receipt_elsewhere", boris, "R1")
    assert alert.details == {"owner": str(anna)}


def test_a_receipt_that_moved_here_with_its_card_is_a_slip_too(counter: Counter) -> None:
    anna, boris = counter.card(), counter.card()
    counter.sale(anna, "R1", watch=SHOP)
    with transaction():
        service.merge(anna, into=boris, key="m", actor=counter.actor, at=counter.clock.now())
    for card in (anna, boris):
        with pytest.raises(refusals.ReceiptExists):
            counter.sale(card, "R1", watch=SHOP)
    assert told() == []


def test_whoever_holds_the_card_neither_credits_nor_adjusts_it(counter: Counter) -> None:
    anna, own = counter.card(), Watch(own_card=True)
    with pytest.raises(refusals.OwnCard):
        counter.sale(anna, "R1", key="k", watch=own)
    with pytest.raises(refusals.OwnCard) as again:
        counter.sale(anna, "R1", key="k")
    assert again.value.replayed
    with pytest.raises(refusals.OwnCard):
        adjust(counter, anna, uuid4(), own_card=True)
    assert counter.spendable(anna) == 0
    assert [kind for kind, _ in told()] == ["own_card"]
    assert audited("points:fraud:stopped") == ["own_card"] * 2


@pytest.mark.settings(staff_adjustments_alert_per_day=2, staff_adjustments_stop_per_day=4)
def test_one_person_adjusts_so_often_a_day_on_whatever_cards(counter: Counter) -> None:
    author, cards = uuid4(), [counter.card() for _ in range(5)]
    for card in cards[:4]:
        adjust(counter, card, author)
    with pytest.raises(refusals.TooManyAdjustments):
        adjust(counter, cards[4], author, approver=uuid4())
    assert told() == [("many_adjustments", {"times": 3, "limit": 2}), ("adjustments_stopped", {"limit": 4})]
    assert {(alert.about_id, alert.staff_id, alert.store_id) for alert in alerts()} == {
        (author, author, counter.store_id)
    }
    adjust(counter, cards[4], uuid4())
    counter.clock.advance(hours=24)
    adjust(counter, cards[4], author)
    assert [counter.spendable(card) for card in cards] == [10, 10, 10, 10, 20]


@pytest.mark.settings(staff_adjustments_alert_per_day=1, staff_adjustments_stop_per_day=1)
def test_a52_the_same_adjustment_again_is_not_another_one(counter: Counter) -> None:
    anna, author = counter.card(), uuid4()
    assert not adjust(counter, anna, author, key="k").replayed
    assert adjust(counter, anna, author, key="k").replayed
    for _ in range(2):
        with pytest.raises(refusals.TooManyAdjustments) as stopped:
            adjust(counter, anna, author, key="another")
    assert stopped.value.replayed
    assert counter.spendable(anna) == 10


@pytest.mark.usefixtures("app_context")
@pytest.mark.sqlite_only
def test_whoever_adjusts_in_a_scenario_may_have_any_name_and_no_limit() -> None:
    events = [opened(), *(given(10) for _ in range(25)), given(-300)]
    vector = {"id": "names", "events": events, "as_of": at()}
    (scenario,) = read_scenarios({"format": 1, "vectors": [vector]})
    assert outcome_of(scenario)["results"][-2:] == [{"adjusted": 10}, {"error": "insufficient"}]
    assert told() == []


@pytest.mark.torture
@pytest.mark.settings(staff_adjustments_alert_per_day=2, staff_adjustments_stop_per_day=4)
def test_many_hands_of_one_person_adjust_no_more(counter: Counter, app: Flask) -> None:
    author, cards = uuid4(), [counter.card() for _ in range(10)]
    assert answers(app, [partial(adjust, counter, card, author) for card in cards]) == {
        "posted": 4,
        "limit_adjustments": 6,
    }
    assert sum(counter.spendable(card) for card in cards) == 40


@pytest.mark.settings(staff_overrides_alert_per_day=1)
def test_redemptions_without_a_code_are_told_from_the_second_on(counter: Counter) -> None:
    anna, approver = counter.card(500), uuid4()
    posted = [counter.sale(anna, f"R{number}", redeem=70 + number) for number in range(3)]
    with transaction():
        for each in (*posted, replace(posted[0], replayed=True)):
            watching.note_override(each, approver=approver, actor=counter.actor)
    assert told() == [("override", {"points": 71, "times": 2}), ("override", {"points": 72, "times": 3})]
    assert [(alert.posting_id, alert.staff_id) for alert in alerts()] == [
        (each.posting_id, approver) for each in posted[1:]
    ]


def test_what_is_not_odd_costs_no_statement_and_what_is_stays_on_one_shard(counter: Counter, guarded: Guarded) -> None:
    anna = counter.card(500)
    counter.clock.advance(minutes=11)
    receipts(counter, anna, range(1, 4))
    with guarded() as unwatched:
        counter.sale(anna, "R4", redeem=10)
    with guarded() as ordinary:
        counter.sale(anna, "R5", redeem=10, watch=SHOP)
    with guarded() as odd:
        counter.sale(anna, "R6", redeem=10, watch=SHOP)
    with guarded(), pytest.raises(refusals.OwnCard):
        counter.sale(anna, "R7", watch=Watch(own_card=True))
    with guarded():
        adjust(counter, anna, uuid4())
    assert len(unwatched) == len(ordinary)
    assert len([statement for statement in odd if "audit" not in statement]) == len(ordinary) + 1


def adjust(
    counter: Counter, card: UUID, author: UUID, *, approver: UUID | None = None, key: str | None = None,
    own_card: bool = False,
) -> Posting:  # fmt: skip
    """Ten points by hand, as the office gives them."""
    actor = replace(counter.actor, staff_id=approver or author, store_id=None, till_id=None)
    try:
        with transaction():
            return service.adjust(
                card, points=10, reason="goodwill", author=author, approver=approver, key=key or str(uuid4()),
                actor=actor, at=counter.clock.now(), own_card=own_card,
            )  # fmt: skip
    except PointsRefusal as refusal:
        counter.remember(refusal)
        raise


def answers(app: Flask, hands: Sequence[Callable[[], Posting]]) -> Tally[str]:
    return Tally(found if isinstance(found, str) else "posted" for found in all_at_once(app, hands))
