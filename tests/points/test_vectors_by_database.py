"""Every scenario, through the ledger and its database."""

from flask import Flask

from posapp.points.scenario_check import differences
from posapp.points.scenarios import outcome_of
from tests.points.vectors import scenarios


def test_every_scenario_comes_out_as_written(app_context: Flask) -> None:
    found = {}
    for scenario in scenarios():
        assert scenario.expect is not None
        found[scenario.id] = differences(scenario.expect, outcome_of(scenario))
    assert {name: lines for name, lines in found.items() if lines} == {}
