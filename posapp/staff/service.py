"""The people of the staff: added, given another role or number, let go. And the sessions whose time is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, insert, or_, select, update

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core import seal
from posapp.core.actor import Actor, Role, system_actor
from posapp.core.db import db, rows_changed, transaction
from posapp.core.errors import Refusal
from posapp.core.ids import random_id
from posapp.core.phone import PhoneNumber
from posapp.core.text import N_
from posapp.staff import secrecy, sessions
from posapp.staff.credentials import canonical_login
from posapp.staff.models import Staff, StaffSession

PASSWORD_CHARACTERS_MIN = 15
CASHIER_PASSWORD_CHARACTERS_MIN = 8
"""A cashier's password is tried at an enrolled till only, slowly, and opens nothing but that till."""
PASSWORD_CHARACTERS_MAX = 128
ENDED_AT_ONCE_MAX = 500


class PasswordShort(Refusal):
    """Fewer characters than the role asks for, or more than anybody types."""

    code = "password_short"
    status = 422
    sentence = N_("A password has %(least)s to %(most)s characters. Several words make a good one.")


def add_person(
    login: str,
    name: str,
    role: Role,
    store_ids: Collection[UUID],
    password: str,
    language: str,
    at: datetime,
    *,
    phone: PhoneNumber | None = None,
) -> UUID:
    """Add somebody, inside an open transaction; of a `phone` only the index is kept. Raises PasswordShort."""
    least = CASHIER_PASSWORD_CHARACTERS_MIN if role is Role.CASHIER else PASSWORD_CHARACTERS_MIN
    if not least <= len(password) <= PASSWORD_CHARACTERS_MAX:
        raise PasswordShort(least=least, most=PASSWORD_CHARACTERS_MAX)
    staff_id = random_id()
    db.session.execute(
        insert(Staff).values(
            id=staff_id, login=canonical_login(login), name=name, role=role.value,
            store_ids=sorted(map(str, store_ids)), language=language, password_hash=secrecy.hash_password(password),
            generation=0, failures=0, is_active=True, created_at=at,
            phone_index=seal.phone_index(phone) if phone else None,
        )
    )  # fmt: skip
    audit.record(
        AuditTag.STAFF_ADDED, actor=system_actor("setup"), at=at, object_id=staff_id, details={"role": role.value}
    )
    return staff_id


def disable(staff_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let somebody go: out at the next request, on every device."""
    with transaction():
        gone = update(Staff).where(Staff.id == staff_id, Staff.is_active.is_(True))
        if rows_changed(gone.values(is_active=False, generation=Staff.generation + 1)):
            _end_sessions(staff_id, "disabled", actor, at)
            audit.record(AuditTag.STAFF_DISABLED, actor=actor, at=at, object_id=staff_id)


def change_role(staff_id: UUID, role: Role, store_ids: Collection[UUID], *, actor: Actor, at: datetime) -> None:
    """Give somebody another role or other stores; they sign in again."""
    with transaction():
        same = update(Staff).where(Staff.id == staff_id)
        values = {"role": role.value, "store_ids": sorted(map(str, store_ids)), "generation": Staff.generation + 1}
        if rows_changed(same.values(**values)):
            _end_sessions(staff_id, "role_changed", actor, at)
            audit.record(
                AuditTag.STAFF_ROLE_CHANGED, actor=actor, at=at, object_id=staff_id, details={"role": role.value}
            )


def set_phone(staff_id: UUID, phone: PhoneNumber | None, *, actor: Actor, at: datetime) -> None:
    """Know somebody's own card from now on by this number, or by none. The number itself is not kept."""
    with transaction():
        phone_index = seal.phone_index(phone) if phone else None
        if rows_changed(update(Staff).where(Staff.id == staff_id).values(phone_index=phone_index)):
            details = {"known": phone is not None}
            audit.record(AuditTag.STAFF_PHONE_CHANGED, actor=actor, at=at, object_id=staff_id, details=details)


def end_expired(at: datetime) -> None:
    """The job: write down the end of the sessions whose time is over. They open nothing in any case."""
    limits = settings.current()
    idle_shift = StaffSession.seen_at <= at - timedelta(seconds=limits.shift_idle_seconds)
    idle_office = StaffSession.seen_at <= at - timedelta(seconds=limits.office_idle_seconds)
    over = or_(
        StaffSession.expires_at <= at,
        and_(StaffSession.till_id.is_not(None), idle_shift),
        and_(StaffSession.till_id.is_(None), idle_office),
    )
    found = select(StaffSession.subject_id, StaffSession.id, StaffSession.till_id, StaffSession.store_id)
    due = db.session.execute(found.where(StaffSession.state != "ended", over).limit(ENDED_AT_ONCE_MAX)).all()
    for row in due:
        actor = Actor(kind="system", till_id=row.till_id, store_id=row.store_id, request_id="worker")
        still = StaffSession.subject_id == row.subject_id, StaffSession.id == row.id, over
        with transaction():
            sessions.end_all(sessions.open_sessions(*still), "time_over", actor=actor, at=at)


def _end_sessions(staff_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    sessions.end_all(sessions.open_sessions(StaffSession.staff_id == staff_id), reason, actor=actor, at=at)
