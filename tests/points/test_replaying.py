"""What happened can be decided once more from the books, and comes to the same: any scenario, any random history."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as forall
from hypothesis import strategies as st

from posapp.points.auditing import audit_card
from posapp.points.rulebook import Rulebook
from posapp.points.scenario import Scenario, read_scenarios
from posapp.points.scenarios import Run
from tests.points.play import Event, at, back, given, hold, opened, sale
from tests.points.test_random_histories import RULES, STEPS
from tests.points.vectors import scenarios

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("app_context")]

ALWAYS = datetime.min.replace(tzinfo=UTC)
TWO = (opened("A"), opened("B"))
MERGED: Event = {"type": "merge", "from": "A", "into": "B", "at": at(3)}
WELCOME: Event = {"type": "bonus", "kind": "welcome", "account": "A", "at": at()}
SWEPT: Event = {"type": "expire", "at": at(2)}

HISTORIES: dict[str, tuple[dict[str, Any], tuple[Event, ...]]] = {
    "points of a receipt lapsed before it came back": (
        {"valid_days": 1}, (opened(), sale("R1", 90_000), SWEPT, back("R1", day=3)),
    ),
    "a debt moved with its card": (
        {}, (*TWO, sale("R1", 90_000), sale("R2", 10_000, redeem=40, day=1), back("R1", day=1), MERGED),
    ),
    "a gift moved with its card": ({}, (*TWO, WELCOME, MERGED, given(5, account="B", day=4))),
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
    "points of a merged receipt lapsed on both cards": (
        {"valid_days": 1}, (*TWO, sale("R1", 90_000), SWEPT, MERGED, back("R1", day=4)),
    ),
}  # fmt: skip


def test_every_scenario_is_decided_again_as_it_was() -> None:
    assert [fault for scenario in scenarios() for fault in faults(scenario)] == []


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_decided_again_as_it_was(name: str) -> None:
    rules, events = HISTORIES[name]
    assert list(faults(scenario(rules, list(events)))) == []


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@forall(RULES, STEPS, st.lists(st.integers(0, 2_000), min_size=14, max_size=14))
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


def faults(scenario: Scenario) -> Iterator[str]:
    """Let it happen, and audit its cards by its own rules."""
    run = Run(scenario)
    for event in scenario.events:
        run.result(event)
    for name, member_id in run._cards.items():
        found = audit_card(member_id, of_now())
        assert found is not None
        yield from (f"{scenario.id} {name}: {fault}" for fault in found.faults)


def of_now() -> Rulebook:
    """The newest version alone, as if there had never been another."""
    rules = Rulebook.read()
    newest = max(rules.versions, key=lambda version: version.number)
    return replace(rules, versions=[replace(newest, made_at=ALWAYS)])
