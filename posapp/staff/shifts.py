"""A cashier's shift at a till: the password opens it, a PIN is chosen for it, a tap locks it.

The till's place is passed in as the visitor has it; every function opens a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import Actor, Role
from posapp.core.db import db, rows_changed, transaction
from posapp.core.errors import Refusal
from posapp.core.ids import uuid7
from posapp.core.text import N_
from posapp.staff import pins, secrecy, sessions, work
from posapp.staff.credentials import Known
from posapp.staff.models import StaffSession
from posapp.stores import cookie
from posapp.web.access import Person, TillPlace

Found = TypeVar("Found")
DEADLOCK = "40P01"
"""PostgreSQL undid one of two that waited for each other."""


class OtherStore(Refusal):
    """The password is right, but the person does not work in this till's store."""

    code = "other_store"
    status = 403
    sentence = N_("You are not assigned to this store. Ask the manager, or sign in at a till of your own store.")


@dataclass(frozen=True, slots=True)
class AtTill:
    """Where a shift is, for those who have no visitor yet: the place and the request."""

    place: TillPlace
    request_id: str

    def actor(self, staff_id: UUID, role: Role, session_id: UUID) -> Actor:
        """The person of a shift here, as the audit sees them."""
        return Actor(
            kind="staff", staff_id=staff_id, role=role, session_id=session_id, store_id=self.place.store_id,
            till_id=self.place.till_id, request_id=self.request_id,
        )  # fmt: skip


def open_shift(known: Known, *, here: AtTill, at: datetime) -> str:
    """Begin a shift, waiting for its PIN; returns the cookie value.

    The same person's shift that was open here ends; anybody else's steps back behind its PIN. A shift that was
    interrupted, not ended by its person, leaves its card and its questionnaire to the next one. Raises OtherStore.
    """
    if here.place.store_id not in known.store_ids:
        raise OtherStore
    return settled(lambda: _open(known, here, at))


def choose_pin(person: Person, typed: object, *, actor: Actor, at: datetime) -> str:
    """Give a new shift its PIN and begin to work; returns the new cookie value.

    Raises PinShape, PinTooEasy, and SessionOver when the shift is not waiting for a PIN any more.
    """
    pin = pins.parse_pin(typed)
    pins.refuse_easy(pin)
    pin_hash = secrecy.hash_pin(pin, person.session_id)
    value, secret_hash = cookie.fresh(person.session_subject)
    with transaction():
        chosen = (
            update(StaffSession)
            .where(*_waiting(person, "choose_pin"))
            .values(state="active", pin_hash=pin_hash, secret_hash=secret_hash, seen_at=at)
        )
        if not rows_changed(chosen):
            raise sessions.SessionOver
        audit.record(AuditTag.PIN_CHOSEN, actor=actor, at=at, object_id=person.session_id)
    return value


def lock(person: Person, *, actor: Actor, at: datetime) -> None:
    """Put the shift behind its PIN. Its codes live on: the same cashier comes back to them."""
    with transaction():
        locked = update(StaffSession).where(*_waiting(person, "active")).values(state="locked", seen_at=at)
        if rows_changed(locked):
            audit.record(AuditTag.LOCKED, actor=actor, at=at, object_id=person.session_id)


def settled(write: Callable[[], Found]) -> Found:
    """``write()``, once more if another request took the same till in between: then it sees what that one did."""
    try:
        return write()
    except IntegrityError:
        return write()
    except OperationalError as fault:
        if getattr(fault.orig, "sqlstate", None) != DEADLOCK:
            raise
        return write()


def others_at(till_id: UUID, session_id: UUID) -> list[sessions.SessionRef]:
    """The other open shifts of a till, all its shifts held until the transaction ends."""
    held = sessions.open_sessions(StaffSession.subject_id == till_id, held=True)
    return [session for session in held if session.session_id != session_id]


def _open(known: Known, here: AtTill, at: datetime) -> str:
    session_id, till_id = uuid7(at), here.place.till_id
    actor = here.actor(known.staff_id, known.role, session_id)
    value, secret_hash = cookie.fresh(till_id)
    with transaction():
        for other in others_at(till_id, session_id):
            if other.staff_id == known.staff_id:
                sessions.end(other, "signed_in_again", actor=actor, at=at)
            else:
                sessions.step_back(other, actor=actor, at=at)
        db.session.execute(
            insert(StaffSession).values(
                subject_id=till_id, id=session_id, staff_id=known.staff_id, till_id=till_id,
                store_id=here.place.store_id, generation=known.generation, secret_hash=secret_hash, state="choose_pin",
                pin_failures=0, started_at=at, seen_at=at,
                expires_at=at + timedelta(seconds=settings.current().shift_life_seconds),
                work=work.carried_over(_interrupted(known.staff_id, till_id, at)),
            )
        )  # fmt: skip
        audit.record(AuditTag.SIGN_IN, actor=actor, at=at, object_id=session_id)
    return value


def _interrupted(staff_id: UUID, till_id: UUID, at: datetime) -> dict[str, Any] | None:
    """The work of the person's last shift at this till, if it is from today and something else has ended it."""
    mine = StaffSession.subject_id == till_id, StaffSession.staff_id == staff_id
    last = select(StaffSession.work, StaffSession.seen_at, StaffSession.end_reason).where(*mine)
    row = db.session.execute(last.order_by(StaffSession.id.desc()).limit(1)).first()
    oldest = at - timedelta(seconds=settings.current().shift_life_seconds)
    if row is None or row.seen_at <= oldest or row.end_reason == sessions.ENDED_BY_PERSON:
        return None
    return dict(row.work)


def _waiting(person: Person, state: str) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffSession.subject_id == person.session_subject,
        StaffSession.id == person.session_id,
        StaffSession.state == state,
    )
