"""The cast: Olga's counter."""

import pytest
from flask import Flask

from tests.points.clerk import Clerk
from tests.points.counter import Counter
from tests.staff.house import House, build
from tests.support.fake_clock import FakeClock


@pytest.fixture
def counter(app_context: Flask, clock: FakeClock) -> Counter:
    """A store on a fresh database."""
    return Counter(clock)


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    """Somebody who makes cards with a past."""
    counter.rules()
    return Clerk(counter)


@pytest.fixture
def house(app: Flask) -> House:
    """Two stores of one shop: Marina manages Tverskaya, Max Arbat."""
    return build(app)
