"""The demo shop, served to the browsers of its people, and a worker that begins when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.support.fake_clock import FakeClock
from tests.till.scene import Counter, open_counter


@pytest.fixture
def counter(app: Flask, clock: FakeClock) -> Iterator[Counter]:
    """The shop behind the pages: for what has happened before a journey begins, and for what it has left."""
    opened = open_counter(app, clock)
    yield opened
    opened.worker.close()


@pytest.fixture
def start_worker(request: pytest.FixtureRequest) -> Callable[[], None]:
    """`start_worker()`: from now on a worker runs beside the served house."""

    def start() -> None:
        request.getfixturevalue("running_worker")

    return start
