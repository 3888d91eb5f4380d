"""The draft that a page's address speaks of, and the shift that remembers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from posapp.core import clock, ids
from posapp.core.actor import Role
from posapp.enrolment import queries
from posapp.enrolment.queries import DraftRow
from posapp.staff import sessions
from posapp.web.access import here, me
from posapp.web.forms import Form
from posapp.web.pages import page, refused, wants_json

STAFF_AT_TILL = (Role.CASHIER, Role.MANAGER)
WRONG = 422


def draft(draft_id: str) -> DraftRow:
    """The draft of this till. A shift that has just signed in again finds it by the till. Raises DraftGone, NotAnId."""
    wanted, till_id, at = ids.parse_id(draft_id), here().till_id, clock.now()
    kept = _kept()
    if kept and kept[1] == wanted:
        return queries.draft_of(kept[0], wanted, till_id=till_id, at=at)
    return queries.draft_at_till(wanted, till_id=till_id, at=at)


def keep(row: DraftRow) -> None:
    """Let the shift remember the draft, inside ``transaction()``."""
    if _kept() != (row.phone_index, row.draft_id):
        sessions.keep_draft(me(), row.phone_index, row.draft_id)


def again(template: str, form: Form, around: Mapping[str, Any], *, status: int = WRONG) -> ResponseReturnValue:
    """The page once more, with what is wrong at its fields; JSON callers get the first sentence and all by field."""
    if wants_json():
        problems = form.problems()
        faults = {problem.field_id: problem.message for problem in problems}
        sentence = problems[0].message if problems else str(form.form_errors[0])
        return refused("invalid", sentence, status, fields=faults)
    return page(template, status, form=form, form_errors=form.errors, **around)


def _kept() -> tuple[UUID, UUID] | None:
    kept = me().work.get("draft")
    return (UUID(kept[0]), UUID(kept[1])) if kept else None
