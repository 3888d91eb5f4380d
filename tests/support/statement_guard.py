"""Watches statements on their way to the database and refuses those that one shard alone could not answer.

    with guarded() as statements:
        points.credit(…)

Needs no cluster: a statement is judged by its text (see `statement_pins`). A statement that cannot be read is refused
too, so that silence always means that it was judged.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

import pytest
import sqlglot
from flask import Flask
from sqlalchemy import Engine, MetaData, event
from sqlglot import exp
from sqlglot.errors import SqlglotError

from posapp.core.db import db
from tests.support.schema import whole_metadata
from tests.support.statement_pins import Pins

HOUSEKEEPING = re.compile(
    r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|PRAGMA|LISTEN|UNLISTEN|NOTIFY)\b", re.I
)
READABLE = (exp.Select, exp.SetOperation, exp.Insert, exp.Update, exp.Delete)
_MARKS = re.compile(r"'[^']*'|\?")

Watch = Callable[[], AbstractContextManager[list[str]]]


class Guard:
    """Knows which tables are sharded, and by what."""

    def __init__(self, metadata: MetaData) -> None:
        tables = metadata.tables.values()
        self._shards = {table.name: table.info["by"] for table in tables if table.info.get("kind") == "sharded"}
        self._columns = {table.name: frozenset(table.columns.keys()) for table in tables}

    def faults(self, statement: str, parameters: Any, dialect: str = "postgresql") -> list[str]:
        """Why one shard could not answer the statement with these parameters; empty when it could."""
        if HOUSEKEEPING.match(statement):
            return []
        text, values = _named(statement, parameters, dialect)
        try:
            tree = _parsed(text, dialect)
        except SqlglotError as problem:
            return [f"cannot be read: {problem}"]
        if not isinstance(tree, READABLE):
            mentioned = [name for name in self._shards if re.search(rf"\b{name}\b", text)]
            return [f"{name} is touched by a {type(tree).__name__}" for name in mentioned]
        pins = Pins(self._shards, self._columns, values)
        pins.read(tree)
        loose = [f"{t.table} is not pinned to one {t.by}" for t in pins.touches if t.pinned_to is None]
        shards = {touch.pinned_to: f"{touch.table}.{touch.by}" for touch in pins.touches if touch.pinned_to is not None}
        across = [f"touches several shards at once: {', '.join(shards.values())}"] if len(shards) > 1 else []
        return [*pins.moves, *loose, *across]


@contextmanager
def watching(engine: Engine, guard: Guard) -> Iterator[list[str]]:
    """Judge every statement of the engine; gives the list of those sent. Fails at the end with every fault found."""
    sent: list[str] = []
    faults: list[str] = []

    def judge(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool) -> None:
        if not HOUSEKEEPING.match(statement):
            sent.append(statement)
        for each in parameters if executemany else [parameters]:
            found = guard.faults(statement, each, engine.dialect.name)
            if found:
                faults.append(f"{'; '.join(found)}\n    {' '.join(statement.split())}")
                break

    event.listen(engine, "before_cursor_execute", judge)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", judge)
    assert not faults, "one shard could not answer:\n" + "\n".join(faults)


@pytest.fixture
def guarded(app: Flask) -> Watch:
    """`with guarded() as statements:` around what must stay on one shard."""
    guard = Guard(whole_metadata())

    def watch() -> AbstractContextManager[list[str]]:
        with app.app_context():
            return watching(db.engine, guard)

    return watch


def _named(statement: str, parameters: Any, dialect: str) -> tuple[str, Mapping[str, object]]:
    """The statement with parameters by name: psycopg names them, SQLite's driver counts question marks."""
    if dialect == "postgresql":
        return statement.replace("%%", "%"), parameters if isinstance(parameters, Mapping) else {}
    count = iter(range(len(parameters)))
    text = _MARKS.sub(lambda mark: f":p{next(count)}" if mark[0] == "?" else mark[0], statement)
    return text, {f"p{place}": value for place, value in enumerate(parameters)}


@lru_cache(maxsize=512)
def _parsed(text: str, dialect: str) -> exp.Expr:
    return sqlglot.parse_one(text, read={"postgresql": "postgres"}.get(dialect, dialect))
