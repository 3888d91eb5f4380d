"""Promising a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from posapp.core.db import db, in_transaction
from posapp.core.ids import uuid7
from posapp.core.phone import PhoneNumber
from posapp.core.seal import phone_index
from posapp.messaging import texts, wakeup
from posapp.messaging.message import sealed_phone
from posapp.messaging.models import MESSAGE
from posapp.messaging.state import PRIORITY, RANK, Channel, State, Traffic

SILENCE_AFTER_LIFE = {Traffic.SERVICE: timedelta(minutes=10), Traffic.MARKETING: timedelta(hours=72)}
"""How long the last word is awaited after the message's life; it is usual that none comes."""


def promise(
    *,
    route: UUID,
    traffic: str,
    template: str,
    language: str,
    params: Mapping[str, Any],
    phone: PhoneNumber,
    expires_at: datetime,
    at: datetime,
    decision: Mapping[str, Any],
    channel: str = Channel.SMS,
) -> UUID:
    """Promise one message, inside the ``transaction()`` that needs it; its id.

    ``params`` is what the text says, without what is derived when it is sent; other names in it are for the ports of
    the dispatcher (such as ``challenge_id``). Nothing in it is personal. ``decision`` says why it may be sent.
    Raises UnknownText when it cannot become that text, RuntimeError outside a transaction.
    """
    if not in_transaction():
        raise RuntimeError("a message is promised inside the transaction that needs it")
    texts.check_promise(template, language, params)
    kind, message_id = Traffic(traffic), uuid7(at)
    values = {
        "route": route, "id": message_id, "traffic": kind.value, "channel": Channel(channel).value,
        "template": template, "language": language, "parameters": dict(params), "decision": dict(decision),
        "phone_sealed": sealed_phone(phone, message_id), "phone_index": phone_index(phone),
        "created_at": at, "expires_at": expires_at, "silent_at": expires_at + SILENCE_AFTER_LIFE[kind],
    }  # fmt: skip
    db.session.execute(insert(MESSAGE).values(values | _waiting(kind, at)))
    wakeup.hint()
    return message_id


def _waiting(kind: Traffic, at: datetime) -> dict[str, Any]:
    """How every message begins."""
    state = {"state": State.QUEUED.value, "rank": RANK[State.QUEUED], "tries": 0}
    return {**state, "priority": PRIORITY[kind].value, "due_at": at}
