"""The clock's own work: codes and grants that nobody used end, and ended ones leave after their time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select, tuple_, update

from posapp import settings
from posapp.core.db import db, rows_changed, transaction
from posapp.verification.challenge import CHALLENGE, GRANT_LIFE, LIVE, State

EVERY_SECONDS = 60
BATCH_ROWS = 500


def expire_due(at: datetime) -> None:
    """Write down what time has ended, blank its numbers, and delete what is older than it is kept.

    A job: safe to run at any moment, twice, or by two workers at once.
    """
    c = CHALLENGE.c
    code_over = and_(c.state.in_([state.value for state in LIVE]), c.expires_at <= at)
    grant_over = and_(c.state == State.VERIFIED.value, c.verified_at <= at - GRANT_LIFE)
    for over, reason in ((code_over, "time"), (grant_over, "grant_unused")):
        while _expire_some(over, reason) == BATCH_ROWS:
            continue
    while _delete_some(at - timedelta(days=settings.current().challenge_keep_days)) == BATCH_ROWS:
        continue


def _expire_some(over: ColumnElement[bool], reason: str) -> int:
    c = CHALLENGE.c
    due = db.session.execute(select(c.phone_index, c.id).where(over).limit(BATCH_ROWS)).all()
    with transaction():
        for phone_index, challenge_id in due:
            rows_changed(
                update(CHALLENGE)
                .where(c.phone_index == phone_index, c.id == challenge_id, over)
                .values(state=State.EXPIRED.value, end_reason=reason, phone_sealed=None)
            )
    return len(due)


def _delete_some(before: datetime) -> int:
    c = CHALLENGE.c
    key = tuple_(c.phone_index, c.id)
    old = db.session.execute(select(c.phone_index, c.id).where(c.created_at < before).limit(BATCH_ROWS)).all()
    with transaction():
        if old:
            rows_changed(delete(CHALLENGE).where(key.in_([tuple(row) for row in old])))
    return len(old)
