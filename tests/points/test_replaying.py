"""What happened can be decided once more from the books, and comes to the same, whatever it was."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as forall
from hypothesis import strategies as st

from posapp.points import joining
from posapp.points.scenario import Scenario, read_scenarios
from tests.points.play import Event, at, back, given, hold, line, opened, sale
from tests.points.played import faults
from tests.points.test_joining import STEPS as MANY_LOTS
from tests.points.test_random_histories import RULES, STEPS

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("app_context")]

TWO = (opened("A"), opened("B"))
MERGED: Event = {"type": "merge", "from": "A", "into": "B", "at": at(3)}
WELCOME: Event = {"type": "bonus", "kind": "welcome", "account": "A", "at": at()}
HALF = [line("1", 10_000)]
SWEPT: Event = {"type": "expire", "at": at(2)}

HISTORIES: dict[str, tuple[dict[str, Any], tuple[Event, ...]]] = {
    "points of a receipt lapsed before it came back": (
        {"valid_days": 1}, (opened(), sale("R1", 90_000), SWEPT, back("R1", day=3)),
    ),
    "a debt moved with its card": (
        {}, (*TWO, sale("R1", 90_000), sale("R2", 10_000, redeem=40, day=1), back("R1", day=1), MERGED),
    ),
    "a gift moved with its card": ({}, (*TWO, WELCOME, sale("R1", 100, day=3), MERGED, given(5, account="B", day=3))),
    "a merged receipt came back in two parts": (
        {"valid_days": 9},
        (
            *TWO, given(500), sale("R1", 90_000, redeem=300), back("R1", [{"id": "1", "amount": 30_000}], day=1),
            MERGED, back("R1", [{"id": "1", "amount": 30_000}], day=4), back("R1", day=12),
        ),
    ),
    "a reservation was spent after it had ended": (
        {}, (opened(), given(100), hold(60, 90_000), sale("R1", 90_000) | {"hold": "h", "at": at(minutes=20)}),
    ),
    "very many lots were joined, and their receipts came back on either card": (
        {"expiry_mode": "eom", "valid_days": 1},
        (
            *TWO, *(sale(f"R{number}", 20_000) for number in range(29, 34)), given(90, valid_days=9),
            sale("S", 9_000, redeem=3), back("R33"), back("R30", HALF), back("R31", HALF), MERGED,
            given(90, account="B", valid_days=5, day=4), back("R30", HALF, day=4), back("R29", day=4),
            back("R32", day=40), SWEPT | {"at": at(41)},
        ),
    ),
    "of a joined lot the last receipt came back before the first": (
        {"expiry_mode": "eom", "valid_days": 1},
        (
            opened(), given(7, valid_days=3), *(sale(f"R{number}", 10_000) for number in range(3)),
            sale("S", 9_000, redeem=12), back("R2"), back("R1"),
        ),
    ),
    "points of a merged receipt lapsed on both cards": (
        {"valid_days": 1}, (*TWO, sale("R1", 90_000), SWEPT, MERGED, back("R1", day=4)),
    ),
}  # fmt: skip


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lots are very many, and are joined."""
    monkeypatch.setattr(joining, "LOTS_MANY", 3)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_decided_again_as_it_was(name: str) -> None:
    rules, events = HISTORIES[name]
    assert list(faults(scenario(rules, list(events)))) == []


@pytest.mark.usefixtures("few")
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@forall(RULES, st.one_of(STEPS, MANY_LOTS), st.lists(st.integers(0, 2_000), min_size=40, max_size=40))
def test_whatever_happens_is_decided_again_as_it_was(
    rules: dict[str, Any], steps: list[Event], pauses: list[int]
) -> None:
    minutes, events = 0, list(TWO)
    for no, (step, pause) in enumerate(zip(steps, pauses, strict=False)):
        minutes += pause
        events.append(step | {"at": at(minutes=minutes), "key": "h" if step["type"] == "hold" else f"step {no}"})
    assert list(faults(scenario(rules, events))) == []


def scenario(rules: dict[str, Any], events: list[Event]) -> Scenario:
    (read,) = read_scenarios(
        {"format": 1, "vectors": [{"id": "history", "config": rules, "events": events, "as_of": events[-1]["at"]}]}
    )
    return read
