"""Sending once more: a new code that kills the old one, and nothing else starts afresh."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, update

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import db
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.verification import number_limits
from posapp.verification.challenge import CHALLENGE, LIVE, ChallengeRow, State
from posapp.verification.refusals import bound_to, find_mine, row_is, why_unusable
from posapp.verification.texts import promise_again


class ResendTooSoon(Refusal):
    """The message before may still arrive."""

    code = "resend_too_soon"
    status = 429
    sentence = N_("The message may still arrive. Another can be sent in %(seconds)s s.")


class NoMoreSends(Refusal):
    """The challenge has sent every code it may."""

    code = "no_more_sends"
    status = 409
    sentence = N_("No more codes can be sent for this. Please start again, or ask a manager.")


def resend(phone_index: UUID, challenge_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Promise a new code for a challenge of this till and shift, inside ``transaction()``.

    Tries and the hard end stay as they are; the code before is dead. Raises ResendTooSoon, NoMoreSends, TooManySends,
    NumberLocked, NumberDisabled, ChallengeNotFound, a ChallengeOver or ChallengeExpired.
    """
    c, now = CHALLENGE.c, settings.current()
    again = (
        update(CHALLENGE)
        .where(*row_is(phone_index, challenge_id), *bound_to(actor, None))
        .where(c.state == State.SENT.value, c.attempts < c.attempts_max, c.expires_at > at)
        .where(c.sends < now.sends_max, _cooled_down(at))
        .values(send_no=c.send_no + 1, sends=c.sends + 1, last_sent_at=at)
        .values(code_expires_at=at + timedelta(seconds=now.code_life_seconds))
        .returning(*c)
    )
    row = db.session.execute(again).mappings().first()
    if row is None:
        raise _why_not(find_mine(phone_index, challenge_id, actor=actor), at)
    challenge = ChallengeRow.of(row)
    number_limits.charge_send(phone_index, at=at)
    message_id = promise_again(challenge, at=at)
    db.session.execute(update(CHALLENGE).where(*row_is(phone_index, challenge_id)).values(message_id=message_id))
    details = {"send_no": challenge.send_no}
    audit.record(AuditTag.CHALLENGE_RESENT, actor=actor, at=at, object_id=challenge_id, details=details)


def resend_wait_seconds(challenge: ChallengeRow, *, at: datetime) -> int | None:
    """How long until another code may be sent, 0 for now; None when this challenge will send no more.

    While the first code still waits in the queue, another is never due yet.
    """
    state = challenge.state_at(at)
    if state not in LIVE or challenge.tries_left <= 0 or challenge.sends >= settings.current().sends_max:
        return None
    free_at = challenge.last_sent_at + _cool_down(challenge.sends)
    if free_at >= challenge.expires_at:
        return None
    return max(1 if state is State.PENDING else 0, math.ceil((free_at - at).total_seconds()))


def _cool_down(sends: int) -> timedelta:
    """The pause after so many sends; the last of the settings' pauses serves for all later ones."""
    pauses = settings.current().resend_cooldown_seconds
    return timedelta(seconds=pauses[min(sends, len(pauses)) - 1])


def _cooled_down(at: datetime) -> ColumnElement[bool]:
    c = CHALLENGE.c
    sends = range(1, settings.current().sends_max)
    return or_(false(), *(and_(c.sends == number, c.last_sent_at <= at - _cool_down(number)) for number in sends))


def _why_not(challenge: ChallengeRow, at: datetime) -> Refusal:
    """Why nothing is sent again. A code that is merely too old is no reason: that is what sending again is for."""
    if challenge.state_at(at) is not State.SENT or challenge.tries_left <= 0:
        return why_unusable(challenge, at=at)
    if challenge.sends >= settings.current().sends_max:
        return NoMoreSends()
    wait = math.ceil((challenge.last_sent_at + _cool_down(challenge.sends) - at).total_seconds())
    return ResendTooSoon(retry_after_seconds=max(1, wait), seconds=max(1, wait))
