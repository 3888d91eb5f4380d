"""An adjustment that one person may not decide alone: what was asked, by whom, and what a second person made of it.

A request waits, and is decided once: the step out of `waiting` is one conditional UPDATE, so of two who decide at the
same moment one is told that it has been done. A request that nobody decided in its time has lapsed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    RowMapping,
    Table,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, db, sharded

LISTED_MAX = 50


class RequestState(StrEnum):
    """Waiting (or lapsed, once its time is over), approved with its posting, or refused with a reason."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


IS_WAITING = text("state = 'waiting'")


class AdjustmentRequest(Base):
    """Points to be given or taken by two people, one of whom has asked for it."""

    __tablename__ = "adjustment_request"
    __table_args__ = (
        ForeignKeyConstraint(["member_id"], ["account.member_id"]),
        CheckConstraint("state IN ('waiting', 'approved', 'refused')", name="state_known"),
        CheckConstraint("points <> 0", name="points_move"),
        CheckConstraint("valid_days > 0", name="term_lasts"),
        CheckConstraint("asked_at < expires_at", name="waits_a_while"),
        CheckConstraint("(state = 'waiting') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at_a_moment"),
        CheckConstraint("state <> 'approved' OR decided_by <> author_id", name="approved_by_another"),
        CheckConstraint("posting_id IS NULL OR state = 'approved'", name="only_approved_is_posted"),
        Index(
            "ix_adjustment_request_waiting", "store_id", "asked_at",
            postgresql_where=IS_WAITING, sqlite_where=IS_WAITING,
        ),
        {"info": sharded("member_id")},
    )  # fmt: skip

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The card that was asked for; where it has been merged, the points go to the one that lives."""
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"))
    """Where the card was opened: the managers of this store decide."""
    points: Mapped[int]
    reason: Mapped[str]
    valid_days: Mapped[int | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    """Why it was refused."""
    posting_id: Mapped[UUID | None]
    """What the approval has posted, on the card that lives."""


REQUEST = cast("Table", AdjustmentRequest.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request as it was read at one moment."""

    member_id: UUID
    request_id: UUID
    store_id: UUID
    points: int
    reason: str
    valid_days: int | None
    author_id: UUID
    asked_at: datetime
    expires_at: datetime
    state: RequestState
    decided_by: UUID | None
    decided_at: datetime | None
    answer: str | None
    posting_id: UUID | None

    @classmethod
    def of(cls, row: RowMapping) -> RequestRow:
        values: dict[str, Any] = {each.name: row[each.name] for each in fields(cls)}
        return cls(**values | {"state": RequestState(row["state"])})

    def is_waiting(self, at: datetime) -> bool:
        return self.state is RequestState.WAITING and at < self.expires_at

    def has_lapsed(self, at: datetime) -> bool:
        return self.state is RequestState.WAITING and at >= self.expires_at


def find(member_id: UUID, request_id: UUID) -> RequestRow | None:
    """One request; None when there is none of this name on this card."""
    asked = select(REQUEST).where(REQUEST.c.member_id == member_id, REQUEST.c.request_id == request_id)
    row = db.session.execute(asked).mappings().first()
    return RequestRow.of(row) if row else None


def of_card(member_id: UUID, at: datetime) -> list[RequestRow]:
    """What waits for somebody's yes or no on a card, the oldest first."""
    asked = select(REQUEST).where(REQUEST.c.member_id == member_id, *_waits(at)).order_by(REQUEST.c.asked_at)
    return [RequestRow.of(row) for row in db.session.execute(asked).mappings()]


def waiting_in(store_ids: Collection[UUID], at: datetime) -> list[RequestRow]:
    """What waits in these stores, the oldest first, at most `LISTED_MAX`."""
    asked = select(REQUEST).where(REQUEST.c.store_id.in_(store_ids), *_waits(at)).order_by(REQUEST.c.asked_at)
    return [RequestRow.of(row) for row in db.session.execute(asked.limit(LISTED_MAX)).mappings()]


def count_for(staff_id: UUID, store_ids: Collection[UUID], at: datetime) -> int:
    """How many requests in these stores wait for this person: all but their own."""
    mine = (REQUEST.c.store_id.in_(store_ids), REQUEST.c.author_id != staff_id)
    return int(db.session.execute(select(func.count()).select_from(REQUEST).where(*mine, *_waits(at))).scalar_one())


def _waits(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return REQUEST.c.state == RequestState.WAITING.value, REQUEST.c.expires_at > at
