"""Why a challenge cannot be used: one refusal for each reason, and the read that finds the reason afterwards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from posapp.core.actor import Actor
from posapp.core.db import db
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.verification.challenge import CHALLENGE, ChallengeRow, State
from posapp.verification.purposes import Purpose


class ChallengeNotFound(Refusal):
    """There is no such challenge for this till, this shift and this purpose."""

    code = "challenge_not_found"
    status = 404
    sentence = N_("There is no such code at this till. Please start again.")


class ChallengeOver(Refusal):
    """The challenge is not waiting for a code."""

    code = "challenge_over"
    status = 409
    sentence = N_("This code cannot be used any more. Please send a new one.")


class NotSentYet(ChallengeOver):
    """No gateway has taken the code yet."""

    code = "challenge_not_sent"
    sentence = N_("The code is still on its way. Please wait until it has been sent.")


class AlreadyUsed(ChallengeOver):
    """The code has done what it was for."""

    code = "challenge_used"
    sentence = N_("This code has been used already. Nothing was done twice.")


class Exhausted(ChallengeOver):
    """Every try has been spent."""

    code = "challenge_exhausted"
    sentence = N_("Too many wrong codes. Please start again with a new code.")


class Cancelled(ChallengeOver):
    """Somebody or the end of a shift took it back."""

    code = "challenge_cancelled"
    sentence = N_("This code was cancelled. Please start again with a new code.")


class Superseded(ChallengeOver):
    """A newer start for the same number took its place."""

    code = "challenge_superseded"
    sentence = N_("A newer code was asked for this number. Please use the newest message.")


class SendFailed(ChallengeOver):
    """No gateway would send the code."""

    code = "challenge_send_failed"
    sentence = N_("The code could not be sent. Please check the number and start again.")


class CodeExpired(Refusal):
    """The newest code's own life has passed; another may be sent."""

    code = "code_expired"
    status = 410
    sentence = N_("This code is too old. Please send a new one.")


class ChallengeExpired(Refusal):
    """The challenge's life has passed, whatever was sent again."""

    code = "challenge_expired"
    status = 410
    sentence = N_("The time for this code has passed. Please start again.")


OVER: dict[State, type[Refusal]] = {
    State.PENDING: NotSentYet,
    State.VERIFIED: AlreadyUsed,
    State.CONSUMED: AlreadyUsed,
    State.EXHAUSTED: Exhausted,
    State.EXPIRED: ChallengeExpired,
    State.CANCELLED: Cancelled,
    State.SUPERSEDED: Superseded,
    State.SEND_FAILED: SendFailed,
}


def row_is(phone_index: UUID, challenge_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """The condition of one challenge, pinned to its number."""
    return CHALLENGE.c.phone_index == phone_index, CHALLENGE.c.id == challenge_id


def bound_to(actor: Actor, purpose: Purpose | None) -> tuple[ColumnElement[bool], ...]:
    """The condition that a challenge was started at the actor's till, in this shift and for this purpose."""
    place = (CHALLENGE.c.till_id == actor.till_id, CHALLENGE.c.staff_session_id == actor.session_id)
    return place if purpose is None else (*place, CHALLENGE.c.purpose == purpose.value)


def find(phone_index: UUID, challenge_id: UUID) -> ChallengeRow | None:
    """The challenge as it is now; None when there is none."""
    found = db.session.execute(select(CHALLENGE).where(*row_is(phone_index, challenge_id))).mappings().first()
    return ChallengeRow.of(found) if found else None


def find_mine(phone_index: UUID, challenge_id: UUID, *, actor: Actor, purpose: Purpose | None = None) -> ChallengeRow:
    """The challenge, when it is bound to the actor's till and shift and to ``purpose``. Raises ChallengeNotFound."""
    found = find(phone_index, challenge_id)
    if (
        found is None
        or (found.till_id, found.staff_session_id) != (actor.till_id, actor.session_id)
        or purpose not in (None, found.purpose)
    ):
        raise ChallengeNotFound
    return found


def why_unusable(challenge: ChallengeRow, *, at: datetime) -> Refusal:
    """Why no code is accepted for it now."""
    state = challenge.state_at(at)
    if state is not State.SENT:
        return OVER[state]()
    if challenge.tries_left <= 0:
        return Exhausted()
    if challenge.code_expires_at <= at:
        return CodeExpired()
    return ChallengeOver()
