"""Trying a code: the try is spent and committed first, and only then is the code compared."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import db, transaction
from posapp.core.errors import Refusal
from posapp.verification import codes, number_limits
from posapp.verification.challenge import CHALLENGE, ChallengeRow, State
from posapp.verification.number_limits import NumberDisabled, NumberLocked
from posapp.verification.purposes import Purpose
from posapp.verification.refusals import ChallengeNotFound, bound_to, find_mine, row_is, why_unusable


class Outcome(StrEnum):
    """What comparing the code has told."""

    RIGHT = "right"
    WRONG_CODE = "wrong_code"
    EARLIER_CODE = "earlier_code"
    """The code of this challenge that a resend has replaced."""
    EXHAUSTED = "exhausted"
    """Wrong, and it was the last try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenChallenge(ChallengeRow):
    """A challenge whose code was right. Only ``spend_try`` makes one; ``authorise`` asks for it."""

    charged_at: datetime
    """When the try was charged to the number."""


@dataclass(frozen=True, slots=True)
class Try:
    """One spent try; ``challenge`` is there when the code was right."""

    outcome: Outcome
    tries_left: int
    challenge: ProvenChallenge | None = None


def spend_try(
    *, phone_index: UUID, challenge_id: UUID, typed: object, purpose: Purpose | None, actor: Actor, at: datetime
) -> Try:
    """Spend one try on what was typed, in transactions of its own; the try stays spent whatever follows.

    ``purpose`` None means whatever the challenge was started for. Raises MalformedCode (nothing is charged),
    ChallengeNotFound, a ChallengeOver, CodeExpired or ChallengeExpired (nothing is charged), NumberLocked or
    NumberDisabled (nothing is charged).
    """
    digits = codes.shape(typed)
    challenge = _charge(phone_index, challenge_id, purpose, actor, at)
    if challenge is None:
        raise _refused(phone_index, challenge_id, purpose, actor, at)
    if codes.code_for(challenge).matches(digits):
        return Try(Outcome.RIGHT, challenge.tries_left, _proven(challenge, at))
    return _wrong(challenge, digits, actor, at)


def _charge(
    phone_index: UUID, challenge_id: UUID, purpose: Purpose | None, actor: Actor, at: datetime
) -> ChallengeRow | None:
    """Take one try of the challenge, then one of its number's failures; None when the challenge gives none.

    In this order, so that guesses at dead challenges can never lock a number.
    """
    c = CHALLENGE.c
    take = (
        update(CHALLENGE)
        .where(*row_is(phone_index, challenge_id), *bound_to(actor, purpose))
        .where(c.state == State.SENT.value, c.attempts < c.attempts_max, c.code_expires_at > at, c.expires_at > at)
        .values(attempts=c.attempts + 1)
        .returning(*c)
    )
    try:
        with transaction():
            taken = db.session.execute(take).mappings().first()
            if taken is None:
                return None
            number_limits.charge_failure(phone_index, at=at)
            return ChallengeRow.of(taken)
    except (NumberLocked, NumberDisabled) as locked:
        audit.record_alone(AuditTag.NUMBER_LOCKED, actor=actor, at=at, object_id=challenge_id, reason=locked.code)
        raise


def _refused(phone_index: UUID, challenge_id: UUID, purpose: Purpose | None, actor: Actor, at: datetime) -> Refusal:
    """Look up why nothing was charged, and remember it. A stranger's challenge and no challenge look alike."""
    try:
        refusal = why_unusable(find_mine(phone_index, challenge_id, actor=actor, purpose=purpose), at=at)
    except ChallengeNotFound as not_found:
        refusal = not_found
    foreign = isinstance(refusal, ChallengeNotFound)
    tag = AuditTag.CHALLENGE_FOREIGN if foreign else AuditTag.CHALLENGE_REFUSED
    audit.record_alone(tag, actor=actor, at=at, object_id=challenge_id, reason=refusal.code)
    return refusal


def _wrong(challenge: ChallengeRow, digits: str, actor: Actor, at: datetime) -> Try:
    """Remember a wrong code; after the last try nothing more is accepted."""
    last = challenge.tries_left <= 0
    earlier = Outcome.EARLIER_CODE if codes.is_earlier(challenge, digits) else Outcome.WRONG_CODE
    exhaust = (
        update(CHALLENGE)
        .where(*row_is(challenge.phone_index, challenge.id), CHALLENGE.c.state == State.SENT.value)
        .values(state=State.EXHAUSTED.value, end_reason="wrong_codes", phone_sealed=None)
    )
    with transaction():
        if last:
            db.session.execute(exhaust)
        audit.record(
            AuditTag.CHALLENGE_EXHAUSTED if last else AuditTag.CHALLENGE_WRONG_CODE,
            actor=actor,
            at=at,
            object_id=challenge.id,
            outcome="failed",
            reason=earlier.value,
            details={"purpose": challenge.purpose.value, "tries_left": challenge.tries_left},
        )
    return Try(Outcome.EXHAUSTED if last else earlier, challenge.tries_left)


def _proven(challenge: ChallengeRow, charged_at: datetime) -> ProvenChallenge:
    values = {each.name: getattr(challenge, each.name) for each in fields(ChallengeRow)}
    return ProvenChallenge(**values, charged_at=charged_at)
