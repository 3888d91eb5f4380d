"""Fixtures of the worker: one turn at a time, or running beside the served house."""

from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from flask import Flask

from posapp.core.db import db
from posapp.worker import Worker
from tests.support.fake_clock import FakeClock

START_SECONDS_MAX = 10


@pytest.fixture
def work(app: Flask, clock: FakeClock) -> Iterator[Callable[[], None]]:
    """`work()` does everything that is due now, to its end: what was promised is sent, receipts come back."""
    with app.app_context():
        worker = Worker(app)

    def turn() -> None:
        with app.app_context():
            worker.run_once(clock.now())
            db.session.remove()

    yield turn
    worker.close()


@pytest.fixture
def running_worker(app: Flask) -> Iterator[Worker]:
    """A worker that runs by itself in a thread, woken as in a real house, reading the clock of the test."""
    made: list[Worker] = []
    ready = Event()

    def run() -> None:
        with app.app_context():
            made.append(Worker(app))
            ready.set()
            made[0].run()
            db.session.remove()

    thread = Thread(target=run, name="worker", daemon=True)
    thread.start()
    assert ready.wait(START_SECONDS_MAX), "the worker did not start"
    yield made[0]
    made[0].stop()
    thread.join()
