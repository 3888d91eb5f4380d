"""Alembic's way in: the application's engine and metadata, one history for SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from posapp.core.db import METADATA, JsonDocument, UtcDateTime

PARTITION_PREFIXES = ("message_p", "message_attempt_p")


def is_ours(_thing: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Monthly partitions belong to their table, not to the models."""
    return not (kind == "table" and reflected and str(name).startswith(PARTITION_PREFIXES))


def written_as(kind: str, thing: Any, autogen_context: Any) -> str | bool:
    """Own types stand in a migration as plain SQLAlchemy, so that it never changes with the code."""
    if kind != "type":
        return False
    if isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if thing is JsonDocument:
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
            include_object=is_ours,
            render_item=written_as,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
