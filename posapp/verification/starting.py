"""Starting a challenge: the newest one of a number takes the place of any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core import ids, keys, seal
from posapp.core.actor import Actor
from posapp.core.db import db, dialect_name, rows_changed
from posapp.core.errors import Refusal
from posapp.core.phone import PhoneNumber
from posapp.core.text import N_
from posapp.staff import sessions
from posapp.verification import codes, number_limits
from posapp.verification.challenge import CHALLENGE, IS_LIVE, OPEN, State
from posapp.verification.phones import sealed
from posapp.verification.purposes import Purpose
from posapp.verification.texts import promise_code
from posapp.web.access import Person


class StartedElsewhere(Refusal):
    """Other tills keep starting the same number at this very moment."""

    code = "started_elsewhere"
    status = 409
    sentence = N_("Another till is asking a code for this number right now. Please try again in a moment.")


@dataclass(frozen=True, slots=True)
class Started:
    """A challenge whose code has been promised: the same for every number, whoever holds it."""

    challenge_id: UUID
    phone_index: UUID


def start(
    *,
    purpose: Purpose,
    phone: PhoneNumber,
    subject: Mapping[str, Any],
    actor: Actor,
    person_session: Person,
    store_id: UUID,
    till_id: UUID,
    language: str,
    text_params: Mapping[str, Any],
    at: datetime,
) -> Started:
    """Promise a code for ``subject`` to ``phone``, inside ``transaction()``; the person's session remembers it.

    ``subject`` holds what the customer agrees to, as whole numbers and text without personal data; ``text_params``
    fills the message and holds nothing personal either. Raises TooManySends, NumberLocked, NumberDisabled or
    StartedElsewhere; a live challenge of the number then stays as it was.
    """
    started = Started(ids.random_id(), seal.phone_index(phone))
    row = _fresh(started, at) | _bound(purpose, subject) | {"store_id": store_id, "till_id": till_id}
    row |= {"staff_id": person_session.staff_id, "staff_session_id": person_session.session_id}
    row["phone_sealed"] = sealed(phone, started.challenge_id)
    row["message_id"] = promise_code(
        phone,
        phone_index=started.phone_index,
        challenge_id=started.challenge_id,
        purpose=purpose,
        send_no=codes.FIRST_SEND,
        language=language,
        text_params=text_params,
        expires_at=min(row["code_expires_at"], row["expires_at"]),
        at=at,
    )
    _take_number(row)
    number_limits.charge_send(started.phone_index, at=at)
    sessions.keep_challenge(person_session, started.phone_index, started.challenge_id)
    details = {"purpose": purpose.value}
    audit.record(AuditTag.CHALLENGE_STARTED, actor=actor, at=at, object_id=started.challenge_id, details=details)
    return started


def _fresh(started: Started, at: datetime) -> dict[str, Any]:
    """The columns of a challenge that nobody has touched yet."""
    now = settings.current()
    return {
        "id": started.challenge_id,
        "phone_index": started.phone_index,
        "state": State.PENDING.value,
        "send_no": codes.FIRST_SEND,
        "sends": 1,
        "attempts": 0,
        "attempts_max": now.attempts_max,
        "created_at": at,
        "last_sent_at": at,
        "code_expires_at": at + timedelta(seconds=now.code_life_seconds),
        "expires_at": at + timedelta(seconds=now.challenge_life_seconds),
    }


def _bound(purpose: Purpose, subject: Mapping[str, Any]) -> dict[str, Any]:
    """What the code is derived from, besides the place and the number."""
    return {
        "purpose": purpose.value,
        "subject": dict(subject),
        "subject_digest": codes.digest_of(subject),
        "nonce": codes.new_nonce(),
        "kid": keys.ring().otp_current,
    }


def _take_number(row: dict[str, Any]) -> None:
    """Make ``row`` the one live challenge of its number; a grant that nobody has used is superseded with the rest.

    Of two starts at once the index lets one in; the other then sees it, supersedes it and comes in behind. No more can
    cut in than the number's own limit lets through; the round after the last of them is ours.
    """
    insert = postgresql.insert if dialect_name() == "postgresql" else sqlite.insert
    c = CHALLENGE.c
    supersede = (
        update(CHALLENGE)
        .where(c.phone_index == row["phone_index"], c.state.in_([state.value for state in OPEN]))
        .values(state=State.SUPERSEDED.value, end_reason="newer_start", phone_sealed=None)
    )
    come_in = (
        insert(CHALLENGE)
        .values(row)
        .on_conflict_do_nothing(index_elements=[c.phone_index], index_where=IS_LIVE)
        .returning(c.id)
    )
    for _ in range(settings.current().number_sends_ten_minutes + 1):
        rows_changed(supersede)
        if db.session.execute(come_in).first() is not None:
            return
    raise StartedElsewhere
