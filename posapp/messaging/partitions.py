"""Monthly partitions of the outbox on PostgreSQL, by the time that a message's id carries.

An old month is dropped whole, in no time. A message of a month that nobody has made a partition for goes into the
default partition: nothing is ever refused for want of one. Making a partition asks for the owner of the tables; in
production the worker is none, so ``flask partitions`` runs as the owner, once a year is enough.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection, text

from posapp.core.db import db, dialect_name, transaction
from posapp.messaging.models import ATTEMPT, MESSAGE

MONTHS_AHEAD = 3
LOCK_SECONDS_MAX = 2
"""A till never waits longer than this for a new partition; the job gives up and comes again."""

PARTITIONED = (MESSAGE.name, ATTEMPT.name)

log = structlog.get_logger(__name__)


def create_month(connection: Connection, year: int, month: int) -> None:
    """The partitions of one month, when they are not there yet."""
    first, after = first_id(year, month), first_id(*_later(year, month, 1))
    for table in PARTITIONED:
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS {partition_name(table, year, month)} PARTITION OF {table} "
                f"FOR VALUES FROM ('{first}') TO ('{after}')"
            )
        )


def create_ahead(connection: Connection, at: datetime, months: int = MONTHS_AHEAD) -> None:
    """The partitions of this month and of so many after it."""
    for later in range(months + 1):
        create_month(connection, *_later(at.year, at.month, later))


def ensure_ahead(at: datetime, months: int = MONTHS_AHEAD) -> None:
    """The worker's job: make what is missing where it may, or say that the owner must."""
    if dialect_name() != "postgresql":
        return
    with transaction() as session:
        if not _missing(at, months):
            return
        owner = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass(:table)"
        if not db.session.execute(text(owner), {"table": MESSAGE.name}).scalar():
            log.warning("partitions_missing", remedy="run `flask partitions` as the owner of the tables")
            return
        db.session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS_MAX}s'"))
        create_ahead(session.connection(), at, months)


def partition_name(table: str, year: int, month: int) -> str:
    return f"{table}_p{year}_{month:02}"


def first_id(year: int, month: int) -> UUID:
    """Smaller than every id made in this month (UTC), greater than every id made before."""
    begin = datetime(year, month, 1, tzinfo=UTC)
    return UUID(int=int(begin.timestamp() * 1000) << 80)


def _missing(at: datetime, months: int) -> bool:
    names = [
        partition_name(table, *_later(at.year, at.month, later)) for table in PARTITIONED for later in range(months + 1)
    ]
    there = text("SELECT count(*) FROM unnest(CAST(:names AS text[])) AS name WHERE to_regclass(name) IS NOT NULL")
    found: int = db.session.execute(there, {"names": names}).scalar_one()
    return found < len(names)


def _later(year: int, month: int, months: int) -> tuple[int, int]:
    years, zero_based = divmod(month - 1 + months, 12)
    return year + years, zero_based + 1
