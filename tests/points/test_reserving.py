"""Points set aside for a receipt that is not finished."""

import pytest

from tests.points.play import at, back, given, hold, opened, play, sale


def captured(receipt: str, total: int, *, minutes: int) -> dict[str, object]:
    return sale(receipt, total) | {"hold": "h", "otp": False, "at": at(minutes=minutes)}


def test_a_smaller_receipt_takes_less_and_the_rest_goes_back() -> None:
    played = play({}, opened(), given(500), hold(200, 100_000), captured("R1", 30_000, minutes=5))
    assert played.last == {"redeemed": 150, "earned": 7, "to_pay_minor": 15_000}
    assert played.lots() == [("adjust", 350), ("earn", 7)]
    assert "HOLD" not in played.books["contra"]


def test_a_hold_ends_by_itself_and_may_then_be_spent_afresh() -> None:
    played = play({}, opened(), given(500), hold(200, 100_000), captured("R1", 100_000, minutes=15))
    assert played.last["redeemed"] == 200
    again = play(
        {}, opened(), given(500), hold(200, 100_000), captured("R1", 100_000, minutes=15),
        captured("R2", 100_000, minutes=16),
    )  # fmt: skip
    assert again.last == {"error": "hold_captured"}


def test_a_late_receipt_does_not_take_more_than_it_can() -> None:
    played = play({}, opened(), given(500), hold(200, 100_000), captured("R1", 10_000, minutes=20))
    assert played.last == {"redeemed": 50, "earned": 2, "to_pay_minor": 5_000}


@pytest.mark.parametrize("minutes", [5, 20], ids=["in time", "late"])
def test_a_smaller_receipt_takes_whole_steps_and_nothing_below_the_least(minutes: int) -> None:
    rules = {"redeem_step": 40, "redeem_min_points": 80}
    held = (opened(), given(500), hold(200, 100_000))
    assert play(rules, *held, captured("R1", 30_000, minutes=minutes)).last["redeemed"] == 120
    assert play(rules, *held, captured("R1", 15_000, minutes=minutes)).last["redeemed"] == 0


def test_a_voided_hold_is_not_spent_and_an_unknown_one_neither() -> None:
    void = {"type": "void", "hold": "h", "at": at(minutes=1)}
    played = play({}, opened(), given(500), hold(200, 100_000), void, captured("R1", 100_000, minutes=2))
    assert played.last == {"error": "hold_void"}
    assert play({}, opened(), given(500), captured("R1", 100_000, minutes=2)).last == {"error": "no_hold"}


def test_a_captured_hold_is_not_voided() -> None:
    void = {"type": "void", "hold": "h", "at": at(minutes=6)}
    played = play({}, opened(), given(500), hold(200, 100_000), captured("R1", 100_000, minutes=5), void)
    assert played.last == {"error": "hold_captured"}


def test_points_that_lapse_while_they_are_set_aside_can_still_be_spent_but_not_kept() -> None:
    """Held before midnight, finished after it: the receipt gets them; what it does not need has lapsed."""
    held = hold(200, 100_000) | {"at": "2026-03-12T20:55:00Z"}
    paid = sale("R1", 20_000) | {"hold": "h", "at": "2026-03-12T21:05:00Z"}
    played = play({}, opened(), given(200, valid_days=10), held, paid)
    assert played.last["redeemed"] == 100
    assert played.lots() == [("earn", 5)]
    assert played.books["contra"] == {"ADJUST": -200, "EARN": -5, "EXPIRE": 100, "REDEEM": 100}


def test_a_debt_that_arises_meanwhile_does_not_eat_what_is_set_aside() -> None:
    events = (
        opened(), sale("R1", 400_000), hold(200, 100_000),
        back("R1", day=0) | {"at": at(minutes=1)}, captured("R2", 100_000, minutes=5),
    )  # fmt: skip
    played = play({}, *events)
    assert played.results[3] == {"given_back": 0, "taken_back": 200, "refund_minor": 400_000}
    assert played.last == {"redeemed": 200, "earned": 40, "to_pay_minor": 80_000, "debt_settled": 40}
    assert played.account()["debt"] == 160


def test_nothing_cannot_be_set_aside() -> None:
    assert play({}, opened(), hold(0, 100_000)).last == {"error": "bad_amount"}
    assert play({}, opened(), given(10), hold(11, 100_000)).last == {"error": "insufficient"}
