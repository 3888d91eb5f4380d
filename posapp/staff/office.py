"""Signing in to the back office."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import db, transaction
from posapp.core.ids import uuid7
from posapp.staff import sessions, work
from posapp.staff.credentials import Known
from posapp.staff.models import StaffSession
from posapp.stores import cookie
from posapp.web.access import Person


def open_session(known: Known, *, request_id: str, at: datetime) -> str:
    """Begin a sign-in of its own beside any others of the same person; returns the cookie value."""
    session_id = uuid7(at)
    value, secret_hash = cookie.fresh(known.staff_id)
    actor = Actor(kind="staff", staff_id=known.staff_id, role=known.role, session_id=session_id, request_id=request_id)
    with transaction():
        db.session.execute(
            insert(StaffSession).values(
                subject_id=known.staff_id, id=session_id, staff_id=known.staff_id, generation=known.generation,
                secret_hash=secret_hash, state="active", pin_failures=0, started_at=at, seen_at=at,
                expires_at=at + timedelta(seconds=settings.current().office_life_seconds), work=work.EMPTY,
            )
        )  # fmt: skip
        audit.record(AuditTag.SIGN_IN, actor=actor, at=at, object_id=session_id)
    return value


def leave(person: Person, reason: str, *, actor: Actor, at: datetime) -> None:
    """End this session, of whichever kind, and cancel its codes."""
    mine = StaffSession.subject_id == person.session_subject, StaffSession.id == person.session_id
    with transaction():
        sessions.end_all(sessions.open_sessions(*mine), reason, actor=actor, at=at)
