"""The end of a draft that nobody came back to: deleted after a day, its line of the report closed with the reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor, system_actor
from posapp.core.db import db, transaction
from posapp.core.jobs import Job
from posapp.enrolment.models import Enrolment, QuestionnaireDraft
from posapp.enrolment.outcomes import EndReason
from posapp.members.queries import number_has_card
from posapp.verification.refusals import find

EVERY = timedelta(minutes=10)
BATCH_MAX = 500


def jobs() -> list[Job]:
    """The job of this room."""
    return [Job("enrolment.purge_drafts", EVERY, purge_drafts)]


def purge_drafts(at: datetime) -> None:
    """Delete every draft whose day is over, each in a transaction of its own. Again makes no difference."""
    over = QuestionnaireDraft.expires_at <= at
    look = select(QuestionnaireDraft.phone_index, QuestionnaireDraft.till_id).where(over).limit(BATCH_MAX)
    while expired := db.session.execute(look).all():
        for draft in expired:
            with transaction():
                close_expired(draft.phone_index, till_id=draft.till_id, actor=system_actor(), at=at)


def close_expired(phone_index: UUID, *, till_id: UUID, actor: Actor, at: datetime) -> None:
    """Delete the number's expired draft at this till, if there is one, inside an open transaction."""
    drafts = QuestionnaireDraft
    over: tuple[ColumnElement[bool], ...] = (
        drafts.phone_index == phone_index,
        drafts.till_id == till_id,
        drafts.expires_at <= at,
    )
    gone = delete(drafts).where(*over).returning(drafts.enrolment_id)
    for enrolment_id in db.session.execute(gone).scalars().all():
        _close(phone_index, enrolment_id, actor, at)


def _close(phone_index: UUID, enrolment_id: UUID, actor: Actor, at: datetime) -> None:
    line = Enrolment.phone_index == phone_index, Enrolment.id == enrolment_id
    challenge_id = db.session.execute(select(Enrolment.challenge_id).where(*line)).scalar_one_or_none()
    reason = _reason(phone_index, challenge_id, at)
    ended = update(Enrolment).where(*line, Enrolment.carded_at.is_(None), Enrolment.ended_at.is_(None))
    db.session.execute(ended.values(ended_at=at, end_reason=reason.value))
    tag = AuditTag.ENROLMENT_ENDED
    audit.record(tag, actor=actor, at=at, object_id=enrolment_id, reason=reason.value)


def _reason(phone_index: UUID, challenge_id: UUID | None, at: datetime) -> EndReason:
    """Why no card came of it: the number had one already, or what became of the last code, or nobody came back."""
    if number_has_card(phone_index):
        return EndReason.ALREADY_MEMBER
    challenge = find(phone_index, challenge_id) if challenge_id else None
    ended = challenge.state_at(at).value if challenge else None
    return EndReason(ended) if ended in set(EndReason) else EndReason.ABANDONED
