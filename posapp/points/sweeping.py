"""The job that lets go of what has lapsed: points whose term is over, and reservations that nobody finished.

Every operation of a card sweeps it, so no card waits for this job; it keeps true the cards that nobody uses. Each card
is a transaction of its own that passes the gate like any till's, so a till never waits for more than one card. What a
stop of the worker left behind is made up for, a bounded number of cards at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, Select, select, tuple_

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import system_actor
from posapp.core.db import db, transaction
from posapp.core.faults import DATABASE_AWAY, described
from posapp.core.jobs import Job
from posapp.points import service
from posapp.points.rows import ACCOUNT

EVERY = timedelta(seconds=20)
BATCH = 500
TURN_CARDS_MAX = 2_000
"""Cards of one turn: a few seconds, for which other periodic work waits."""

UNANSWERED_MAX = 3
"""Cards at which the database did not answer: more than a till that stalls, so the turn ends."""

Place = tuple[datetime, UUID]
"""A card in the order of sweeping: when it is due, and which it is."""

log = structlog.get_logger(__name__)


def jobs() -> list[Job]:
    """The job of this file."""
    return [Job("points.sweep", EVERY, Sweeper().turn)]


@dataclass
class Swept:
    """What a turn has done."""

    cards: int = 0
    points: int = 0
    failed: int = 0
    unanswered: int = 0
    """Of the failed, those where the database did not answer in time."""


class Sweeper:
    """Goes round the cards that are due, in the order in which they became due.

    Where a turn breaks off the next one goes on, so cards that fail again and again, if they were ever so many, do not
    keep the others from their turn.
    """

    def __init__(self) -> None:
        self._after: Place | None = None

    def turn(self, at: datetime) -> None:
        """Sweep cards that are due, some thousand at most. Again makes no difference."""
        done, left = Swept(), TURN_CARDS_MAX
        while left > 0:
            asked = min(BATCH, left)
            cards = db.session.execute(due(at, self._after, asked)).all()
            for card in cards:
                self._after = (card.next_due, card.member_id)
                _sweep(card, at, done)
            left -= len(cards)
            if len(cards) < asked:
                self._after = None
                break
        _note(done, at)


def due(at: datetime, after: Place | None, limit: int) -> Select[Any]:
    """The next cards that have something to let go of, found by their index alone."""
    place = tuple_(ACCOUNT.c.next_due, ACCOUNT.c.member_id)
    asked = select(ACCOUNT.c.next_due, ACCOUNT.c.member_id, ACCOUNT.c.version).where(ACCOUNT.c.next_due <= at)
    if after is not None:
        asked = asked.where(place > tuple_(*after))
    return asked.order_by(ACCOUNT.c.next_due, ACCOUNT.c.member_id).limit(limit)


def _sweep(card: Row[Any], at: datetime, done: Swept) -> None:
    """One card. Its key names the version that was found due: no version is swept twice, whoever else is at it."""
    try:
        with transaction():
            posting = service.expire(card.member_id, key=f"sweep:{card.version}", actor=system_actor(), at=at)
    except Exception as fault:  # one bad card must not keep the others from their turn
        log.error("sweep_failed", member_id=str(card.member_id), **described(fault))
        done.failed += 1
        done.unanswered += isinstance(fault, DATABASE_AWAY)
        if done.unanswered >= UNANSWERED_MAX:
            raise
    else:
        if posting is not None and not posting.replayed:
            done.cards += 1
            done.points -= posting.change


def _note(done: Swept, at: datetime) -> None:
    """One line of the audit for a turn: each card's own posting says the rest."""
    if done.cards or done.failed:
        log.info("points_swept", cards=done.cards, points=done.points, failed=done.failed)
    if done.cards:
        details = {"cards": done.cards, "points": done.points}
        audit.record_alone(AuditTag.POINTS_SWEPT, actor=system_actor(), at=at, outcome="done", details=details)
