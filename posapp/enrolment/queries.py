"""Finding a draft again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from posapp.core import seal
from posapp.core.db import db
from posapp.core.phone import PhoneNumber
from posapp.enrolment.draft import Draft
from posapp.enrolment.models import QuestionnaireDraft
from posapp.enrolment.outcomes import DraftGone
from posapp.verification.challenge import LIVE
from posapp.verification.refusals import find

TABLE = "questionnaire_draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A draft as it was read, with the revision that a change of it must name."""

    phone_index: UUID
    draft_id: UUID
    till_id: UUID
    enrolment_id: UUID
    challenge_id: UUID | None
    revision: int
    expires_at: datetime
    body: Draft

    @property
    def phone(self) -> PhoneNumber:
        return PhoneNumber.restored(self.body.phone)


def draft_of(phone_index: UUID, draft_id: UUID, *, till_id: UUID, at: datetime) -> DraftRow:
    """The draft on its shard. Raises DraftGone."""
    found = _one(
        QuestionnaireDraft.phone_index == phone_index, QuestionnaireDraft.id == draft_id, till_id=till_id, at=at
    )
    if found is None:
        raise DraftGone
    return found


def draft_at_till(draft_id: UUID, *, till_id: UUID, at: datetime) -> DraftRow:
    """The draft, found by its till: for a cashier who has signed in again and whose new session does not know it.

    Not pinned to a shard, by the index on ``till_id``; never on the hot path. Raises DraftGone.
    """
    found = _one(QuestionnaireDraft.id == draft_id, till_id=till_id, at=at)
    if found is None:
        raise DraftGone
    return found


def draft_for_number(phone_index: UUID, *, till_id: UUID, at: datetime) -> DraftRow | None:
    """The draft that this till has begun for the number, if it still has one."""
    return _one(QuestionnaireDraft.phone_index == phone_index, till_id=till_id, at=at)


def draft_of_challenge(phone_index: UUID, draft_id: UUID, challenge_id: UUID, *, at: datetime) -> DraftRow | None:
    """The draft for which this code was sent, unless it was changed, finished or has grown too old since."""
    return _one(
        QuestionnaireDraft.phone_index == phone_index,
        QuestionnaireDraft.id == draft_id,
        QuestionnaireDraft.challenge_id == challenge_id,
        till_id=None,
        at=at,
    )


def code_under_way(row: DraftRow, *, session_id: UUID, at: datetime) -> UUID | None:
    """The code of this shift that is waiting to be said for the draft as it stands; None when another must be sent."""
    challenge = find(row.phone_index, row.challenge_id) if row.challenge_id else None
    if challenge is None or challenge.staff_session_id != session_id or challenge.state_at(at) not in LIVE:
        return None
    return challenge.id


def _one(*conditions: ColumnElement[bool], till_id: UUID | None, at: datetime) -> DraftRow | None:
    look = select(QuestionnaireDraft.__table__).where(*conditions, QuestionnaireDraft.expires_at > at)
    if till_id is not None:
        look = look.where(QuestionnaireDraft.till_id == till_id)
    row = db.session.execute(look).first()
    return None if row is None else _row(row._asdict())


def _row(columns: dict[str, Any]) -> DraftRow:
    told = seal.unseal_json(columns["body_sealed"], table=TABLE, column="body_sealed", row_id=columns["id"])
    return DraftRow(
        phone_index=columns["phone_index"],
        draft_id=columns["id"],
        till_id=columns["till_id"],
        enrolment_id=columns["enrolment_id"],
        challenge_id=columns["challenge_id"],
        revision=columns["revision"],
        expires_at=columns["expires_at"],
        body=Draft.of(told),
    )
