"""Paying with points."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from posapp.points.lot import OpenLot, Term
from posapp.points.programme import Programme
from posapp.points.quoting import WHY, quote_of
from posapp.points.receipt import Line
from posapp.points.redeeming import Bound, shares
from posapp.points.state import Account, DayCounters, Status
from tests.points.play import NOON, given, hold, line, opened, play, sale

LINES = st.lists(st.integers(0, 100_000), min_size=1, max_size=6).map(
    lambda amounts: tuple(Line(str(no), amount) for no, amount in enumerate(amounts))
)


def answer(config: dict[str, Any], points: int, lines: int | list[dict[str, Any]], redeem: object) -> dict[str, Any]:
    return play(config, opened(), given(points), sale("R1", lines, redeem=redeem)).last


@pytest.mark.parametrize(
    ("config", "redeem", "refusal"),
    [
        ({}, -1, "bad_amount"),
        ({}, 1.0, "bad_amount"),
        ({}, True, "bad_amount"),
        ({"redeem_min_points": 10}, 9, "below_min"),
        ({"redeem_step": 50}, 75, "bad_step"),
        ({}, 501, "over_share"),
        ({"redeem_max_share_bp": 10_000, "min_payable_minor": 30_000}, 701, "over_share"),
    ],
)
def test_each_rule_of_spending_refuses_one_step_beyond(config: dict[str, Any], redeem: object, refusal: str) -> None:
    assert answer(config, 1000, 100_000, redeem) == {"error": refusal}


@pytest.mark.parametrize(
    ("config", "redeem", "redeemed"),
    [
        ({"redeem_min_points": 10}, 10, 10),
        ({"redeem_step": 50}, 100, 100),
        ({"redeem_max_share_bp": 10_000, "min_payable_minor": 30_000}, 700, 700),
        ({"redeem_step": 300}, "max", 300),
        ({"redeem_min_points": 501}, "max", 0),
        ({"limit_redeem_points": 120}, "max", 120),
        ({"limit_redeem_ops": 0}, "max", 0),
        ({}, 0, 0),
    ],
)
def test_and_accepts_the_last_that_may_be(config: dict[str, Any], redeem: object, redeemed: int) -> None:
    assert answer(config, 1000, 100_000, redeem)["redeemed"] == redeemed


def test_max_on_a_card_without_points_spends_none() -> None:
    assert play({}, opened(), sale("R1", 100_000, redeem="max")).last["redeemed"] == 0


def test_a_frozen_card_does_not_spend_as_many_as_may_be_either() -> None:
    frozen = {"type": "freeze", "account": "A", "at": "2026-03-02T09:00:00Z"}
    assert play({}, opened(), given(10), frozen, sale("R1", 100_000, redeem="max")).last == {"error": "frozen"}


def test_without_a_code_nothing_is_spent_from_the_first_point_on() -> None:
    assert play({}, opened(), given(10), sale("R1", 10_000, redeem=1, otp=False)).last == {"error": "otp_required"}


def test_points_set_aside_count_into_the_limits_of_the_day() -> None:
    rules = {"limit_redeem_points": 150}
    played = play(rules, opened(), given(500), hold(100, 100_000), sale("R2", 100_000, redeem=51))
    assert played.last == {"error": "limit_redeem_points"}
    rules = {"limit_redeem_ops": 1}
    played = play(rules, opened(), given(500), hold(100, 100_000), sale("R2", 100_000, redeem=51))
    assert played.last == {"error": "limit_redeem_ops"}


def test_a_clock_that_is_behind_does_not_give_the_day_of_before_once_more() -> None:
    """Another till's clock has passed midnight already: what is spent on the day before counts into the new day."""
    first = sale("R1", 10_000, redeem=10) | {"at": "2026-03-02T21:00:01Z"}
    behind = sale("R2", 10_000, redeem=10) | {"at": "2026-03-02T20:59:59Z"}
    again = sale("R3", 10_000, redeem=10) | {"at": "2026-03-02T21:00:02Z"}
    played = play({"limit_redeem_ops": 1}, opened(), given(500), first, behind, again)
    assert [result.get("error") for result in played.results[2:]] == [None, "limit_redeem_ops", "limit_redeem_ops"]


def test_points_lie_on_the_lines_that_may_be_paid_with_them() -> None:
    played = play({}, opened(), given(500), sale("R1", [line("1", 50_000, "alcohol"), line("2", 50_000)], redeem=250))
    assert played.last == {"redeemed": 250, "earned": 37, "to_pay_minor": 75_000}


@settings(deadline=None)
@forall(LINES, st.data())
def test_shares_come_to_the_whole_and_never_beyond_a_line(lines: tuple[Line, ...], data: st.DataObject) -> None:
    total = sum(each.amount_minor for each in lines)
    points = data.draw(st.integers(0, total // 100))
    found = shares(lines, points, Programme())
    assert sum(found) == points * 100
    assert all(0 <= share <= each.amount_minor for share, each in zip(found, lines, strict=True))


def test_the_earlier_of_equal_lines_bears_the_odd_minor_unit() -> None:
    assert shares((Line("a", 100), Line("b", 100), Line("c", 100)), 1, Programme()) == (34, 33, 33)


def account(points: int, **extra: Any) -> Account:
    return Account(uuid4(), lots=(OpenLot(1, points, Term(NOON, None)),), **extra)


@pytest.mark.parametrize(
    ("rules", "card", "bound", "most"),
    [
        ({}, account(480), Bound.BALANCE, 480),
        ({}, account(600), Bound.SHARE, 500),
        ({"redeem_max_share_bp": 10_000, "min_payable_minor": 90_000}, account(600), Bound.MIN_PAYABLE, 100),
        ({"limit_redeem_points": 50}, account(600), Bound.DAY_POINTS, 50),
        ({"limit_redeem_ops": 1}, account(9, counters=DayCounters(NOON.date(), 0, 1, 1)), Bound.DAY_TIMES, 0),
        ({"redeem_min_points": 10}, account(9), Bound.MINIMUM, 0),
        ({}, account(9, status=Status.FROZEN), Bound.FROZEN, 0),
        ({"no_redeem": ["food"]}, account(9), Bound.NO_ELIGIBLE, 0),
    ],
)
def test_a_quote_says_why_not_more(rules: dict[str, Any], card: Account, bound: Bound, most: int) -> None:
    programme = Programme.from_config(rules).at_store("Europe/Moscow", 0)
    offer = quote_of(card, (Line("1", 100_000, "food"),), programme, NOON)
    assert (offer.redeem_why, offer.redeem_max) == (bound, most)
    assert offer.why % dict(offer.why_values)
    assert set(WHY) == set(Bound)


def test_a_quote_is_what_the_sale_then_does() -> None:
    card, programme = account(237), Programme().at_store("Europe/Moscow", 0)
    offer = quote_of(card, (Line("1", 40_000),), programme, NOON)
    sold = play({}, opened(), given(237), sale("R1", 40_000, redeem="max")).last
    assert sold == {
        "redeemed": offer.redeem_max, "earned": offer.earn_with_max, "to_pay_minor": offer.to_pay_minor
    }  # fmt: skip
    assert (offer.total_minor, offer.spendable, offer.earn, offer.redeem_least) == (40_000, 237, 20, 1)
    assert offer.code_from_points == 1
