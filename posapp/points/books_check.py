"""A check of all the books, as it is kept: how far it is, and what it has found."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonObject, reference


class BooksCheckRow(Base):
    """One walk over every card and every receipt, which may take many turns and many workers."""

    __tablename__ = "books_check"
    __table_args__ = (
        UniqueConstraint("night"),
        CheckConstraint("stage IN ('cards', 'receipts', 'over')", name="stage_known"),
        CheckConstraint("(stage = 'over') = (finished_at IS NOT NULL)", name="over_is_finished"),
        CheckConstraint("(differing = 0) = (first_fault IS NULL)", name="first_of_differing"),
        {"info": reference()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    night: Mapped[date | None]
    """The night that this is the check of; none where somebody has asked for it."""
    started_at: Mapped[datetime]
    """Postings until this moment are in the sums."""
    replay_since: Mapped[datetime | None]
    """Cards that something was posted to since then are replayed; none: all of them."""
    stage: Mapped[str]
    after: Mapped[UUID | None]
    """The last card or receipt that was looked at in this stage: from there it goes on."""
    cards: Mapped[int]
    replayed: Mapped[int]
    postings: Mapped[int]
    entries: Mapped[int]
    receipts: Mapped[int]
    balance: Mapped[int]
    debt: Mapped[int]
    contra: Mapped[JsonObject]
    """The sum of the other sides, by name: `{"EARN": -120, …}`."""
    differing: Mapped[int]
    """Cards whose books do not agree, and receipts that are claimed without a sale."""
    first_member_id: Mapped[UUID | None]
    """The card of the first; none where the sums of all differ and no card does."""
    first_fault: Mapped[str | None]
    """What was found there, for whoever mends it: numbers and names of columns, nothing of a person."""
    finished_at: Mapped[datetime | None]


CHECK = cast("Table", BooksCheckRow.__table__)
