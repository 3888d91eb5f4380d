"""The database: one base class, one place that commits, and the words a table uses to say where it lives.

Every table says in ``info`` whether it is *reference* (the same everywhere) or *sharded* by one immutable UUID column;
the tests read it. Nothing else in the product commits: a service adds and executes, ``transaction()`` makes it last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, CursorResult, DateTime, Engine, Executable, LargeBinary, MetaData, Text, Uuid
from sqlalchemy import event as events
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

JsonObject = dict[str, Any]
JsonArray = list[Any]

SQLITE_BUSY_MILLISECONDS = 5_000
_WRITES = "posapp_writes"
_OPEN, _LAST, _AFTER = "transaction_open", "before_commit", "after_commit"

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. Refuses naive input; gives UTC back where SQLite has forgotten the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: say which moment in UTC it is")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JsonDocument = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """Every table's base: typed columns, named constraints, one metadata."""

    registry = registry(
        metadata=METADATA,
        type_annotation_map={
            UUID: Uuid(),
            datetime: UtcDateTime(),
            bytes: LargeBinary(),
            int: BigInteger(),
            str: Text(),
            JsonObject: JsonDocument,
            JsonArray: JsonDocument,
        },
    )


db = SQLAlchemy(metadata=METADATA, session_options={"expire_on_commit": False})


def reference(*, append_only: bool = False) -> dict[str, Any]:
    """Info of a table that is small, changes rarely and is the same on every node."""
    return {"kind": "reference", "append_only": append_only}


def sharded(column: str, *, append_only: bool = False) -> dict[str, Any]:
    """Info of a table that is spread by ``column``, an immutable UUID that comes first in its primary key."""
    return {"kind": "sharded", "by": column, "append_only": append_only}


@contextmanager
def transaction() -> Iterator[Session]:
    """All or nothing: commits when the block returns, rolls back when it raises.

    A look that the session began before is ended first, so carry values into the block, not rows.
    On SQLite the write lock is taken at once, so that what was read inside the block cannot change under it.

    Raises RuntimeError when one is open already: what must outlive a refusal gets a transaction of its own.
    """
    session = db.session()
    if session.info.get(_OPEN):
        raise RuntimeError("a transaction is open already; transactions do not nest")
    session.rollback()
    session.info.clear()
    session.info[_OPEN], session.info[_LAST], session.info[_AFTER] = True, [], []
    try:
        session.connection(execution_options={_WRITES: True})
        yield session
        for last in session.info[_LAST]:
            last()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_OPEN] = False
        session.info.pop(_LAST)
    for hint in session.info.pop(_AFTER):
        hint()


@contextmanager
def one_moment() -> Iterator[Session]:
    """Read as much as is wanted, all of it as it was at one moment, and write nothing.

    Raises RuntimeError inside a transaction(), which has begun to see already.
    """
    if in_transaction():
        raise RuntimeError("a transaction is open already; its reads are not of one moment")
    session = db.session()
    session.rollback()
    try:
        if dialect_name() == "postgresql":  # SQLite reads of one moment anyway
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
    finally:
        session.rollback()


@contextmanager
def thrown_away() -> Iterator[None]:
    """A database of its own in memory, with every table and nothing in it, for the length of the block.

    Inside, ``db.session`` and ``transaction()`` speak to it alone: session and engine belong to the application in
    whose context they are asked for, and here that is a bare one which nothing else knows. The house's own session,
    its open statements and its settings stay as they are, and so do those of other threads.
    """
    bare = Flask("thrown_away", static_folder=None)
    bare.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(bare)
    with bare.app_context():
        METADATA.create_all(db.engine)
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def in_transaction() -> bool:
    """Is a ``transaction()`` open in this session?"""
    return bool(db.session().info.get(_OPEN))


def before_commit(last: Callable[[], None]) -> None:
    """Run ``last`` as the end of the open transaction: for rows whose lock everybody shares, and so takes last."""
    if not in_transaction():
        raise RuntimeError("nothing is open: this belongs into transaction()")
    db.session().info[_LAST].append(last)


def after_commit(hint: Callable[[], None]) -> None:
    """Run ``hint`` once the open transaction has committed, never after a rollback. For wake-ups, not for promises."""
    db.session().info[_AFTER].append(hint)


def rows_changed(statement: Executable) -> int:
    """Execute an UPDATE or DELETE and say how many rows it touched: the answer of a race."""
    return cast("CursorResult[Any]", db.session.execute(statement)).rowcount


def dialect_name() -> str:
    """``sqlite`` or ``postgresql``."""
    return db.engine.dialect.name


@events.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Take transaction control from the driver, and make a commit survive a power cut."""
    if type(connection).__module__.split(".")[0] != "sqlite3":
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


@events.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
