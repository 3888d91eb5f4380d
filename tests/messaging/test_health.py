"""The house says whether it lives, and if not, why."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from posapp.core.db import db
from posapp.core.ids import random_id
from posapp.messaging import health, heartbeat
from tests.messaging.conftest import Work
from tests.messaging.gateways import Provider, surely_not
from tests.messaging.outbox_of import promised
from tests.support.fake_clock import FakeClock

pytestmark = pytest.mark.usefixtures("app_context")
WORKER = random_id()


def reasons(client: FlaskClient) -> list[str]:
    """What the house says is wrong."""
    told: Any = client.get("/health").json
    return list(told["reasons"])


def test_all_is_well_while_a_worker_lives(client: FlaskClient, clock: FakeClock) -> None:
    heartbeat.beat(WORKER, clock.now())
    clock.advance(seconds=15)
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "checks": {"database": "ok", "worker": "ok", "outbox": "ok"}}


def test_it_says_that_there_never_was_a_worker(client: FlaskClient, clock: FakeClock) -> None:
    assert client.get("/health").status_code == 503
    assert reasons(client) == ["no worker is running"]


def test_it_says_that_the_worker_was_killed(client: FlaskClient, clock: FakeClock) -> None:
    heartbeat.beat(WORKER, clock.now())
    clock.advance(seconds=16)
    assert client.get("/health").status_code == 503
    assert reasons(client) == ["no worker has been heard of for 16 s"]
    heartbeat.beat(random_id(), clock.now())
    assert client.get("/health").status_code == 200


def test_it_says_that_the_worker_was_stopped(client: FlaskClient, clock: FakeClock) -> None:
    heartbeat.beat(WORKER, clock.now())
    heartbeat.leave(WORKER)
    assert reasons(client) == ["no worker is running"]


def test_it_says_that_codes_do_not_go_out(client: FlaskClient, work: Work, clock: FakeClock) -> None:
    promised()
    clock.advance(seconds=61)
    heartbeat.beat(WORKER, clock.now())
    assert reasons(client) == ["a message has waited for 61 s to be sent"]
    work(Provider("provider"))
    assert client.get("/health").status_code == 200


def test_a_message_that_pauses_is_not_a_message_that_waits(client: FlaskClient, work: Work, clock: FakeClock) -> None:
    promised()
    clock.advance(seconds=50)
    work(Provider("provider", *[surely_not()] * 3))
    clock.advance(seconds=20)
    heartbeat.beat(WORKER, clock.now())
    assert client.get("/health").status_code == 200


@pytest.mark.sqlite_only
def test_it_says_that_the_database_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = create_engine("sqlite:////nowhere/at/all.sqlite")
    monkeypatch.setitem(db._app_engines[app], None, nowhere)
    assert app.test_client().get("/health").status_code == 503
    assert reasons(app.test_client()) == ["the database does not answer"]
    nowhere.dispose()


def test_workers_of_long_ago_are_forgotten(clock: FakeClock) -> None:
    heartbeat.beat(WORKER, clock.now())
    heartbeat.forget(clock.advance(days=1))
    assert heartbeat.newest() is not None
    heartbeat.forget(clock.advance(seconds=1))
    assert heartbeat.newest() is None
    assert health.check(clock.now()) == ["no worker is running"]
