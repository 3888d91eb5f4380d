"""The cast: Olga and Boris at two tills, Anna who wants a card."""

import pytest
from flask import Flask

from tests.enrolment.shopfloor import Shopfloor, Tablet
from tests.support.fake_clock import FakeClock


@pytest.fixture
def floor(app_context: Flask, clock: FakeClock) -> Shopfloor:
    """A shop that asks every question."""
    return Shopfloor(app_context, clock)


@pytest.fixture
def olga(floor: Shopfloor) -> Tablet:
    """Olga at the first till."""
    return floor.tablet("Olga")
