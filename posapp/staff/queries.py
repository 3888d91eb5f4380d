"""Who is in a shift at a till, and what people of the staff are called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from posapp import settings
from posapp.core.db import db
from posapp.staff.models import Staff, StaffSession


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """An open shift, to be unlocked by its PIN."""

    session_id: UUID
    staff_id: UUID
    name: str
    language: str


def open_shifts(till_id: UUID, store_id: UUID, at: datetime) -> list[ShiftRow]:
    """Who can unlock this till now, the one seen last first."""
    found = db.session.execute(
        select(
            StaffSession.id.label("session_id"), Staff.id.label("staff_id"), Staff.name, Staff.language, Staff.store_ids
        )
        .join(Staff, still_employed())
        .where(StaffSession.subject_id == till_id, StaffSession.till_id == till_id, *can_be_unlocked(at))
        .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())
    )
    return [
        ShiftRow(session_id=row.session_id, staff_id=row.staff_id, name=row.name, language=row.language)
        for row in found
        if str(store_id) in row.store_ids
    ]


def names(staff_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these people are called."""
    found = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids)))
    return {row.id: row.name for row in found}


def can_be_unlocked(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """A PIN was chosen, and neither idleness nor the longest life of a shift is over."""
    idle = timedelta(seconds=settings.current().shift_idle_seconds)
    return (
        StaffSession.state.in_(("active", "locked")),
        StaffSession.expires_at > at,
        StaffSession.seen_at > at - idle,
    )


def still_employed() -> ColumnElement[bool]:
    """The session's person is active, in the role and with the password of the time of sign-in."""
    return (
        (Staff.id == StaffSession.staff_id) & Staff.is_active.is_(True) & (Staff.generation == StaffSession.generation)
    )
