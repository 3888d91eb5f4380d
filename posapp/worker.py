"""The worker: sends what was promised, asks for receipts, does what comes round, and says that it lives.

One loop wakes at every hint and at least once a poll. The periodic work runs beside it, in a thread with a database
session of its own, so that a long job never keeps a code waiting. Told to stop, it finishes what is under way and
leaves. A database that goes away is waited for; what was sent meanwhile is settled when it is back.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from posapp import settings
from posapp.core import clock, jobs
from posapp.core.faults import DATABASE_AWAY, described
from posapp.core.ids import random_id
from posapp.core.jobs import Job
from posapp.enrolment import expiry as drafts
from posapp.messaging import chores, heartbeat, receipts, wakeup
from posapp.messaging.dispatcher import Dispatcher
from posapp.messaging.gateways.protocol import Gateway
from posapp.messaging.gateways.registry import GatewayRefused, build_all
from posapp.points import birthdays, liability, nightly, referring, sweeping
from posapp.reports import keeping as reports
from posapp.staff import service as staff
from posapp.verification import expiry
from posapp.web import idempotency, parking

JOBS_LOOK_SECONDS = 1.0
SENDS_STOP_SECONDS_MAX, JOBS_STOP_SECONDS_MAX = 15.0, 5.0
"""How long what is under way may take when the worker is told to stop; leases take care of the rest."""

FORMS_PURGED_EVERY = timedelta(minutes=10)
ANSWERS_PURGED_EVERY = timedelta(hours=1)
SESSIONS_ENDED_EVERY = timedelta(minutes=1)

BACK_OFF_SECONDS, BACK_OFF_SECONDS_MAX = 0.5, 10.0

log = structlog.get_logger(__name__)


class House(Protocol):
    """The application, as far as a worker needs it: somewhere to have a database session."""

    def app_context(self) -> AbstractContextManager[Any]: ...


class Worker:
    """One worker process. Made and run inside an application context of its own."""

    def __init__(self, house: House, gateways: Sequence[Gateway] | None = None) -> None:
        chosen = settings.current()
        built = build_all(chosen) if gateways is None else list(gateways)
        self._house = house
        self._id = random_id()
        self._poll_seconds = chosen.outbox_poll_seconds
        self._bell = wakeup.open_bell(chosen)
        self._dispatcher = Dispatcher(built, lease_seconds=chosen.outbox_lease_seconds, ring=self._bell.ring)
        self._jobs = periodic_work(built)
        self._stopping = threading.Event()
        self._next_question = self._next_beat = 0.0

    def run(self) -> None:
        """Work until told to stop, then finish what is under way."""
        beside = threading.Thread(target=self._run_jobs, name="jobs", daemon=True)
        beside.start()
        pause = BACK_OFF_SECONDS
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception as fault:  # noqa: BLE001  # the loop goes on; health tells when it cannot
                log.error("worker_waits", seconds=pause, **described(fault))
                self._stopping.wait(pause)
                pause = min(2 * pause, BACK_OFF_SECONDS_MAX)
            else:
                pause = BACK_OFF_SECONDS
                self._bell.wait(self._poll_seconds)
        self._leave(beside)

    def stop(self) -> None:
        """Tell the worker to stop; safe from any thread and from a signal handler."""
        self._stopping.set()
        self._bell.ring()

    def run_once(self, at: datetime) -> None:
        """Everything that is due at this moment, to its end: send, settle, ask, match, jobs, beat."""
        while self._dispatcher.dispatch(at) or self._dispatcher.is_busy():
            self._finish(at)
        self._dispatcher.ask(at)
        self._finish(at)
        receipts.match(at)
        jobs.run_due(self._jobs, at)
        heartbeat.beat(self._id, at)

    def close(self) -> None:
        """Let go of threads and sockets."""
        self._dispatcher.close()
        self._bell.close()

    def _turn(self) -> None:
        at, tick = clock.now(), time.monotonic()
        self._dispatcher.settle(at)
        self._dispatcher.dispatch(at)
        if tick >= self._next_question:
            self._dispatcher.ask(at)
            self._next_question = tick + self._poll_seconds
        if tick >= self._next_beat:
            heartbeat.beat(self._id, at)
            self._next_beat = tick + heartbeat.BEAT_SECONDS

    def _finish(self, at: datetime) -> None:
        self._dispatcher.wait()
        self._dispatcher.settle(at)

    def _run_jobs(self) -> None:
        """The periodic work, in a database session of its own."""
        with self._house.app_context():
            while not self._stopping.wait(JOBS_LOOK_SECONDS):
                try:
                    jobs.run_due(self._jobs, clock.now())
                except Exception as fault:  # noqa: BLE001  # the next look comes in a second
                    log.error("jobs_wait", **described(fault))

    def _leave(self, beside: threading.Thread) -> None:
        self._dispatcher.wait(SENDS_STOP_SECONDS_MAX)
        try:
            self._dispatcher.settle(clock.now())
            heartbeat.leave(self._id)
        except DATABASE_AWAY as fault:
            log.warning("left_unsettled", **described(fault))
        beside.join(JOBS_STOP_SECONDS_MAX)
        self.close()


def periodic_work(gateways: Sequence[Gateway]) -> list[Job]:
    """The jobs of every room."""
    return [
        *chores.jobs(gateways),
        Job("challenges.expire", timedelta(seconds=expiry.EVERY_SECONDS), expiry.expire_due),
        Job("forms.purge", FORMS_PURGED_EVERY, parking.purge),
        Job("answers.purge", ANSWERS_PURGED_EVERY, idempotency.purge),
        Job("sessions.end_expired", SESSIONS_ENDED_EVERY, staff.end_expired),
        *drafts.jobs(),
        *sweeping.jobs(),
        *nightly.jobs(),
        *liability.jobs(),
        *reports.jobs(),
        *birthdays.jobs(),
        *referring.jobs(),
    ]


def main(house: House) -> int:
    """Run a worker until SIGTERM or SIGINT; the exit status."""
    try:
        worker = Worker(house)
    except GatewayRefused as refused:
        log.error("worker_refused", reason=str(refused))
        return 1
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: worker.stop())
    log.info("worker_started")
    worker.run()
    log.info("worker_stopped")
    return 0
