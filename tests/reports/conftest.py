"""The house with its people (tests/staff/house.py), and the books in which a made-up day is written."""

import pytest
from flask import Flask

from tests.reports.books import Books
from tests.staff.house import House, build
from tests.support.fake_clock import FakeClock


@pytest.fixture
def house(app: Flask) -> House:
    return build(app)


@pytest.fixture
def books(app_context: Flask, house: House, clock: FakeClock) -> Books:
    return Books(house, clock)
