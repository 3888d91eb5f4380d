"""What the room does every so often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update

from posapp.core.db import db, rows_changed, transaction
from posapp.core.jobs import Job
from posapp.messaging import heartbeat, outbox, partitions, receipts
from posapp.messaging.gateways.protocol import Gateway
from posapp.messaging.models import ATTEMPT, MESSAGE
from posapp.messaging.state import ON_THE_WAY, RANK, State

PHONE_KEPT_AFTER_END = timedelta(hours=24)
BATCH = 500


def jobs(gateways: Sequence[Gateway]) -> list[Job]:
    """The jobs of this room and of its gateways."""
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    return [
        Job("messages.match_receipts", timedelta(seconds=5), receipts.match),
        Job("messages.release_lost", minute, outbox.release_lost_advertisements),
        Job("messages.close_silent", minute, close_silent),
        Job("messages.blank_phones", hour, blank_phones),
        Job("messages.partitions", day, partitions.ensure_ahead),
        Job("receipts.forget", day, receipts.forget),
        Job("workers.forget", day, heartbeat.forget),
        *(job for gateway in gateways for job in gateway.jobs()),
    ]


def close_silent(at: datetime) -> None:
    """The last word has not come in time: the message's end is unknown, though a late word may still tell it."""
    silent = (MESSAGE.c.state.in_(ON_THE_WAY), MESSAGE.c.silent_at <= at)
    _in_batches(silent, {"state": State.UNKNOWN.value, "rank": RANK[State.UNKNOWN], "final_at": at}, ask_no_more=True)


def blank_phones(at: datetime) -> None:
    """A day after a message's end, its number goes."""
    ended = (MESSAGE.c.phone_sealed.is_not(None), MESSAGE.c.final_at <= at - PHONE_KEPT_AFTER_END)
    _in_batches(ended, {"phone_sealed": None})


def _in_batches(found: tuple[ColumnElement[bool], ...], values: dict[str, Any], *, ask_no_more: bool = False) -> None:
    """Change the messages found, a batch to a transaction, each pinned to its route."""
    while True:
        with transaction():
            rows = db.session.execute(select(MESSAGE.c.route, MESSAGE.c.id).where(*found).limit(BATCH)).all()
            changed = 0
            for route, message_id in rows:
                row_is = (MESSAGE.c.route == route, MESSAGE.c.id == message_id)
                changed += rows_changed(update(MESSAGE).where(*row_is, *found).values(values))
                if ask_no_more:
                    attempts = (ATTEMPT.c.route == route, ATTEMPT.c.message_id == message_id)
                    db.session.execute(update(ATTEMPT).where(*attempts).values(poll_at=None))
        if changed < BATCH:
            return
