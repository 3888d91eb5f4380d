"""The schema is ready for many machines from the first day, and what may only be added cannot be changed."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import Column, ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint, Uuid, text
from sqlalchemy.exc import DBAPIError

from posapp import audit
from posapp.core.actor import system_actor
from posapp.core.db import NAMES, UtcDateTime, db, reference, sharded
from tests.support.databases import Database
from tests.support.fake_clock import FakeClock
from tests.support.schema import whole_metadata
from tests.support.schema_lint import faults


def test_every_table_can_be_spread() -> None:
    assert faults(whole_metadata()) == []


def good() -> MetaData:
    """A sound schema: a reference table, and two sharded ones that know each other."""
    metadata = MetaData(naming_convention=NAMES)
    Table("store", metadata, Column("id", Uuid, primary_key=True), info=reference())
    Table("member", metadata, Column("member_id", Uuid, primary_key=True), info=sharded("member_id"))
    Table(
        "posting",
        metadata,
        Column("member_id", Uuid, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("store_id", Uuid, sa.ForeignKey("store.id")),
        Column("key", sa.Text),
        Column("at", UtcDateTime()),
        UniqueConstraint("member_id", "key"),
        ForeignKeyConstraint(["member_id"], ["member.member_id"]),
        info=sharded("member_id"),
    )
    return metadata


def test_a_sound_schema_has_no_fault() -> None:
    assert faults(good()) == []


def _without_info(metadata: MetaData) -> None:
    metadata.tables["store"].info.clear()


def _by_nothing(metadata: MetaData) -> None:
    metadata.tables["member"].info["by"] = "elsewhere"


def _by_text(metadata: MetaData) -> None:
    Table("note", metadata, Column("who", sa.Text, primary_key=True), info=sharded("who"))


def _by_a_later_column(metadata: MetaData) -> None:
    columns = Column("id", Uuid, primary_key=True), Column("member_id", Uuid, primary_key=True)
    Table("note", metadata, *columns, info=sharded("member_id"))


def _may_be_empty(metadata: MetaData) -> None:
    metadata.tables["member"].columns["member_id"].nullable = True


def _unique_everywhere(metadata: MetaData) -> None:
    metadata.tables["posting"].append_constraint(UniqueConstraint("key"))


def _unique_index_everywhere(metadata: MetaData) -> None:
    Index(None, metadata.tables["posting"].columns["key"], unique=True)


def _points_across(metadata: MetaData) -> None:
    posting = metadata.tables["posting"]
    posting.append_column(Column("friend_id", Uuid, sa.ForeignKey("member.member_id")))


def _reference_knows_a_shard(metadata: MetaData) -> None:
    metadata.tables["store"].append_column(Column("best_id", Uuid, sa.ForeignKey("member.member_id")))


def _counted(metadata: MetaData) -> None:
    Table("note", metadata, Column("id", sa.Integer, primary_key=True), info=reference())


def _identity(metadata: MetaData) -> None:
    metadata.tables["posting"].append_column(Column("no", sa.BigInteger, sa.Identity()))


def _made_by_the_server(metadata: MetaData) -> None:
    key = Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    Table("note", metadata, key, info=reference())


def _native_enum(metadata: MetaData) -> None:
    metadata.tables["posting"].append_column(Column("kind", sa.Enum("a", "b", name="kind")))


def _plain_moment(metadata: MetaData) -> None:
    metadata.tables["posting"].append_column(Column("seen_at", sa.DateTime(timezone=True)))


def _unnamed(metadata: MetaData) -> None:
    Table("loose", MetaData(), Column("id", Uuid, primary_key=True), info=reference()).to_metadata(metadata)
    table = metadata.tables["loose"]
    for constraint in table.constraints:
        constraint.name = None


def _too_long(metadata: MetaData) -> None:
    metadata.tables["posting"].append_constraint(UniqueConstraint("member_id", "at", name="uq_" + "x" * 61))


PLANTED = [
    (_without_info, "neither reference nor sharded"),
    (_by_nothing, "not a column"),
    (_by_text, "not a UUID"),
    (_by_a_later_column, "not first"),
    (_may_be_empty, "may be empty"),
    (_unique_everywhere, "unique without member_id"),
    (_unique_index_everywhere, "unique without member_id"),
    (_points_across, "without its shard column"),
    (_reference_knows_a_shard, "without its shard column"),
    (_counted, "would count it"),
    (_identity, "sequence"),
    (_made_by_the_server, "server makes the key"),
    (_native_enum, "native enum"),
    (_plain_moment, "plain DateTime"),
    (_unnamed, "has no name"),
    (_too_long, "longer than"),
]


@pytest.mark.parametrize(("plant", "complaint"), PLANTED, ids=[plant.__name__.strip("_") for plant, _ in PLANTED])
def test_a_planted_fault_is_found(plant: Callable[[MetaData], None], complaint: str) -> None:
    metadata = good()
    plant(metadata)
    assert any(complaint in fault for fault in faults(metadata)), faults(metadata)


@pytest.mark.postgres_only
@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("sequence", "SELECT relname FROM pg_class WHERE relkind = 'S'"),
        ("enum", "SELECT typname FROM pg_type WHERE typtype = 'e'"),
        ("trigger", "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"),
        ("unvalidated constraint", "SELECT conname FROM pg_constraint WHERE NOT convalidated"),
    ],
)
def test_the_migrated_database_has_no(kind: str, query: str) -> None:
    assert db.session.execute(text(query)).all() == []


def append_only() -> list[str]:
    tables = [table for table in whole_metadata().tables.values() if table.info.get("append_only")]
    assert tables, "no table asks to be append-only"
    return sorted(table.name for table in tables)


@pytest.mark.postgres_only
@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER"])
def test_the_application_may_only_add_to_append_only_tables(act: str) -> None:
    may = text("SELECT has_table_privilege(current_user, :table, :act)")
    allowed = [name for name in append_only() if db.session.execute(may, {"table": name, "act": act}).scalar()]
    assert allowed == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize("act", ["update", "delete"])
def test_append_only_tables_are_guarded_by_triggers(database: Database, act: str) -> None:
    engine = sa.create_engine(database.url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    engine.dispose()
    guarded = {table for table, statement in found if f"BEFORE {act.upper()}" in statement.upper()}
    assert guarded == set(append_only())


@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize("statement", ["UPDATE audit_row SET reason = 'edited'", "DELETE FROM audit_row"])
def test_an_audit_row_stays_as_it_was_written(clock: FakeClock, statement: str) -> None:
    audit.record_alone(audit.AuditTag.ACCESS_REFUSED, actor=system_actor(), at=clock.now())
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
        db.session.execute(text(statement))
    db.session.rollback()
    assert db.session.execute(text("SELECT count(*) FROM audit_row WHERE reason IS NULL")).scalar() == 1
