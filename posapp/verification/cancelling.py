"""Taking codes and grants back: by a tap, or because the shift that asked for them is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import rows_changed
from posapp.verification.challenge import CHALLENGE, OPEN, State
from posapp.verification.refusals import bound_to, find_mine, row_is


def cancel(phone_index: UUID, challenge_id: UUID, *, reason: str, actor: Actor, at: datetime) -> bool:
    """Take back one code or grant of this till and shift, inside ``transaction()``; False when it had ended already.

    Raises ChallengeNotFound when it is not the actor's.
    """
    if _cancel(phone_index, challenge_id, reason, bound_to(actor, None), actor, at):
        return True
    find_mine(phone_index, challenge_id, actor=actor)
    return False


def cancel_all(challenges: Iterable[tuple[UUID, UUID]], reason: str, actor: Actor, at: datetime) -> None:
    """Take back whatever is open among these (phone index, challenge id), inside ``transaction()``: as a shift ends."""
    for phone_index, challenge_id in sorted(challenges):
        _cancel(phone_index, challenge_id, reason, (), actor, at)


def _cancel(
    phone_index: UUID,
    challenge_id: UUID,
    reason: str,
    conditions: tuple[ColumnElement[bool], ...],
    actor: Actor,
    at: datetime,
) -> bool:
    taken_back = rows_changed(
        update(CHALLENGE)
        .where(*row_is(phone_index, challenge_id), *conditions)
        .where(CHALLENGE.c.state.in_([state.value for state in OPEN]))
        .values(state=State.CANCELLED.value, end_reason=reason, phone_sealed=None)
    )
    if taken_back:
        audit.record(AuditTag.CHALLENGE_CANCELLED, actor=actor, at=at, object_id=challenge_id, reason=reason)
    return bool(taken_back)
