"""Writing a draft: sealed whole, and never over a change that the writer has not seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, update
from sqlalchemy.exc import IntegrityError

from posapp.core import seal
from posapp.core.db import db, rows_changed
from posapp.enrolment.draft import Draft
from posapp.enrolment.models import QuestionnaireDraft
from posapp.enrolment.outcomes import DraftChanged
from posapp.enrolment.queries import TABLE, DraftRow


def store(row: DraftRow, *, at: datetime) -> bool:
    """Add a new draft. False when this till has begun one for the number at the same moment."""
    line = insert(QuestionnaireDraft).values(
        phone_index=row.phone_index,
        id=row.draft_id,
        till_id=row.till_id,
        body_sealed=_sealed(row.body, row.draft_id),
        revision=row.revision,
        enrolment_id=row.enrolment_id,
        challenge_id=row.challenge_id,
        created_at=at,
        expires_at=row.expires_at,
    )
    try:
        with db.session.begin_nested():
            db.session.execute(line)
    except IntegrityError:
        return False
    return True


def write(row: DraftRow, body: Draft, *, challenge_id: UUID | None) -> DraftRow:
    """Put ``body`` in the place of what was read. Raises DraftChanged when somebody has written since."""
    changed = update(QuestionnaireDraft).where(*_as_read(row))
    values = {"body_sealed": _sealed(body, row.draft_id), "challenge_id": challenge_id, "revision": row.revision + 1}
    if rows_changed(changed.values(values)) != 1:
        raise DraftChanged
    return replace(row, body=body, challenge_id=challenge_id, revision=row.revision + 1)


def remove(row: DraftRow) -> None:
    """Delete the draft as it was read. Raises DraftChanged when somebody has written since."""
    if rows_changed(delete(QuestionnaireDraft).where(*_as_read(row))) != 1:
        raise DraftChanged


def _as_read(row: DraftRow) -> tuple[ColumnElement[bool], ...]:
    return (
        QuestionnaireDraft.phone_index == row.phone_index,
        QuestionnaireDraft.id == row.draft_id,
        QuestionnaireDraft.revision == row.revision,
    )


def _sealed(body: Draft, draft_id: UUID) -> bytes:
    return seal.seal_json(body.to_json(), table=TABLE, column="body_sealed", row_id=draft_id)
