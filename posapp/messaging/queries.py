"""What others may know of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import db
from posapp.messaging.models import MESSAGE
from posapp.messaging.state import FINAL_RANK, State


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageState:
    """How far a message has come."""

    state: State
    rank: int
    end_reason: str | None
    """Why it failed, was refused or held back: a short code."""
    gateway: str | None
    provider_id: str | None
    submitted_at: datetime | None
    final_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Is nothing more awaited?"""
        return self.rank >= FINAL_RANK

    @property
    def delivered_at(self) -> datetime | None:
        return self.final_at if self.state is State.DELIVERED else None


def state_of(route: UUID, message_id: UUID) -> MessageState | None:
    """How far the message has come; None when there is none."""
    c = MESSAGE.c
    row = db.session.execute(
        select(c.state, c.rank, c.end_reason, c.gateway, c.provider_id, c.submitted_at, c.final_at).where(
            c.route == route, c.id == message_id
        )
    ).mappings().first()  # fmt: skip
    return None if row is None else MessageState(**{**row, "state": State(row["state"])})
