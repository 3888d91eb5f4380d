"""Every scenario, by the pure decision alone."""

import pytest

from posapp.points.scenario import Scenario
from posapp.points.scenario_check import differences
from tests.points.pure_ledger import PureLedger
from tests.points.vectors import scenarios


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.id)
def test_a_scenario_comes_out_as_written(scenario: Scenario) -> None:
    ledger = PureLedger(scenario.programme)
    results = [dict(ledger.run(event)) for event in scenario.events]
    assert scenario.expect is not None
    assert differences(scenario.expect, {"results": results, **ledger.report(scenario.as_of)}) == []
