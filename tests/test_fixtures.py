"""The ground that the other tests stand on."""

import time
from collections.abc import Callable

import httpx2
import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from posapp.core import clock as core_clock
from posapp.core.db import METADATA, db
from posapp.settings import current
from tests.support.databases import Database
from tests.support.fake_clock import FakeClock


@pytest.mark.usefixtures("app_context")
def test_the_application_finds_every_table(database: Database) -> None:
    names = set(sqlalchemy.inspect(db.engine).get_table_names())
    assert db.engine.dialect.name == database.kind
    assert set(METADATA.tables) <= names


@pytest.mark.postgres_only
@pytest.mark.usefixtures("app_context")
def test_the_application_owns_nothing_on_postgresql() -> None:
    owned = db.session.execute(text("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")).scalar()
    assert owned == 0
    with pytest.raises(sqlalchemy.exc.ProgrammingError, match="permission denied"):
        db.session.execute(text("CREATE TABLE smuggled (id int)"))


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.usefixtures("app_context")
def test_no_test_sees_what_another_wrote(turn: int, database: Database) -> None:
    engine = sqlalchemy.create_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (turn int)"))
    engine.dispose()


def test_the_clock_stands_still_until_it_is_moved(app: Flask, clock: FakeClock) -> None:
    before = core_clock.now()
    assert core_clock.now() == before
    clock.advance(seconds=301)
    assert (core_clock.now() - before).total_seconds() == 301
    with pytest.raises(ValueError, match="forward"):
        clock.advance(seconds=-1)


@pytest.mark.sqlite_only
@pytest.mark.settings(attempts_max=3)
def test_a_test_may_change_a_setting(app: Flask) -> None:
    assert current().attempts_max == 3


def test_a_turn_of_the_worker_makes_the_house_well(client: FlaskClient, work: Callable[[], None]) -> None:
    assert client.get("/health").status_code == 503
    work()
    assert client.get("/health").status_code == 200


@pytest.mark.with_worker
def test_a_served_house_with_its_worker_is_well(base_url: str) -> None:
    deadline = time.monotonic() + 10
    while (status := httpx2.get(f"{base_url}/health").status_code) != 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status == 200
