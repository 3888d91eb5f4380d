"""The demo shop's counter."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.fake_clock import FakeClock
from tests.till.scene import Counter, Tablet, open_counter


@pytest.fixture
def counter(app: Flask, clock: FakeClock) -> Iterator[Counter]:
    opened = open_counter(app, clock)
    yield opened
    opened.worker.close()


@pytest.fixture
def tablet(counter: Counter) -> Tablet:
    """Anna's shift on the first till."""
    return counter.tablet()
