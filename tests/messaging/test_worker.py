"""The worker as a whole: everything in one pass, stopping in good order, a database that goes away."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url

from posapp import settings as settings_module
from posapp import worker as worker_module
from posapp.core.jobs import JOB
from posapp.messaging import health, heartbeat
from posapp.messaging.gateways.console import DevPhone
from posapp.messaging.models import BEAT
from posapp.messaging.state import State
from posapp.settings import Settings
from posapp.worker import Worker
from tests.messaging import hands
from tests.messaging.conftest import Above
from tests.messaging.gateways import Provider
from tests.messaging.outbox_of import CODE, promised, rows
from tests.support.databases import Database
from tests.support.fake_clock import FakeClock

PATIENCE_SECONDS = 60.0


def eventually(what: Callable[[], bool]) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_one_pass_does_all_that_is_due(app_context: Flask, above: Above, settings: Settings, clock: FakeClock) -> None:
    message, worker = promised(), Worker(app_context)
    worker.run_once(clock.now())
    assert message.state().state is State.SUBMITTED
    clock.advance(seconds=1)
    worker.run_once(clock.now())
    worker.close()
    assert message.state().state is State.DELIVERED
    assert health.check(clock.now()) == []
    assert CODE in DevPhone(settings.data_dir).newest(clock.now())[0].text
    assert {"messages.blank_phones", "messages.partitions", "dev_phone.prune"} <= {row["name"] for row in rows(JOB)}
    assert [row["last_error"] for row in rows(JOB) if row["last_error"]] == []


def test_told_to_stop_it_finishes_what_is_under_way(app: Flask, above: Above, clock: FakeClock) -> None:
    provider, messages = Provider("provider"), [promised() for _ in range(40)]
    worker = Worker(app, [provider])

    def run() -> None:
        with app.app_context():
            worker.run()

    running = Thread(target=run)
    running.start()
    eventually(lambda: len(provider.sent) == len(messages))
    worker.stop()
    running.join(PATIENCE_SECONDS)
    assert not running.is_alive()
    assert {message.state().state for message in messages} == {State.SUBMITTED}
    assert rows(BEAT) == []


@pytest.fixture
def served(
    app_context: Flask, above: Above, settings: Settings, clock: FakeClock, tmp_path: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker process with the on-screen phone."""
    process = hands.start(settings, clock.now(), tmp_path / "ledger", "serve")
    try:
        eventually(lambda: bool(rows(BEAT)) or process.poll() is not None)
        assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_worker_sends_by_itself_and_leaves_when_it_is_told(served: "subprocess.Popen[bytes]") -> None:
    message = promised()
    eventually(lambda: message.state().state is not State.QUEUED)
    served.send_signal(signal.SIGTERM)
    assert served.wait(PATIENCE_SECONDS) == 0
    assert heartbeat.newest() is None


@pytest.mark.postgres_only
@pytest.mark.torture
def test_a_worker_outlives_its_database(served: "subprocess.Popen[bytes]", database: Database) -> None:
    plain = make_url(database.owner_url).set(drivername="postgresql", database="postgres")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as owner:
        name = make_url(database.url).database
        owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        role = make_url(database.url).set(drivername="postgresql", database="postgres")
        with psycopg.connect(role.render_as_string(hide_password=False), autocommit=True) as own:
            own.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        time.sleep(1.5)  # the worker meets the closed door more than once
        owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert served.poll() is None
    with pytest.raises(Exception, match=r"terminat|closed"):
        promised()
    message = promised()
    eventually(lambda: message.state().state is not State.QUEUED)


def test_a_worker_with_a_gateway_that_is_not_there_does_not_start(app_context: Flask, settings: Settings) -> None:
    settings_module.use(settings.model_copy(update={"gateways": ("nobody",)}))
    assert worker_module.main(app_context) == 1
