"""The cast: two tills of one store, Olga and Boris who work there, Vera who holds a number, and others who listen."""

from collections.abc import Iterator

import pytest
from flask import Flask

from posapp.verification import purposes
from posapp.verification.purposes import Purpose
from tests.support.fake_clock import FakeClock
from tests.verification.counter import Counter, Floor, post_once


@pytest.fixture
def floor(app_context: Flask, clock: FakeClock) -> Floor:
    """A store with tills and people, all in the database."""
    return Floor(app_context, clock)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """What a right code does in these tests: one row, as a ledger would have it."""
    before = dict(purposes._handlers)
    for purpose in Purpose:
        purposes.register(purpose, post_once)
    yield
    purposes._handlers.clear()
    purposes._handlers.update(before)


@pytest.fixture
def olga(floor: Floor) -> Counter:
    """Olga at the first till."""
    return floor.counter("Olga", till=0)


@pytest.fixture
def boris(floor: Floor) -> Counter:
    """Boris at the second till."""
    return floor.counter("Boris", till=1)
