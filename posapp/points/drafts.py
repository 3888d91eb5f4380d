"""Rules that somebody is working on. They are kept after every step, so that no sign-out and no Back loses them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from posapp.core.db import db, dialect_name
from posapp.points.models import ProgrammeDraft
from posapp.points.programme import Programme


@dataclass(frozen=True, slots=True)
class Draft:
    """A name, a first day and rules, each of them possible by itself."""

    name: str
    starts_on: date | None
    """None: the next day of business."""
    programme: Programme

    def with_rules(self, rules: dict[str, Any]) -> Draft:
        """The same with some rules changed. Raises BadRule."""
        return replace(self, programme=Programme.from_config(self.programme.to_config() | rules))


def draft_of(staff_id: UUID, *, locked: bool = False) -> Draft | None:
    """What this person is working on; `locked`: nobody else changes it until the transaction ends."""
    look = select(ProgrammeDraft.name, ProgrammeDraft.starts_on, ProgrammeDraft.rules)
    look = look.where(ProgrammeDraft.staff_id == staff_id)
    found = db.session.execute(look.with_for_update() if locked else look).first()
    return found and Draft(found.name, found.starts_on, Programme.from_config(found.rules))


def save(staff_id: UUID, draft: Draft, *, at: datetime) -> None:
    """Keep a draft in place of the earlier one; inside the caller's transaction."""
    inserting = postgresql.insert if dialect_name() == "postgresql" else sqlite.insert
    values = {
        "name": draft.name, "starts_on": draft.starts_on, "rules": draft.programme.to_config(), "saved_at": at,
    }  # fmt: skip
    db.session.execute(
        inserting(ProgrammeDraft)
        .values(staff_id=staff_id, **values)
        .on_conflict_do_update(index_elements=["staff_id"], set_=values)
    )


def discard(staff_id: UUID) -> None:
    """Let go of it; inside the caller's transaction."""
    db.session.execute(delete(ProgrammeDraft).where(ProgrammeDraft.staff_id == staff_id))
