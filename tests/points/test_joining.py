"""Very many lots of one term become one, and nobody notices: not the balance, not a return, not the merged card."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from posapp.points import joining, queries
from posapp.points.scenario import Scenario, read_scenarios
from posapp.points.scenario_check import differences
from posapp.points.scenarios import outcome_of
from tests.points.books import problems
from tests.points.counter import Counter
from tests.points.play import Event, at, back, given, line, opened, play, sale
from tests.points.pure_ledger import PureLedger

MONTH: dict[str, Any] = {"expiry_mode": "eom", "valid_days": 5}
"""What is earned in March lapses with March or April."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lots are very many."""
    monkeypatch.setattr(joining, "LOTS_MANY", 3)


def earned(count: int, day: int = 0) -> list[Event]:
    """Receipts that earn five points each."""
    return [sale(f"R{day}-{n}", 10_000, day=day) for n in range(count)]


@pytest.mark.usefixtures("few")
def test_lots_of_one_term_become_one_with_the_term_of_the_last_of_them() -> None:
    played = play(MONTH, opened(), *earned(1), *earned(1, day=1), given(7, day=1, valid_days=3), *earned(1, day=2))
    assert played.lots() == [("adjust", 7), ("earn", 10), ("earn", 5)]
    assert played.books["contra"] == {"ADJUST": -7, "EARN": -15}
    joined = played.account()["lots"][1]
    assert (joined["available_at"], joined["expires_at"]) == ("2026-03-03T09:00:00Z", "2026-03-31T21:00:00Z")


def test_as_long_as_they_are_few_nothing_is_joined() -> None:
    played = play(MONTH, opened(), *(sale(f"R{n}", 10_000) for n in range(joining.LOTS_MANY)))
    assert len(played.lots()) == joining.LOTS_MANY
    assert len(play(MONTH, opened(), *(sale(f"R{n}", 10_000) for n in range(joining.LOTS_MANY + 1))).lots()) == 2


@pytest.mark.usefixtures("few")
def test_of_a_joined_lot_each_receipt_takes_back_its_own_and_what_lapsed_of_it_is_not_owed() -> None:
    """Three times 5 points are joined, 8 are spent: the first receipt's and three of the second's."""
    events = (opened(), *earned(5), sale("S", 1_600, redeem=8))
    later = play(MONTH, *events, *(back(f"R0-{n}", day=40) for n in range(3)))
    assert [result["taken_back"] for result in later.results[-3:]] == [5, 3, 0]
    assert later.account()["debt"] == 8


@pytest.mark.usefixtures("few")
def test_spent_points_come_back_to_the_lot_that_was_joined_meanwhile() -> None:
    played = play(MONTH, opened(), *earned(2), sale("S", 1_000, redeem=5), *earned(3, day=1), back("S"))
    assert played.last == {"given_back": 5, "taken_back": 0, "refund_minor": 500}
    assert played.lots() == [("earn", 5), ("earn", 15), ("earn", 5)]


RECEIPTS = [f"R{n}" for n in range(6)]
STEPS = st.lists(
    st.one_of(
        st.builds(lambda receipt, amount: sale(receipt, amount), st.sampled_from(RECEIPTS), st.integers(0, 60_000)),
        st.builds(lambda receipt, part: back(receipt, [line("1", part)]), st.sampled_from(RECEIPTS),
                  st.integers(1, 60_000)),
        st.builds(lambda receipt: back(receipt), st.sampled_from(RECEIPTS)),
        st.builds(lambda n, points: sale(f"S{n}", 20_000, redeem=points), st.integers(0, 9), st.integers(1, 60)),
        st.builds(lambda points: given(points), st.integers(-60, -1)),
        st.just({"type": "expire"}),
        st.just({"type": "merge", "from": "A", "into": "B"}),
    ),
    min_size=5,
    max_size=16,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@forall(STEPS, st.lists(st.integers(0, 4_000), min_size=16, max_size=16), st.sampled_from(["debt", "refund"]))
def test_whatever_happens_joined_lots_give_the_answers_of_many(
    steps: list[Event], pauses: list[int], policy: str
) -> None:
    """What was spent stays spent here: given back, it lies in a lot of its own again, and in another order."""
    minutes, events = 0, [opened("A"), opened("B")]
    for no, (step, pause) in enumerate(zip(steps, pauses, strict=False)):
        minutes += pause
        events.append(step | {"at": at(minutes=minutes), "key": f"step {no}"})
    many, few = (_run(MONTH | {"negative_policy": policy}, events, limit) for limit in (1_000, 2))
    assert many == few


def _run(rules: dict[str, Any], events: list[Event], limit: int) -> tuple[list[Any], Any, Any]:
    """Every answer, the points of each card by the end of their term, and the other sides."""
    ledger = PureLedger(_scenario(rules, events).programme)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joining, "LOTS_MANY", limit)
        answers = [dict(ledger.run(event)) for event in _scenario(rules, events).events]
    by_term: Mapping[tuple[str, datetime | None], int] = defaultdict(int)
    for name, member in ledger.cards.items():
        for lot in ledger.accounts[member].lots:
            by_term[name, lot.term.expires_at] += lot.remaining  # type: ignore[index]
    return answers, dict(by_term), ledger.report(_scenario(rules, events).as_of)["contra"]


def _scenario(rules: dict[str, Any], events: list[Event]) -> Scenario:
    vector = {"id": "joined", "config": rules, "events": events, "as_of": events[-1]["at"]}
    (scenario,) = read_scenarios({"format": 1, "vectors": [vector]})
    return scenario


@pytest.mark.usefixtures("few")
def test_the_database_says_the_same_of_joined_lots_merged_cards_and_returns(app_context: Flask) -> None:
    merges = [{"type": "merge", "from": "A", "into": name, "at": at(9)} for name in ("B", "C")]
    half = [line("1", 5_000)]
    events = [
        opened("A"), opened("B"), opened("C"), *earned(5), sale("S", 1_600, redeem=8), back("R0-1", half, day=1),
        *earned(3, day=2), back("R0-3", half, day=3), merges[0], back("R0-2", half, day=10),
        merges[1] | {"at": at(11)}, *(sale(f"T{n}", 10_000, account="C", day=12) for n in range(4)),
        back("R0-0", half, day=13), back("S", day=14), *(back(f"R0-{n}", day=40, key=f"b{n}") for n in range(4)),
        *(back(f"R2-{n}", day=41) for n in range(3)), *(back(f"T{n}", day=42) for n in range(4)),
    ]  # fmt: skip
    scenario = _scenario(MONTH, [event | {"key": event.get("key", f"k{no}")} for no, event in enumerate(events)])
    ledger = PureLedger(scenario.programme)
    pure = {"results": [dict(ledger.run(event)) for event in scenario.events], **ledger.report(scenario.as_of)}
    found = outcome_of(scenario)
    assert differences(pure, found) == []
    assert [result for result in found["results"] if "error" in result] == []


@pytest.mark.usefixtures("few")
def test_what_a_sale_joined_on_the_way_it_has_not_earned(app_context: Flask) -> None:
    """Three lots of March are joined by a sale whose own points last until April; they lapse, its own are spent."""
    spent = sale("S", 1_000, day=31, redeem=5)
    scenario = _scenario(MONTH, [opened("A"), *earned(3), sale("R3", 10_000, day=27), spent, back("R3", day=32)])
    results = outcome_of(scenario)["results"]
    assert results[-2:] == [
        {"redeemed": 5, "earned": 0, "to_pay_minor": 500},
        {"given_back": 0, "taken_back": 5, "refund_minor": 10_000},
    ]


def test_a_card_with_very_many_lots_is_joined_by_the_ledger_and_its_books_agree(counter: Counter) -> None:
    counter.rules(expiry_mode="never")
    anna = counter.card()
    for n in range(joining.LOTS_MANY + 2):
        counter.sale(anna, f"R{n}", 10_000)
    lots = queries.open_lots(anna)
    assert [(lot.kind, lot.remaining) for lot in lots] == [("earn", 5 * joining.LOTS_MANY), ("earn", 5), ("earn", 5)]
    assert counter.back(anna, "R7").taken_back == 5
    assert counter.spendable(anna) == 5 * (joining.LOTS_MANY + 1)
    assert problems(anna, programme=counter.programme) == []
