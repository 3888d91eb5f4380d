"""What a right code authorises: all of it or nothing, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import db, rows_changed
from posapp.verification import handlers, number_limits
from posapp.verification.challenge import CHALLENGE, State
from posapp.verification.handlers import Done
from posapp.verification.refusals import bound_to, find_mine, row_is, why_unusable
from posapp.verification.trying import ProvenChallenge


def authorise(challenge: ProvenChallenge, *, actor: Actor, at: datetime, key: str) -> Done:
    """Consume the challenge and do what its subject says, inside ``transaction()``.

    The charged try is given back, to the challenge and to its number. Whatever raises, here or in the handler of the
    purpose, rolls all of it back: the challenge stays sent and the try stays spent. Raises a ChallengeOver for the
    second of two right codes, and whatever the handler refuses.
    """
    act = handlers.handler_of(challenge.purpose)
    _consume(challenge, actor, at)
    number_limits.give_back_failure(challenge.phone_index, charged_at=challenge.charged_at, at=at)
    done = act(challenge, challenge.subject, actor=actor, at=at, key=key)
    if done.posting_id is not None:
        posted = update(CHALLENGE).where(*row_is(challenge.phone_index, challenge.id))
        db.session.execute(posted.values(posting_id=done.posting_id))
    audit.record(
        AuditTag.CHALLENGE_CONSUMED,
        actor=actor,
        at=at,
        object_id=challenge.id,
        details={"purpose": challenge.purpose.value, "tries_left": challenge.tries_left + 1},
    )
    return done


def _consume(challenge: ProvenChallenge, actor: Actor, at: datetime) -> None:
    """The one step from sent to consumed: of many at once, the database lets one through."""
    c = CHALLENGE.c
    consume = (
        update(CHALLENGE)
        .where(*row_is(challenge.phone_index, challenge.id), *bound_to(actor, challenge.purpose))
        .where(c.state == State.SENT.value)
        .values(state=State.CONSUMED.value, verified_at=at, consumed_at=at, attempts=c.attempts - 1, phone_sealed=None)
    )
    if rows_changed(consume) != 1:
        now = find_mine(challenge.phone_index, challenge.id, actor=actor, purpose=challenge.purpose)
        raise why_unusable(now, at=at)
