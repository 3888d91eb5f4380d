"""The cast: Olga and Boris at two tills of one store; Vera and Pavel hold numbers; Charlie listens and guesses."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from posapp.settings import current, use
from posapp.verification import handlers
from posapp.verification.purposes import Purpose
from tests.support.fake_clock import FakeClock
from tests.verification.counter import Counter
from tests.verification.floor import Floor, post_once


@pytest.fixture
def floor(app_context: Flask, clock: FakeClock) -> Iterator[Floor]:
    """A store where right codes write one row of a ledger."""
    before = dict(handlers._handlers)
    for purpose in Purpose:
        handlers.register(purpose, post_once)
    yield Floor(clock)
    handlers._handlers.clear()
    handlers._handlers.update(before)


@pytest.fixture
def olga(floor: Floor) -> Counter:
    """Olga at her till."""
    return floor.counter("Olga")


@pytest.fixture
def boris(floor: Floor) -> Counter:
    """Boris at another till."""
    return floor.counter("Boris")


@pytest.fixture
def settings_changed(app: Flask) -> Iterator[Callable[..., None]]:
    """Change settings in the middle of a test."""
    before = current()

    def change(**values: object) -> None:
        use(before.model_copy(update=values))

    yield change
    use(before)
