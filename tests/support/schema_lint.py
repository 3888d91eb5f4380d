"""Says where a schema could not be spread over many machines, or leaves to the database what is ours to decide."""

from collections.abc import Callable, Iterator

from sqlalchemy import (
    DateTime,
    Enum,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.sql.schema import Constraint

from posapp.core.db import UtcDateTime

NAME_BYTES_MAX = 63
"""PostgreSQL cuts longer names, and two cut names may be one."""

Rule = Callable[[Table], Iterator[str]]


def says_where_it_lives(table: Table) -> Iterator[str]:
    """Each table says that it is a reference table, or by which of its columns it is sharded."""
    kind = table.info.get("kind")
    if kind not in {"reference", "sharded"}:
        yield f"{table.name}: info says neither reference nor sharded"
    if kind == "sharded" and _shard_column(table) is None:
        yield f"{table.name}: is sharded by {table.info.get('by')!r}, which is not a column of it"


def shard_column_is_a_key(table: Table) -> Iterator[str]:
    """The shard column is a UUID, never empty, and first in the primary key."""
    by = _shard_column(table)
    if by is None:
        return
    column = table.columns[by]
    if not isinstance(column.type, Uuid):
        yield f"{table.name}.{by}: the shard column is not a UUID"
    if column.nullable:
        yield f"{table.name}.{by}: the shard column may be empty"
    if not table.primary_key.columns or next(iter(table.primary_key.columns)).name != by:
        yield f"{table.name}: {by} is not first in the primary key"


def uniqueness_holds_on_one_shard(table: Table) -> Iterator[str]:
    """Every unique constraint and unique index of a sharded table contains the shard column."""
    by = _shard_column(table)
    if by is None:
        return
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and by not in constraint.columns:
            yield f"{table.name}: {constraint.name} is unique without {by}"
    for index in table.indexes:
        if index.unique and by not in index.columns:
            yield f"{table.name}: {index.name} is unique without {by}"


def foreign_keys_stay_on_one_shard(table: Table) -> Iterator[str]:
    """A foreign key goes to a reference table, or from shard column to shard column; reference tables know no shard."""
    by = _shard_column(table)
    for constraint in table.foreign_key_constraints:
        target = constraint.referred_table
        target_by = _shard_column(target)
        pairs = {(element.parent.name, element.column.name) for element in constraint.elements}
        if target_by is not None and (by, target_by) not in pairs:
            yield f"{table.name}: {constraint.name} points into {target.name} without its shard column {target_by}"


def keys_are_made_by_the_application(table: Table) -> Iterator[str]:
    """No serial, no identity, no sequence, no default of the server in a key."""
    if not table.primary_key.columns:
        yield f"{table.name}: has no primary key"
    if table.autoincrement_column is not None:
        yield f"{table.name}.{table.autoincrement_column.name}: the database would count it (say autoincrement=False)"
    for column in table.columns:
        if column.identity is not None or (column.default is not None and column.default.is_sequence):
            yield f"{table.name}.{column.name}: comes from a sequence"
        if column.primary_key and column.server_default is not None:
            yield f"{table.name}.{column.name}: the server makes the key"


def types_are_plain(table: Table) -> Iterator[str]:
    """No native enums (a new member would lock the table), no moments without a zone."""
    for column in table.columns:
        if isinstance(column.type, Enum) and column.type.native_enum:
            yield f"{table.name}.{column.name}: is a native enum; use text and a CHECK"
        if isinstance(column.type, DateTime):
            yield f"{table.name}.{column.name}: is a plain DateTime; use UtcDateTime"
        if isinstance(column.type, UtcDateTime) and not getattr(column.type.impl, "timezone", True):
            yield f"{table.name}.{column.name}: forgets the zone"


def everything_has_a_name(table: Table) -> Iterator[str]:
    """Constraints and indexes are named, so that an error says which promise was broken and a migration finds it."""
    for constraint in table.constraints:
        if not isinstance(constraint.name, str) and not _is_empty(constraint):
            yield f"{table.name}: a {type(constraint).__name__} has no name"
    names = [thing.name for thing in table.constraints] + [index.name for index in table.indexes]
    for name in names:
        if isinstance(name, str) and len(name.encode()) > NAME_BYTES_MAX:
            yield f"{table.name}: the name {name} is longer than {NAME_BYTES_MAX} bytes"


def _shard_column(table: Table) -> str | None:
    by = str(table.info.get("by"))
    return by if table.info.get("kind") == "sharded" and by in table.columns else None


def _is_empty(constraint: Constraint) -> bool:
    return isinstance(constraint, PrimaryKeyConstraint) and not constraint.columns


RULES: tuple[Rule, ...] = (
    says_where_it_lives,
    shard_column_is_a_key,
    uniqueness_holds_on_one_shard,
    foreign_keys_stay_on_one_shard,
    keys_are_made_by_the_application,
    types_are_plain,
    everything_has_a_name,
)


def faults(metadata: MetaData) -> list[str]:
    """Every fault of every table, in words."""
    return [fault for table in metadata.tables.values() for rule in RULES for fault in rule(table)]
