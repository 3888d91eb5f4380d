"""The worker's sign of life."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from posapp.core.db import db, rows_changed, transaction
from posapp.messaging.models import BEAT

BEAT_SECONDS = 5
FORGOTTEN_AFTER = timedelta(days=1)


def beat(worker_id: UUID, at: datetime) -> None:
    """Say that this worker lives."""
    with transaction():
        if not rows_changed(update(BEAT).where(BEAT.c.worker_id == worker_id).values(beat_at=at)):
            db.session.execute(insert(BEAT).values(worker_id=worker_id, started_at=at, beat_at=at))


def leave(worker_id: UUID) -> None:
    """A worker that stops in good order says so."""
    with transaction():
        db.session.execute(delete(BEAT).where(BEAT.c.worker_id == worker_id))


def newest() -> datetime | None:
    """When a worker was heard of last; None when there is none."""
    return db.session.execute(select(func.max(BEAT.c.beat_at))).scalar()


def forget(at: datetime) -> None:
    """Let go of workers that were killed long ago."""
    with transaction():
        db.session.execute(delete(BEAT).where(BEAT.c.beat_at < at - FORGOTTEN_AFTER))
