"""The PIN: six digits that open a locked shift again, or take the till over from somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import Row, select, update

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import Actor, Role
from posapp.core.db import db, rows_changed, transaction
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.staff import pins, secrecy, sessions
from posapp.staff.models import Staff, StaffSession
from posapp.staff.queries import can_be_unlocked, still_employed
from posapp.staff.shifts import AtTill, others_at, settled
from posapp.stores import cookie


class PinWrong(Refusal):
    """Another PIN; the try is spent."""

    code = "pin_wrong"
    status = 422
    sentence = N_("This PIN is not right. Tries left: %(tries_left)s.")


class ShiftOver(Refusal):
    """The shift cannot be opened by a PIN: it has ended, or five wrong PINs have ended it."""

    code = "shift_over"
    status = 401
    sentence = N_("This shift has ended. Sign in with your password.")


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The till is theirs: the new cookie value, and in which language they read."""

    cookie: str
    language: str
    is_switch: bool


def unlock(session_id: UUID, typed: object, *, holder: UUID | None, here: AtTill, at: datetime) -> Unlocked:
    """Open a shift of this till by its PIN. ``holder`` is the session that the browser's cookie belongs to, if any.

    The try is counted in a transaction of its own before it is compared. Raises PinShape (nothing is spent), PinWrong
    and ShiftOver. Everybody else's shift here steps back, and their codes are cancelled.
    """
    pin = pins.parse_pin(typed)
    shift = _spend_try(session_id, here, at)
    if shift is None:
        raise ShiftOver
    actor = here.actor(shift.staff_id, Role(shift.role), session_id)
    if not secrecy.pin_matches(shift.pin_hash, pin, session_id):
        _refuse_wrong(session_id, shift.pin_failures, actor, here, at)
    return settled(lambda: _take(session_id, shift, holder, actor, here, at))


def _spend_try(session_id: UUID, here: AtTill, at: datetime) -> Row[*tuple[Any, ...]] | None:
    """The shift, with one more failure counted; None when there is no such open shift here or no try is left."""
    mine = StaffSession.subject_id == here.place.till_id, StaffSession.id == session_id
    look = (
        select(
            StaffSession.staff_id, StaffSession.pin_hash, StaffSession.pin_failures, Staff.role, Staff.store_ids,
            Staff.language,
        )
        .join(Staff, still_employed())
        .where(*mine, *can_be_unlocked(at))
    )  # fmt: skip
    tries_left = StaffSession.pin_failures < settings.current().pin_failures_max
    spend = update(StaffSession).where(*mine, *can_be_unlocked(at), tries_left)
    with transaction():
        if not rows_changed(spend.values(pin_failures=StaffSession.pin_failures + 1)):
            return None
        shift = db.session.execute(look).first()
    return shift if shift is not None and str(here.place.store_id) in shift.store_ids else None


def _refuse_wrong(session_id: UUID, failures: int, actor: Actor, here: AtTill, at: datetime) -> NoReturn:
    tries_left = settings.current().pin_failures_max - failures
    with transaction():
        audit.record(AuditTag.PIN_WRONG, actor=actor, at=at, object_id=session_id, outcome="refused")
        if tries_left <= 0:
            spent = StaffSession.subject_id == here.place.till_id, StaffSession.id == session_id
            sessions.end_all(sessions.open_sessions(*spent), "pin_failures", actor=actor, at=at)
    if tries_left <= 0:
        raise ShiftOver
    raise PinWrong(tries_left=tries_left)


def _take(
    session_id: UUID, shift: Row[*tuple[Any, ...]], holder: UUID | None, actor: Actor, here: AtTill, at: datetime
) -> Unlocked:
    till_id = here.place.till_id
    value, secret_hash = cookie.fresh(till_id)
    with transaction():
        others = others_at(till_id, session_id)
        for other in others:
            sessions.step_back(other, actor=actor, at=at)
        taken = (
            update(StaffSession)
            .where(StaffSession.subject_id == till_id, StaffSession.id == session_id, *can_be_unlocked(at))
            .values(state="active", pin_failures=0, secret_hash=secret_hash, seen_at=at)
        )
        if not rows_changed(taken):
            raise ShiftOver
        former = next((each.session_id for each in others if each.state == "active" or each.session_id == holder), None)
        tag = AuditTag.SWITCHED if former else AuditTag.UNLOCKED
        details = {"former": str(former)} if former else None
        audit.record(tag, actor=actor, at=at, object_id=session_id, details=details)
    return Unlocked(value, shift.language, is_switch=former is not None)
