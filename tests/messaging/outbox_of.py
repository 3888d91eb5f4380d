"""Promising and looking, as the tests of this room need it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table, select

from posapp.core import clock
from posapp.core.db import db, transaction
from posapp.core.phone import parse_phone
from posapp.core.seal import phone_index
from posapp.messaging import queries
from posapp.messaging.models import ATTEMPT, MESSAGE
from posapp.messaging.queries import MessageState
from posapp.messaging.service import promise

ALICE = "+79161234567"
BOB = "+79261112233"
CODE = "483 921"


class Promised(NamedTuple):
    """Where a message is found again."""

    route: UUID
    id: UUID

    def state(self) -> MessageState:
        found = queries.state_of(self.route, self.id)
        db.session.rollback()  # the next look sees what others have written meanwhile
        assert found is not None
        return found

    def row(self) -> Mapping[str, Any]:
        return one(MESSAGE, MESSAGE.c.id == self.id)

    def attempts(self) -> list[Mapping[str, Any]]:
        return [row for row in rows(ATTEMPT) if row["message_id"] == self.id]


def promise_in_open_transaction(
    number: str = ALICE,
    *,
    traffic: str = "service",
    template: str = "code_redeem",
    life_seconds: float = 300,
    **params: Any,
) -> Promised:
    """One message, at the moment that the clock shows."""
    phone, at = parse_phone(number, "RU"), clock.now()
    route = phone_index(phone)
    said = {"shop": "АКМЕ", "points": 500, "balance": 120, **params}
    message_id = promise(
        route=route, traffic=traffic, template=template, language="ru", params=said, phone=phone,
        expires_at=at + timedelta(seconds=life_seconds), at=at, decision={"reason": "asked_for"},
    )  # fmt: skip
    return Promised(route, message_id)


def promised(number: str = ALICE, **given: Any) -> Promised:
    """One message, promised and committed."""
    with transaction():
        return promise_in_open_transaction(number, **given)


def rows(table: Table) -> list[Mapping[str, Any]]:
    """Everything in a table, in the order of its key."""
    found = db.session.execute(select(table).order_by(*table.primary_key.columns)).mappings().all()
    db.session.rollback()
    return [dict(row) for row in found]


def one(table: Table, condition: Any) -> Mapping[str, Any]:
    found = db.session.execute(select(table).where(condition)).mappings().one()
    db.session.rollback()
    return dict(found)


def later(at: datetime, **delta: float) -> datetime:
    return at + timedelta(**delta)
