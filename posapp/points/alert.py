"""The fraud watch's tables: what was told to the managers, who has seen it, and what is counted for each person."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonObject, sharded
from posapp.points.watch import Counted, Kind

NOTE_LENGTH_MAX = 200


class FraudAlert(Base):
    """Something that looked odd, for the managers of the store where it happened. Once a day for each thing.

    It holds no name and no number: the member's id says nothing to anybody outside of this house.
    """

    __tablename__ = "fraud_alert"
    __table_args__ = (
        UniqueConstraint("store_id", "day", "kind", "about_id"),
        CheckConstraint(f"kind IN {tuple(each.value for each in Kind)}", name="kind_known"),
        {"info": sharded("store_id", append_only=True)},
    )

    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"), primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(primary_key=True)
    """Sorts by time: the page reads a store's alerts along its key, newest first."""
    kind: Mapped[str]
    about_id: Mapped[UUID]
    """What there is one alert about in a day: mostly the card; the person who adjusts too often; one redemption."""
    day: Mapped[date]
    """The store's day of business."""
    at: Mapped[datetime]
    till_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None]
    """Who did it, tried to, or let it pass."""
    member_id: Mapped[UUID]
    receipt: Mapped[str | None]
    posting_id: Mapped[UUID | None]
    """The posting that was odd; of what was stopped before it reached the ledger, none."""
    details: Mapped[JsonObject]
    """Counts and ids: the places of the sentence that people read."""


class FraudAlertSeen(Base):
    """Somebody has looked into an alert. Written once: of two managers, the first one counts."""

    __tablename__ = "fraud_alert_seen"
    __table_args__ = (
        ForeignKeyConstraint(["store_id", "alert_id"], ["fraud_alert.store_id", "fraud_alert.alert_id"]),
        CheckConstraint(f"length(note) BETWEEN 1 AND {NOTE_LENGTH_MAX}", name="note_length"),
        {"info": sharded("store_id", append_only=True)},
    )

    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID]
    at: Mapped[datetime]
    note: Mapped[str | None]


class StaffCount(Base):
    """How often one person did one thing on one day of business; counted in the transaction of the act itself."""

    __tablename__ = "staff_count"
    __table_args__ = (
        CheckConstraint(f"counted IN {tuple(each.value for each in Counted)}", name="counted_known"),
        CheckConstraint("times > 0", name="times_positive"),
        {"info": sharded("staff_id")},
    )

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    counted: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]


ALERT = cast("Table", FraudAlert.__table__)
SEEN = cast("Table", FraudAlertSeen.__table__)
COUNT = cast("Table", StaffCount.__table__)
