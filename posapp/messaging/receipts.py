"""What gateways say about messages that they took.

A receipt is kept once, then applied to the message that it speaks of. One that comes before its message is known, or
for a message of somebody else, is kept all the same, and matched when a message of that name appears.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from posapp.core.db import db, dialect_name, rows_changed, transaction
from posapp.core.ids import digest_id
from posapp.messaging.gateways.protocol import Receipt
from posapp.messaging.message import MessageRow
from posapp.messaging.models import ATTEMPT, MESSAGE, RECEIPT, REFERENCE
from posapp.messaging.outcomes import short_code
from posapp.messaging.state import FINAL_RANK, RANK, State

MATCHED_AT_ONCE = 500
FORGOTTEN_AFTER = timedelta(days=90)
FIRST_POLL, LONGEST_POLL_PAUSE = timedelta(seconds=1), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Question:
    """Messages to ask one gateway about, by its own names for them."""

    gateway: str
    provider_ids: tuple[str, ...]


def name_message(message: MessageRow, gateway: str, provider_id: str, at: datetime) -> None:
    """Remember under which name receipts will speak of this attempt, inside ``transaction()``."""
    _insert_once(REFERENCE, [{
        "reference": _reference(gateway, provider_id), "route": message.route, "message_id": message.id,
        "number": message.tries, "created_at": at,
    }])  # fmt: skip


def keep(gateway: str, receipts: Sequence[Receipt], at: datetime) -> int:
    """Keep what the gateway said, once, and apply what can be applied; how many messages it raised."""
    if not receipts:
        return 0
    rows = [_row(gateway, receipt, at) for receipt in receipts]
    with transaction():
        _insert_once(RECEIPT, rows)
        return _apply_waiting(at, {row["reference"] for row in rows})


def match(at: datetime) -> int:
    """Apply the kept receipts whose messages have become known; how many messages they raised."""
    with transaction():
        return _apply_waiting(at)


def questions(at: datetime, gateways: Iterable[str], limit: int = 100) -> list[Question]:
    """What to ask now, of the gateways that can be asked; each message is asked about ever less often."""
    c, asked = ATTEMPT.c, {name: list[str]() for name in gateways}
    with transaction():
        due = select(c.route, c.message_id, c.number, c.gateway, c.provider_id, c.ended_at)
        due = due.where(c.poll_at <= at, c.gateway.in_(list(asked))).order_by(c.poll_at).limit(limit)
        for row in db.session.execute(due).all():
            pause = min(max((at - row.ended_at) / 4, FIRST_POLL), LONGEST_POLL_PAUSE)
            attempt = (c.route == row.route, c.message_id == row.message_id, c.number == row.number)
            if rows_changed(update(ATTEMPT).where(*attempt, c.poll_at <= at).values(poll_at=at + pause)):
                asked[row.gateway].append(row.provider_id)
    return [Question(name, tuple(ids)) for name, ids in asked.items() if ids]


def forget(at: datetime) -> None:
    """Let go of receipts and of gateways' names when nobody will ask about them any more."""
    with transaction():
        db.session.execute(delete(RECEIPT).where(RECEIPT.c.received_at < at - FORGOTTEN_AFTER))
        db.session.execute(delete(REFERENCE).where(REFERENCE.c.created_at < at - FORGOTTEN_AFTER))


def _apply_waiting(at: datetime, references: set[UUID] | None = None) -> int:
    r, known = RECEIPT.c, REFERENCE.c
    waiting = (
        select(
            r.reference, r.id, r.state, r.error_code, r.parts_billed, r.price_micros, r.currency, r.said_at,
            r.received_at, known.route, known.message_id, known.number,
        )
        .join(REFERENCE, known.reference == r.reference)
        .where(r.applied_at.is_(None))
        .order_by(r.received_at)
        .limit(MATCHED_AT_ONCE)
    )  # fmt: skip
    if references is not None:
        waiting = waiting.where(r.reference.in_(references))
    return sum(_apply(row, at) for row in db.session.execute(waiting).all())


def _apply(row: Any, at: datetime) -> int:
    """Raise the message and its attempt, note the bill; how many messages were raised: none or one."""
    state = State(row.state)
    rank, is_final = RANK[state], RANK[state] >= FINAL_RANK
    told: dict[str, Any] = {"state": state.value, "rank": rank, "end_reason": row.error_code}
    if is_final:
        told["final_at"] = row.received_at
    message = (MESSAGE.c.route == row.route, MESSAGE.c.id == row.message_id)
    raised = rows_changed(update(MESSAGE).where(*message, MESSAGE.c.rank < rank).values(told))
    attempt = (ATTEMPT.c.route == row.route, ATTEMPT.c.message_id == row.message_id, ATTEMPT.c.number == row.number)
    lower = or_(ATTEMPT.c.state.is_(None), ATTEMPT.c.state.in_([each.value for each in RANK if RANK[each] < rank]))
    noted = {
        "state": state.value,
        "state_at": row.said_at or row.received_at,
        **({"poll_at": None} if is_final else {}),
    }
    db.session.execute(update(ATTEMPT).where(*attempt, lower).values(noted))
    if bill := _bill(row):
        db.session.execute(update(ATTEMPT).where(*attempt).values(bill))
    kept = (RECEIPT.c.reference == row.reference, RECEIPT.c.id == row.id)
    db.session.execute(update(RECEIPT).where(*kept).values(applied_at=at))
    return raised


def _bill(row: Any) -> dict[str, Any]:
    bill = {} if row.parts_billed is None else {"parts_billed": row.parts_billed}
    if row.price_micros is not None:
        bill |= {"price_micros": row.price_micros, "currency": row.currency, "price_source": "receipt"}
    return bill


def _row(gateway: str, receipt: Receipt, at: datetime) -> dict[str, Any]:
    reference, error_code = _reference(gateway, receipt.provider_id), short_code(receipt.error_code)
    return {
        "reference": reference,
        "id": digest_id(reference.bytes, receipt.state.value, error_code or "", str(receipt.price or "")),
        "gateway": gateway, "state": receipt.state.value, "error_code": error_code,
        "parts_billed": receipt.parts_billed,
        "price_micros": receipt.price.micros if receipt.price else None,
        "currency": receipt.price.currency if receipt.price else None,
        "said_at": receipt.said_at, "received_at": at,
    }  # fmt: skip


def _reference(gateway: str, provider_id: str) -> UUID:
    return digest_id(gateway, provider_id)


def _insert_once(table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose keys are new."""
    insert = postgresql.insert if dialect_name() == "postgresql" else sqlite.insert
    db.session.execute(insert(table).values(rows).on_conflict_do_nothing())
