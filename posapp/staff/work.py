"""Changing one part of a session's work in one statement, so that two requests of a till cannot undo each other's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Text, func
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from posapp.core.db import dialect_name

EMPTY: dict[str, Any] = {"challenges": {}, "draft": None, "card": None, "last_posting": None}


def put(work: Any, path: tuple[str, ...], value: object) -> ColumnElement[Any]:
    """``work`` (a column or an expression) with ``value`` at ``path``."""
    text = json.dumps(value)
    if dialect_name() == "sqlite":
        return func.json_set(work, _sqlite_path(path), func.json(text))
    return func.jsonb_set(work, sql_cast(list(path), ARRAY(Text)), sql_cast(sql_cast(text, Text), JSONB))


def without(work: Any, path: tuple[str, ...]) -> ColumnElement[Any]:
    """``work`` with nothing at ``path``."""
    if dialect_name() == "sqlite":
        return func.json_remove(work, _sqlite_path(path))
    return cast("ColumnElement[Any]", work.op("#-")(sql_cast(list(path), ARRAY(Text))))


def at_the_end(work: Any) -> ColumnElement[Any]:
    """``work`` without what ends with the session: its codes, and what could be undone."""
    return put(put(work, ("challenges",), {}), ("last_posting",), None)


def carried_over(former: Mapping[str, Any] | None) -> dict[str, Any]:
    """The work of a shift that goes on where ``former`` was interrupted: its card and its questionnaire."""
    kept = former or {}
    return EMPTY | {name: kept.get(name) for name in ("draft", "card")}


def _sqlite_path(path: tuple[str, ...]) -> str:
    """Every step quoted; the steps are our own names and ids, never what somebody typed."""
    return "$" + "".join(f'."{step}"' for step in path)
