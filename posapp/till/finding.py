"""Looking a number up: audited each time, and only so many different numbers an hour."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core import seal
from posapp.core.actor import Actor
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.core.phone import PhoneNumber
from posapp.core.text import N_
from posapp.members import queries as members
from posapp.staff import sessions
from posapp.verification.limits import LimitKind, count_distinct
from posapp.web.access import Person

AN_HOUR_SECONDS = 3600


class FindStopped(Refusal):
    """Too many different numbers in an hour: raised before the number is looked at."""

    code, status = "find_stopped", 429
    sentence = N_("Too many different numbers were looked up this hour. Ask your manager, or wait a little.")


class Told(NamedTuple):
    """How the audit calls what came of a look-up."""

    found: AuditTag
    not_found: AuditTag
    stopped: AuditTag


AT_TILL = Told(AuditTag.MEMBER_FOUND, AuditTag.MEMBER_NOT_FOUND, AuditTag.FIND_STOPPED)
IN_OFFICE = Told(AuditTag.MEMBER_FOUND_IN_OFFICE, AuditTag.MEMBER_NOT_FOUND_IN_OFFICE, AuditTag.FIND_STOPPED_IN_OFFICE)


def find(phone: PhoneNumber, *, person: Person, actor: Actor, at: datetime) -> UUID | None:
    """Whose card this number leads to; None when it has none. The person's session may open the card that it finds.

    Raises FindStopped; beyond the softer limit the look-up works and the audit says that there are many.
    """
    return _find(phone, opens=True, person=person, actor=actor, at=at)


def look_up(phone: PhoneNumber, *, person: Person, actor: Actor, at: datetime) -> UUID | None:
    """The same, audited and counted alike, but the card that was open stays the open one. Raises FindStopped."""
    return _find(phone, opens=False, person=person, actor=actor, at=at)


def _find(phone: PhoneNumber, *, opens: bool, person: Person, actor: Actor, at: datetime) -> UUID | None:
    phone_index, told = seal.phone_index(phone), AT_TILL if actor.till_id else IN_OFFICE
    numbers = _count(person, phone_index, told, actor, at)
    with transaction():
        member_id = members.member_id_of(phone)
        if member_id is not None and opens:
            sessions.keep_card(person, member_id, phone_index, own=leads_to_own(person, member_id))
        tag = told.found if member_id else told.not_found
        many = numbers > settings.current().find_alert_per_hour
        details = {"numbers": numbers}
        audit.record(tag, actor=actor, at=at, object_id=member_id, reason="many" if many else None, details=details)
    return member_id


def leads_to_own(person: Person, member_id: UUID) -> bool:
    """Is it this person's own card? Several numbers may lead to it, where cards were merged."""
    return person.phone_index is not None and members.member_behind(person.phone_index) == member_id


def _count(person: Person, phone_index: UUID, told: Told, actor: Actor, at: datetime) -> int:
    """How many different numbers this person has looked up in the last hour, this one included."""
    kind = LimitKind.CASHIER_FINDS
    with transaction():
        numbers = count_distinct(person.staff_id, kind, phone_index, seconds=AN_HOUR_SECONDS, at=at)
    if numbers > settings.current().find_stop_per_hour:
        audit.record_alone(told.stopped, actor=actor, at=at, details={"numbers": numbers})
        raise FindStopped(retry_after_seconds=AN_HOUR_SECONDS)
    return numbers
