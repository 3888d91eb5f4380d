"""The fraud watch's rules by themselves: one step below each limit, on it, and one beyond."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from posapp.points import refusals, watch
from posapp.points.operations import Sale
from posapp.points.receipt import Receipt
from posapp.points.watch import UNWATCHED, Kind, Limits, Suspicion, Watch

LIMITS = Limits(
    receipts_alert=5, receipts_stop=15, soon=timedelta(minutes=10), adjustments_alert=5, adjustments_stop=20,
    overrides_alert=0,
)  # fmt: skip
SOMEBODY = UUID(int=1)
OLD = timedelta(days=30)


def kinds(found: tuple[Suspicion, ...]) -> list[Kind]:
    return [suspicion.kind for suspicion in found]


@pytest.mark.parametrize(("receipts", "is_odd"), [(1, False), (5, False), (6, True), (15, True)])
def test_more_than_five_receipts_on_a_card_are_odd(receipts: int, is_odd: bool) -> None:
    found = watch.suspect_receipt(LIMITS, receipts=receipts, redeemed=0, age=OLD)
    assert kinds(found) == [Kind.MANY_RECEIPTS] * is_odd


def test_more_than_fifteen_receipts_on_a_card_are_stopped() -> None:
    watch.stop_receipt(Watch(limits=LIMITS), 14)
    with pytest.raises(refusals.TooManyReceipts) as stopped:
        watch.stop_receipt(Watch(limits=LIMITS), 15)
    assert stopped.value.values == {"limit": 15}


@pytest.mark.parametrize(
    ("redeemed", "seconds", "found"),
    [(200, 0, [Kind.REDEEMED_SOON]), (1, 600, [Kind.REDEEMED_SOON]), (200, 601, []), (0, 0, [])],
)
def test_points_spent_within_ten_minutes_of_the_opening_are_odd(redeemed: int, seconds: int, found: list[Kind]) -> None:
    age = timedelta(seconds=seconds)
    assert kinds(watch.suspect_receipt(LIMITS, receipts=1, redeemed=redeemed, age=age)) == found


def test_nobody_serves_themselves() -> None:
    with pytest.raises(refusals.OwnCard):
        watch.stop_receipt(Watch(own_card=True), 0)
    with pytest.raises(refusals.OwnCard):
        watch.stop_own_card(Watch(own_card=True))


@pytest.mark.parametrize(("times", "is_odd"), [(5, False), (6, True), (20, True)])
def test_many_adjustments_by_one_person_are_odd(times: int, is_odd: bool) -> None:
    suspicions = watch.suspect_adjustment(LIMITS, times, SOMEBODY)
    assert kinds(suspicions) == [Kind.MANY_ADJUSTMENTS] * is_odd
    assert all(suspicion.about == SOMEBODY for suspicion in suspicions)


def test_too_many_adjustments_by_one_person_are_stopped() -> None:
    with pytest.raises(refusals.TooManyAdjustments):
        watch.suspect_adjustment(LIMITS, 21, SOMEBODY)


def test_each_redemption_without_a_code_is_told_by_itself() -> None:
    one, two = uuid4(), uuid4()
    found = [watch.suspect_override(LIMITS, n, points=70, posting_id=each) for n, each in enumerate((one, two), 1)]
    assert [(suspicion.kind, suspicion.about) for (suspicion,) in found] == [(Kind.OVERRIDE, one), (Kind.OVERRIDE, two)]
    assert watch.suspect_override(Limits(overrides_alert=1), 1, points=70, posting_id=one) == ()


def test_without_limits_nothing_is_odd_and_nothing_stopped() -> None:
    none, age = Limits(), timedelta()
    watch.stop_receipt(UNWATCHED, 1_000_000)
    assert watch.suspect_receipt(none, receipts=1_000_000, redeemed=1_000, age=age) == ()
    assert watch.suspect_adjustment(none, 1_000_000, SOMEBODY) == ()
    assert watch.suspect_override(none, 1_000_000, points=1, posting_id=SOMEBODY) == ()


def test_of_refusals_only_the_stops_are_told() -> None:
    told = {code: kinds(watch.suspect_refusal(refusal(), SOMEBODY)) for code, refusal in refusals.BY_CODE.items()}
    assert {code: found for code, found in told.items() if found} == {
        "own_card": [Kind.OWN_CARD],
        "limit_receipts": [Kind.RECEIPTS_STOPPED],
        "limit_adjustments": [Kind.ADJUSTMENTS_STOPPED],
    }


def test_a52_other_limits_do_not_make_another_request() -> None:
    receipt = Receipt.of_total(uuid4(), "R1", 100)
    assert Sale(receipt).body() == Sale(receipt, watch=Watch(limits=LIMITS, own_card=True)).body()
