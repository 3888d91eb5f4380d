"""Processes at a few cards, killed at any moment, with the database's own processes: the books agree afterwards.

`TORTURE_OPERATIONS` in the environment makes it longer; `python -m tests.points.torture` needs no pytest. The controls
show that it can fail: with the gate open, it must find something.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event, make_url

from posapp.core import db as core_db
from tests.points.torture.conductor import torture
from tests.points.torture.ground import house, new_database, own_server
from tests.points.torture.stage import Size
from tests.points.torture.verdict import Report
from tests.support.database_fixtures import MISSING
from tests.support.postgres import NoPostgres, Running

pytestmark = pytest.mark.torture

SIZE = Size(operations=int(os.environ.get("TORTURE_OPERATIONS", "400")))
SHORT = Size(operations=60, kills=0)
"""Enough for some duels, in which two have read a card before either writes: so the controls cannot come out well."""
DUEL_SECONDS = 10.0

Say = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """A server that these tests may kill."""
    try:
        with own_server() as running:
            yield running
    except NoPostgres as reason:
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            pytest.fail(MISSING + str(reason), pytrace=False)
        pytest.skip(MISSING + str(reason))


def summary(report: Report, say: Say) -> Report:
    """Shown also when all is well."""
    with say.disabled():
        os.write(1, f"\n{report}\n".encode())
    return report


@pytest.mark.sqlite_only
def test_whoever_is_killed_the_books_of_a_file_agree(app_context: Flask, tmp_path: Path, capsys: Say) -> None:
    report = summary(torture(app_context, tmp_path, SIZE), capsys)
    assert report.problems == []
    assert report.kills == {"client": SIZE.kills}
    assert report.acknowledged == report.operations >= SIZE.operations


def test_whatever_is_killed_the_books_of_a_server_agree(server: Running, tmp_path: Path, capsys: Say) -> None:
    with house(new_database(server), tmp_path) as app:
        report = summary(torture(app, tmp_path, SIZE, server=server), capsys)
    assert report.problems == []
    assert report.kills == {"client": SIZE.kills, "backend terminated": SIZE.kills, "backend": 1, "server": 1}
    assert report.acknowledged == report.operations >= SIZE.operations


@pytest.mark.usefixtures("no_gate")
def test_control_with_the_gate_open_the_torture_finds_it(server: Running, tmp_path: Path, capsys: Say) -> None:
    """The schema's last guard is taken away too: else it would stop each lost update by itself."""
    url = new_database(server)
    owner = make_url(server.server.url).set(drivername="postgresql", database=make_url(url).database)
    with psycopg.connect(owner.render_as_string(hide_password=False)) as connection:
        connection.execute("ALTER TABLE posting DROP CONSTRAINT uq_posting_member_id_seq")
    with house(url, tmp_path) as app:
        report = summary(torture(app, tmp_path, SHORT, duel_seconds=DUEL_SECONDS), capsys)
    assert report.duels > 0
    assert any("one after the other" in problem for problem in report.problems)


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("no_gate")
def test_control_without_its_write_lock_the_torture_of_a_file_finds_it(
    app_context: Flask, tmp_path: Path, capsys: Say
) -> None:
    """On SQLite nobody comes to the open gate but one, as long as a transaction takes the only write lock at once."""
    with no_transactions():
        report = summary(torture(app_context, tmp_path, SHORT, duel_seconds=DUEL_SECONDS), capsys)
    assert report.problems != []


@contextmanager
def no_transactions() -> Iterator[None]:
    event.remove(Engine, "begin", core_db._begin_sqlite)
    try:
        yield
    finally:
        event.listen(Engine, "begin", core_db._begin_sqlite)
