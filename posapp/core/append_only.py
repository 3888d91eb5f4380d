"""Rows that may be added and never changed: by GRANTs on PostgreSQL, by triggers on SQLite.

A table asks for it with ``append_only=True`` in its ``info``. On PostgreSQL the application's role owns nothing:
migrations run as the owner, and ``grants`` gives the role exactly what each table allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import MetaData, Table, event
from sqlalchemy.engine import Connection

_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def triggers(table: str) -> Iterator[str]:
    """The SQLite statements that make every later UPDATE and DELETE of ``table`` fail."""
    for act in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def grants(metadata: MetaData, role: str) -> Iterator[str]:
    """The PostgreSQL statements that let ``role`` work with every table, and change none that is append-only.

    Raises ValueError when ``role`` is not a plain lower-case name.
    """
    if not _ROLE.fullmatch(role):
        raise ValueError("a role is named in lower-case letters, digits and underscores")
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    for table in metadata.sorted_tables:
        rights = "SELECT, INSERT" if table.info.get("append_only") else "SELECT, INSERT, UPDATE, DELETE"
        yield f"REVOKE ALL ON {table.name} FROM {role}"
        yield f"GRANT {rights} ON {table.name} TO {role}"


@event.listens_for(Table, "after_create")
def _guard(table: Table, connection: Connection, **_: object) -> None:
    """Where tables are made without migrations (throw-away databases), the guard comes with them."""
    if table.info.get("append_only") and connection.dialect.name == "sqlite":
        for statement in triggers(table.name):
            connection.exec_driver_sql(statement)
