"""Is the house alive: the database answers, a worker is there, and what was promised is being sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from posapp import settings
from posapp.core.db import db
from posapp.messaging import heartbeat
from posapp.messaging.models import MESSAGE
from posapp.messaging.state import Priority, State

OK = "ok"
WAITED_SECONDS_MAX = 60
"""A service message that has waited so long means that sending has stopped."""


def checks(at: datetime) -> dict[str, str]:
    """For each part ``ok``, or a sentence that says what is wrong."""
    database = _database()
    if database != OK:
        return {"database": database}
    return {"database": OK, "worker": _worker(at), "outbox": _outbox(at)}


def check(at: datetime) -> list[str]:
    """What is wrong; empty when all is well."""
    return [said for said in checks(at).values() if said != OK]


def _database() -> str:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "the database does not answer"
    return OK


def _worker(at: datetime) -> str:
    beat_at = heartbeat.newest()
    if beat_at is None:
        return "no worker is running"
    silent = at - beat_at
    if silent > timedelta(seconds=settings.current().worker_silent_seconds):
        return f"no worker has been heard of for {int(silent.total_seconds())} s"
    return OK


def _outbox(at: datetime) -> str:
    c = MESSAGE.c
    waiting = select(func.min(c.due_at)).where(c.state == State.QUEUED, c.priority == Priority.SERVICE)
    oldest = db.session.execute(waiting).scalar()
    if oldest is not None and at - oldest > timedelta(seconds=WAITED_SECONDS_MAX):
        return f"a message has waited for {int((at - oldest).total_seconds())} s to be sent"
    return OK
