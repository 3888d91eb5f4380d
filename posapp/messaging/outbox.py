"""The queue: taking messages into one's hands, and putting down what came of them.

A claim is a compare-and-set with a lease. Whoever settles shows the lease; when it has passed to another, nothing
changes but the attempt's own row. Every statement works on one PostgreSQL, on many, and on SQLite; only a single
PostgreSQL also lets claimers step over each other's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, select, text, tuple_, update

from posapp.core.db import db, dialect_name, rows_changed, transaction
from posapp.core.ids import random_id
from posapp.messaging.message import MessageRow
from posapp.messaging.models import ATTEMPT, MESSAGE
from posapp.messaging.state import FINAL_RANK, RANK, Channel, Outcome, Priority, State, Traffic

Routing = Callable[[Channel, int], str]
"""(channel, number of the attempt) -> the gateway that makes it."""

_FOUND = [
    MESSAGE.c[name]
    for name in (
        "route", "id", "traffic", "channel", "template", "language", "parameters", "phone_sealed", "phone_index",
        "lease", "leased_until", "tries", "decision", "created_at", "expires_at",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message in our hands, and the gateway of this attempt."""

    message: MessageRow
    gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a message after an attempt, or instead of one."""

    state: State
    outcome: str
    """The word that the rooms above are told when the message leaves the queue."""
    reason: str | None = None
    due_at: datetime | None = None
    """When it is tried again; only while it stays queued."""
    gateway: str | None = None
    provider_id: str | None = None
    decision: dict[str, Any] | None = None

    @property
    def leaves_queue(self) -> bool:
        return self.state is not State.QUEUED


def may_skip_locked() -> bool:
    """Is this one PostgreSQL, where claimers may step over rows that others are just claiming?"""
    if dialect_name() != "postgresql":
        return False
    with transaction():
        spread = db.session.execute(text("SELECT count(*) FROM pg_extension WHERE extname = 'citus'")).scalar_one()
    return not spread


def claim(
    at: datetime, *, limit: int, marketing_max: int, lease_seconds: float, routing: Routing, skip_locked: bool
) -> list[Claimed]:
    """Take up to ``limit`` messages, service before advertisements, of these ``marketing_max`` at most."""
    with transaction():
        names = _due(at, Priority.SERVICE, limit, skip_locked)
        names += _due(at, Priority.MARKETING, min(limit - len(names), marketing_max), skip_locked)
        if not names:
            return []
        taken = (
            update(MESSAGE)
            .where(tuple_(MESSAGE.c.route, MESSAGE.c.id).in_(names), *_free(at))
            .values(lease=random_id(), leased_until=at + timedelta(seconds=lease_seconds), tries=MESSAGE.c.tries + 1)
            .returning(*_FOUND)
        )
        rows = [MessageRow.of(row) for row in db.session.execute(taken).mappings()]
        claimed = [Claimed(message=row, gateway=routing(row.channel, row.tries)) for row in rows]
        _note_lost(rows, at)
        _begin_attempts(claimed, at)
    return sorted(claimed, key=lambda each: (each.message.traffic is Traffic.MARKETING, each.message.id))


def release_lost_advertisements(at: datetime) -> int:
    """Close the advertisements whose worker died with them: perhaps sent, and never sent twice. How many."""
    lost = select(MESSAGE.c.route, MESSAGE.c.id).where(
        MESSAGE.c.state == State.QUEUED, MESSAGE.c.priority == Priority.MARKETING, MESSAGE.c.leased_until <= at
    )
    closed = {
        "state": State.UNKNOWN.value,
        "rank": RANK[State.UNKNOWN],
        "lease": None,
        "leased_until": None,
        "final_at": at,
    }
    with transaction():
        names = [(row.route, row.id) for row in db.session.execute(lost.limit(500))]
        for route, message_id in names:
            still = (MESSAGE.c.state == State.QUEUED, MESSAGE.c.leased_until <= at)
            row_is = (MESSAGE.c.route == route, MESSAGE.c.id == message_id)
            db.session.execute(update(MESSAGE).where(*row_is, *still).values(closed | {"end_reason": "worker_lost"}))
            _note_lost_attempt(route, message_id, at)
    return len(names)


def settle(message: MessageRow, settlement: Settlement, at: datetime) -> bool:
    """Put a message down, inside ``transaction()``; False when the lease had passed to another."""
    values: dict[str, Any] = {"lease": None, "leased_until": None}
    held = (MESSAGE.c.route == message.route, MESSAGE.c.id == message.id, MESSAGE.c.lease == message.lease)
    rank = RANK[settlement.state]
    told: dict[str, Any] = {"state": settlement.state.value, "rank": rank, "end_reason": settlement.reason}
    if settlement.due_at is not None:
        told["due_at"] = settlement.due_at
    if settlement.decision is not None:
        told["sent_decision"] = settlement.decision
    if settlement.gateway is not None:
        told |= {"gateway": settlement.gateway, "provider_id": settlement.provider_id, "submitted_at": at}
    if rank >= FINAL_RANK:
        told["final_at"] = at
    if rows_changed(update(MESSAGE).where(*held, MESSAGE.c.rank <= rank).values(values | told)):
        return True
    # A receipt came before us and knows more: put the message down as it is.
    return rows_changed(update(MESSAGE).where(*held).values(values)) == 1


def end_attempt(message: MessageRow, at: datetime, **columns: Any) -> None:
    """Note how an attempt ended, inside ``transaction()``: it happened, whoever holds the message now."""
    db.session.execute(
        update(ATTEMPT)
        .where(ATTEMPT.c.route == message.route, ATTEMPT.c.message_id == message.id, ATTEMPT.c.number == message.tries)
        .values(ended_at=at, **columns)
    )


def _due(at: datetime, priority: Priority, limit: int, skip_locked: bool) -> list[tuple[UUID, UUID]]:
    if limit <= 0:
        return []
    c = MESSAGE.c
    due = select(c.route, c.id).where(c.priority == priority, c.due_at <= at, *_free(at))
    due = due.order_by(c.due_at).limit(limit)
    if skip_locked:
        due = due.with_for_update(skip_locked=True)
    return [(row.route, row.id) for row in db.session.execute(due)]


def _free(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Waiting, and in nobody's hands. A service message whose holder died is free again when the lease has passed."""
    c = MESSAGE.c
    abandoned = and_(c.leased_until <= at, c.priority == Priority.SERVICE)
    return c.state == State.QUEUED, or_(c.leased_until.is_(None), abandoned)


def _begin_attempts(claimed: Sequence[Claimed], at: datetime) -> None:
    if claimed:
        db.session.execute(insert(ATTEMPT), [
            {
                "route": each.message.route, "message_id": each.message.id, "number": each.message.tries,
                "gateway": each.gateway, "started_at": at,
            }
            for each in claimed
        ])  # fmt: skip


def _note_lost(rows: Sequence[MessageRow], at: datetime) -> None:
    """An earlier attempt without an end belongs to a worker that died: perhaps sent."""
    for row in rows:
        if row.tries > 1:
            _note_lost_attempt(row.route, row.id, at)


def _note_lost_attempt(route: UUID, message_id: UUID, at: datetime) -> None:
    lost = (ATTEMPT.c.route == route, ATTEMPT.c.message_id == message_id, ATTEMPT.c.outcome.is_(None))
    ended = {"outcome": Outcome.UNKNOWN.value, "ended_at": at, "error_code": "worker_lost"}
    db.session.execute(update(ATTEMPT).where(*lost).values(ended))
