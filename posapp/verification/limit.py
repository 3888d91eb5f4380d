"""What a subject has used up of a limit."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Table
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonArray, JsonObject, sharded


class Limit(Base):
    """One subject's account with one kind of limit: a number, a till, a person, a store or the whole chain.

    The subject is whatever UUID the limit counts by; the kind says what is counted.
    """

    __tablename__ = "usage_limit"
    __table_args__ = (CheckConstraint("streak >= 0", name="streak_counts_up"), {"info": sharded("subject_id")})

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[JsonArray]
    """Epoch seconds of the events that still count, oldest first."""
    marks: Mapped[JsonObject]
    """Where distinct things are counted and not events: each thing's newest epoch second."""
    streak: Mapped[int]
    """Failures since the last success."""
    paused_until: Mapped[datetime | None]
    """Nothing more before this moment, whatever the windows say."""
    disabled_at: Mapped[datetime | None]
    """Since when nothing more is allowed until a person looks."""
    changed_at: Mapped[datetime]


LIMIT = cast("Table", Limit.__table__)
