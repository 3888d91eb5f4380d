"""Who invited whom, and whether the points for it are waiting, due or settled.

A referral is noted when the new card is opened and falls due with that card's first purchase. How far it is stands in
the new card's account (`AccountRow.referral`): the write of a sale turns it there, in the statement that it sends
anyway, so a sale costs no more; and those that are due are found without asking after cards that never buy.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Table, insert
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, db, sharded


class ReferralStep(StrEnum):
    """Of an invited card: it has not bought yet, or it has and both sides shall get their points."""

    AWAITED = "awaited"
    DUE = "due"


class Referral(Base):
    """One card opened at the invitation of another card's holder."""

    __tablename__ = "referral"
    __table_args__ = (
        ForeignKeyConstraint(["member_id"], ["account.member_id"]),
        CheckConstraint("member_id <> referrer_id", name="by_another"),
        {"info": sharded("member_id", append_only=True)},
    )

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The new card: it is invited once."""
    referrer_id: Mapped[UUID]
    """The card of whoever invited; on another shard, so no foreign key."""
    at: Mapped[datetime]


REFERRAL = cast("Table", Referral.__table__)


def remember(member_id: UUID, *, referrer_id: UUID, at: datetime) -> None:
    """Note who invited the holder of a new card, inside the transaction that opens it."""
    db.session.execute(insert(REFERRAL).values(member_id=member_id, referrer_id=referrer_id, at=at))
