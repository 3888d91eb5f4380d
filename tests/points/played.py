"""Scenarios that are played into the tables, and what the audit says of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from posapp.points.auditing import audit_card
from posapp.points.rulebook import Rulebook
from posapp.points.scenario import Scenario
from posapp.points.scenarios import Run

ALWAYS = datetime.min.replace(tzinfo=UTC)


def faults(scenario: Scenario) -> Iterator[str]:
    """Let it happen, and audit its cards by its own rules."""
    run = Run(scenario)
    for event in scenario.events:
        run.result(event)
    for name, member_id in run.cards.items():
        found = audit_card(member_id, of_now())
        assert found is not None
        yield from (f"{scenario.id} {name}: {fault}" for fault in found.faults)


def of_now() -> Rulebook:
    """The newest version alone, as if there had never been another."""
    rules = Rulebook.read()
    newest = max(rules.versions, key=lambda version: version.number)
    return replace(rules, versions=[replace(newest, made_at=ALWAYS)])
