"""Goods come back, in any parts, and the books come out the same."""

from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from tests.points.play import Event, Played, at, back, given, line, opened, play, sale


def test_what_is_undone_leaves_the_card_as_it_was() -> None:
    played = play({}, opened(), given(500), sale("R1", 123_456, redeem=300), back("R1"))
    assert played.last == {"given_back": 300, "taken_back": 46, "refund_minor": 93_456}
    assert played.lots() == [("adjust", 500)]
    assert played.books["contra"] == {"ADJUST": -500, "EARN": -46, "TAKEBACK": 46}


def test_a_receipt_comes_back_once() -> None:
    played = play({}, opened(), sale("R1", 10_000), back("R1"), back("R1", day=2))
    assert played.last == {"error": "over_return"}
    assert play({}, opened(), sale("R1", 0), back("R1"), back("R1", day=2)).results[2:] == [
        {"given_back": 0, "taken_back": 0, "refund_minor": 0},
        {"error": "over_return"},
    ]


def test_a_receipt_that_nobody_entered_does_not_come_back() -> None:
    assert play({}, opened(), back("R9")).last == {"error": "no_receipt"}


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([], "bad_amount"),
        ([line("1", 0)], "bad_amount"),
        ([line("1", -5)], "bad_amount"),
        ([{"id": "1", "amount": 1.5}], "bad_amount"),
        ([line("2", 1)], "over_return"),
        ([line("1", 6_000), line("1", 4_001)], "over_return"),
    ],
)
def test_only_what_was_bought_comes_back(lines: list[Event], refusal: str) -> None:
    assert play({}, opened(), sale("R1", 10_000), back("R1", lines)).last == {"error": refusal}


def test_money_comes_back_for_what_was_paid_in_money_only() -> None:
    """Two lines paid with points alone give no money back, not even between the two returns."""
    rules = {"redeem_max_share_bp": 10_000}
    sold = sale("R1", [line("a", 150), line("b", 150)], redeem=3)
    played = play(rules, opened(), given(3), sold, back("R1", [line("a", 150)]), back("R1", [line("b", 150)]))
    assert [result["refund_minor"] for result in played.results[3:]] == [0, 0]
    assert [result["given_back"] for result in played.results[3:]] == [1, 2]


def test_points_whose_lot_has_lapsed_come_back_for_some_days() -> None:
    bought = (opened(), given(100, valid_days=10), sale("R1", 20_000, redeem=100))
    played = play({"restore_grace_days": 3}, *bought, back("R1", day=20))
    assert played.last == {"given_back": 100, "taken_back": 5, "refund_minor": 10_000}
    (lot,) = played.account()["lots"]
    assert (lot["kind"], lot["remaining"], lot["expires_at"]) == ("restore", 100, "2026-03-25T21:00:00Z")


def test_earned_points_that_lapsed_unspent_are_not_owed() -> None:
    rules = {"valid_days": 10}
    played = play(rules, opened(), sale("R1", 100_000), back("R1", day=20))
    assert played.last == {"given_back": 0, "taken_back": 0, "refund_minor": 100_000}
    assert played.account()["debt"] == 0


def test_of_points_partly_spent_and_partly_lapsed_the_spent_ones_are_owed() -> None:
    rules = {"valid_days": 10}
    bought = (opened(), sale("R1", 100_000), sale("R2", 6_000, redeem=30, day=1))
    halves = (back("R1", [line("1", 50_000)], day=20), back("R1", day=21))
    whole, parts = play(rules, *bought, back("R1", day=20)), play(rules, *bought, *halves)
    assert whole.last["taken_back"] == 30
    assert [result["taken_back"] for result in parts.results[3:]] == [5, 25]
    assert whole.account()["debt"] == parts.account()["debt"] == 30


def test_what_pays_the_debt_is_whatever_comes_next() -> None:
    indebted = (opened(), sale("R1", 100_000), sale("R2", 10_000, redeem=50, day=1), back("R1", day=2))
    played = play({}, *indebted, given(60, day=3))
    assert played.last == {"adjusted": 60, "debt_settled": 48}
    assert played.lots() == [("adjust", 12)]
    gift = {"type": "bonus", "kind": "welcome", "account": "A", "at": at(3)}
    assert play({}, *indebted, gift).last == {"granted": 200, "debt_settled": 48}


def test_what_is_kept_from_the_money_is_never_more_than_the_money() -> None:
    rules = {"negative_policy": "refund", "earn_rate_bp": 10_000}
    bought = (opened(), sale("R1", 10_000), sale("R2", 20_000, redeem=100, day=1), back("R2", day=1))
    played = play(rules, *bought[:3], back("R1", [line("1", 5_000)], day=2))
    assert played.last["refund_minor"] >= 0
    assert play(rules, *bought, back("R1", day=2)).last["refund_minor"] == 10_000


@settings(deadline=None)
@forall(
    st.lists(st.integers(0, 30_000), min_size=1, max_size=4).filter(any),
    st.integers(0, 400),
    st.sampled_from(["floor", "half_up"]),
    st.data(),
)
def test_any_split_of_a_return_gives_what_the_whole_gives(
    amounts: list[int], points: int, rounding: str, data: st.DataObject
) -> None:
    """Given back, taken back and refunded: in as many parts as may be, of any lines, in any order."""
    points = min(points, sum(amounts) // 200)
    rules: dict[str, Any] = {"earn_rounding": rounding, "earn_rate_bp": 777}
    lines = [line(str(no), amount) for no, amount in enumerate(amounts)]
    bought = (opened(), given(150, valid_days=50), given(1000), sale("R1", lines, redeem=points))
    whole = play(rules, *bought, back("R1"))
    parts = play(rules, *bought, *_parts(amounts, data))
    for name in ("given_back", "taken_back", "refund_minor"):
        got = [result[name] for result in parts.results[len(bought) :]]
        assert sum(got) == whole.last[name]
        assert all(value >= 0 for value in got)
    assert _comparable(parts) == _comparable(whole)


def _parts(amounts: list[int], data: st.DataObject) -> list[Event]:
    """Returns of some minor units of some line each, until everything is back."""
    left = dict(enumerate(amounts))
    found: list[Event] = []
    while any(left.values()):
        no = data.draw(st.sampled_from([no for no, amount in left.items() if amount]))
        part = data.draw(st.integers(max(1, left[no] // 3), left[no]))
        left[no] -= part
        found.append(back("R1", [line(str(no), part)], key=f"part {len(found)}"))
    return found


def _comparable(played: Played) -> tuple[object, ...]:
    return played.lots(), played.account()["debt"], played.books["contra"]
