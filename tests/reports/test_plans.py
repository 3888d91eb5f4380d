"""The report costs what the asked days cost, whatever else is in the tables and however many tills there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event, text

from posapp.core.db import METADATA, db
from posapp.reports import keeping
from posapp.reports.bounds import Bounds
from posapp.reports.live import _statement
from posapp.reports.period import Period, spans
from posapp.stores import queries as stores
from tests.reports.books import MINUTE, Books
from tests.reports.test_figures import MONDAY, NOON
from tests.support.databases import Database

REPORT = "/manager/reports/enrolment"
ROWS, MESSAGES = 4_000, 40_000
"""Of each row there is; most messages have nothing to do with enrolment."""
SECONDS = 100 * 86_400

KEYS = {"phone_index", "id", "member_id", "challenge_id", "posting_id", "route", "questionnaire_id", "key"}
"""Columns that differ from row to row; the same text gives the same id in every table."""
NAMED_BY_TIME = (
    "(lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint"
    f" - n::bigint * {SECONDS * 1000 // MESSAGES}), 12, '0') || substr(md5(id::text || n), 13))::uuid"
)
COPIED = ("member", "account", "posting", "questionnaire", "consent_record", "enrolment", "challenge")


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_grow_with_tills_people_and_days(books: Books) -> None:
    books.enrol(books.anna, NOON)
    chief = books.chief()
    for days in (1, 31):
        query = {"from": (MONDAY - timedelta(days=days - 1)).isoformat()}
        keeping.keep_days(books.clock.now())
        chief.get(REPORT, query_string=query)
        with statements() as few:
            assert chief.get(REPORT, query_string=query).status_code == 200
        for spot in books.more_tills(6):
            books.enrol(spot, NOON)
            books.enrol(spot, NOON - timedelta(days=2))
        keeping.keep_days(books.clock.now())
        with statements() as many:
            chief.get(REPORT, query_string=query)
        assert len(many) == len(few) <= 16, many


def copied(table: str, rows: int = ROWS, **changed: str) -> str:
    """SQL that adds so many rows like each that there is, spread over the days before it."""
    names, values = [], []
    for column in METADATA.tables[table].columns:
        names.append(f'"{column.name}"')
        if column.name in changed:
            values.append(changed[column.name])
        elif column.name in KEYS:
            shown = f"md5({column.name}::text || n)"
            values.append(f"CASE WHEN {column.name} IS NULL THEN NULL ELSE {_as(column, shown)} END")
        elif isinstance(column.type, sa.TypeDecorator) and column.name != "expires_at":
            values.append(f"{column.name} - make_interval(secs => n * {SECONDS // rows})")
        else:
            values.append(column.name)
    many = f"SELECT {', '.join(values)} FROM {table}, generate_series(1, {rows}) n"
    return f"INSERT INTO {table} ({', '.join(names)}) {many}"


def _as(column: sa.Column[Any], shown: str) -> str:
    return shown if isinstance(column.type, sa.Text) else f"({shown})::uuid"


@pytest.mark.postgres_only
def test_one_day_of_one_store_is_found_by_indexes(books: Books, database: Database) -> None:
    """A hundred days of two stores, and not one table is read from end to end."""
    books.sell(books.anna, books.enrol(books.anna, NOON), NOON + 5 * MINUTE)
    books.enrol(books.charlie, NOON)
    engine = sa.create_engine(database.owner_url)
    with engine.begin() as connection:
        for table in COPIED:
            connection.execute(text(copied(table)))
        connection.execute(text(copied("message", MESSAGES, id=NAMED_BY_TIME)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    plan = explained(books, MONDAY - timedelta(days=50))
    assert "Index Scan" in plan
    assert "Seq Scan" not in plan, plan


def explained(books: Books, day: date) -> str:
    """How PostgreSQL would read one day of Tverskaya."""
    db.session.rollback()
    found = spans([(stores.store(books.house.tverskaya), Period(day, day))])
    values = Bounds(0).values(found[0])
    ready = _statement(1).params(**values).compile(dialect=db.engine.dialect, compile_kwargs={"literal_binds": True})
    rows = db.session.execute(text(f"EXPLAIN {ready}".replace(":", r"\:"))).scalars()
    return "\n".join(rows)
