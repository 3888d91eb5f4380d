"""Months of messages lie apart on PostgreSQL, and nothing is ever refused for want of a month."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from posapp.core.db import db
from posapp.core.ids import uuid7
from posapp.messaging import partitions
from posapp.messaging.models import MESSAGE
from tests.messaging.conftest import Work
from tests.messaging.gateways import Provider
from tests.messaging.outbox_of import Promised, promised
from tests.support.databases import Database
from tests.support.fake_clock import FakeClock

FAR = datetime(2031, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)


def test_a_month_s_bounds_hold_every_id_made_in_it_and_no_other() -> None:
    december, january = partitions.first_id(2029, 12), partitions.first_id(2030, 1)
    last, millisecond = datetime(2029, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC), timedelta(milliseconds=1)
    assert uuid7(datetime(2029, 12, 1, tzinfo=UTC) - millisecond) < december
    assert december <= uuid7(datetime(2029, 12, 1, tzinfo=UTC)) < january
    assert december < uuid7(last) < january
    assert uuid7(last + millisecond) > january


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    """The tables' owner, who alone may make partitions."""
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()


def place_of(message: Promised, table: str = "message", column: str = "id") -> str:
    """The partition that a message lies in."""
    look = text(f"SELECT tableoid::regclass::text FROM {table} WHERE {column} = :id")
    found = db.session.execute(look, {"id": message.id}).scalar_one()
    db.session.rollback()
    return str(found)


@pytest.mark.postgres_only
@pytest.mark.usefixtures("app_context")
def test_a_message_and_its_attempts_lie_in_their_month(
    owner: Engine, work: Work, provider: Provider, clock: FakeClock
) -> None:
    clock.set(FAR)
    with owner.begin() as connection:
        partitions.create_ahead(connection, clock.now())
    message = promised()
    work(provider)
    assert place_of(message) == "message_p2031_12"
    assert place_of(message, "message_attempt", "message_id") == "message_attempt_p2031_12"
    clock.advance(seconds=1)
    assert place_of(promised()) == "message_p2032_01"


@pytest.mark.postgres_only
@pytest.mark.usefixtures("app_context")
def test_a_message_of_a_month_without_partition_is_not_refused(
    work: Work, provider: Provider, clock: FakeClock
) -> None:
    clock.set(FAR)
    message = promised()
    work(provider)
    assert place_of(message) == "message_pdefault"
    assert len(provider.sent) == 1


@pytest.mark.postgres_only
@pytest.mark.usefixtures("app_context")
def test_an_old_month_is_dropped_whole(owner: Engine, clock: FakeClock) -> None:
    clock.set(FAR - timedelta(days=10))
    with owner.begin() as connection:
        partitions.create_ahead(connection, clock.now(), months=0)
    promised()
    with owner.begin() as connection:
        connection.execute(text("DROP TABLE message_p2031_12, message_attempt_p2031_12"))
    assert db.session.execute(MESSAGE.select()).all() == []


@pytest.mark.usefixtures("app_context")
def test_the_worker_that_owns_nothing_leaves_it_to_the_owner_and_goes_on(clock: FakeClock) -> None:
    partitions.ensure_ahead(FAR)
    partitions.ensure_ahead(FAR, months=0)


@pytest.mark.postgres_only
@pytest.mark.usefixtures("app_context")
def test_making_a_month_twice_changes_nothing(owner: Engine) -> None:
    for _ in range(2):
        with owner.begin() as connection:
            partitions.create_ahead(connection, FAR, months=2)
    partitions.ensure_ahead(FAR, months=2)
    assert partitions.partition_name("message", 2032, 2) == "message_p2032_02"


@pytest.mark.postgres_only
@pytest.mark.usefixtures("app_context")
def test_the_application_s_role_may_not_make_a_month() -> None:
    with pytest.raises(ProgrammingError, match="InsufficientPrivilege"):
        partitions.create_month(db.session.connection(), 2031, 12)
    db.session.rollback()
