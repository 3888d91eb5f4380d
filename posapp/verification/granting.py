"""A right code whose sum is known later: it becomes a grant, good for a short while and for one use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import db, rows_changed
from posapp.core.errors import Refusal
from posapp.verification import handlers, number_limits
from posapp.verification.challenge import CHALLENGE, GRANT_LIFE, ChallengeRow, State
from posapp.verification.handlers import Done
from posapp.verification.purposes import Purpose
from posapp.verification.refusals import ChallengeOver, bound_to, find_mine, row_is, why_unusable
from posapp.verification.trying import ProvenChallenge

GRANTED_PURPOSES = frozenset({Purpose.EARN})
"""The customer agrees before the basket is rung up. Everywhere else the code is bound to the sum itself."""


def grant(challenge: ProvenChallenge, *, actor: Actor, at: datetime) -> datetime:
    """Let a right code stand for what is known later, inside ``transaction()``; until when it stands.

    The charged try is given back. Raises a ChallengeOver for the second of two right codes, and ValueError for a
    purpose whose code says the sum.
    """
    if challenge.purpose not in GRANTED_PURPOSES:
        raise ValueError(f"a code for {challenge.purpose.value} is used where it is typed")
    c = CHALLENGE.c
    verify = (
        update(CHALLENGE)
        .where(*row_is(challenge.phone_index, challenge.id), *bound_to(actor, challenge.purpose))
        .where(c.state == State.SENT.value)
        .values(state=State.VERIFIED.value, verified_at=at, attempts=c.attempts - 1)
    )
    if rows_changed(verify) != 1:
        now = find_mine(challenge.phone_index, challenge.id, actor=actor, purpose=challenge.purpose)
        raise why_unusable(now, at=at)
    number_limits.give_back_failure(challenge.phone_index, charged_at=challenge.charged_at, at=at)
    details = {"purpose": challenge.purpose.value, "tries_left": challenge.tries_left + 1}
    audit.record(AuditTag.CHALLENGE_VERIFIED, actor=actor, at=at, object_id=challenge.id, details=details)
    return at + GRANT_LIFE


def spend_grant(
    phone_index: UUID,
    challenge_id: UUID,
    *,
    purpose: Purpose,
    later: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    key: str,
) -> Done:
    """Use a grant of this till and shift, once, inside ``transaction()``.

    The handler of the purpose gets what the code was bound to together with ``later``, what was not known then.
    Whatever raises rolls all of it back, and the grant stands until its time. Raises ChallengeNotFound for anybody
    else's, a ChallengeOver, ChallengeExpired, whatever the handler refuses, and ValueError when ``later`` would change
    what the customer agreed to.
    """
    act = handlers.handler_of(purpose)
    granted = _consume(phone_index, challenge_id, purpose, actor, at)
    if changed := granted.subject.keys() & later.keys():
        raise ValueError(f"the code was bound to {', '.join(sorted(changed))} already")
    done = act(granted, {**granted.subject, **later}, actor=actor, at=at, key=key)
    if done.posting_id is not None:
        posted = update(CHALLENGE).where(*row_is(phone_index, challenge_id))
        db.session.execute(posted.values(posting_id=done.posting_id))
    details = {"purpose": purpose.value}
    audit.record(AuditTag.CHALLENGE_CONSUMED, actor=actor, at=at, object_id=challenge_id, details=details)
    return done


def _consume(phone_index: UUID, challenge_id: UUID, purpose: Purpose, actor: Actor, at: datetime) -> ChallengeRow:
    """The one step from verified to consumed; the grant as it was, with its number for the handler."""
    granted = find_mine(phone_index, challenge_id, actor=actor, purpose=purpose)
    consume = (
        update(CHALLENGE)
        .where(*row_is(phone_index, challenge_id), *bound_to(actor, purpose))
        .where(CHALLENGE.c.state == State.VERIFIED.value, CHALLENGE.c.verified_at > at - GRANT_LIFE)
        .values(state=State.CONSUMED.value, consumed_at=at, phone_sealed=None)
    )
    if rows_changed(consume) != 1:
        raise _why_no_grant(find_mine(phone_index, challenge_id, actor=actor, purpose=purpose), at)
    return granted


def _why_no_grant(challenge: ChallengeRow, at: datetime) -> Refusal:
    """Why nothing can be used: a challenge whose code nobody has typed yet grants nothing."""
    if challenge.state_at(at) is State.SENT:
        return ChallengeOver()
    return why_unusable(challenge, at=at)
