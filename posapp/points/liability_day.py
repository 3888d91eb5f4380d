"""What the shop owes its customers at the end of a day, as it is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonObject, sharded


class LiabilityDay(Base):
    """The points of the cards that were opened in one store: what moved on a day of business, what was there after it.

    Deleted and written anew when the day is counted again. Points, whole numbers.
    """

    __tablename__ = "liability_day"
    __table_args__ = ({"info": sharded("store_id")},)

    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    """The day of business of the posting, in the store where it was made."""
    counted_at: Mapped[datetime]
    point_value_minor: Mapped[int]
    """What a point paid on that day."""
    outstanding: Mapped[int]
    """In open lots, pending ones among them."""
    pending: Mapped[int]
    """Of these, not to be spent yet."""
    reserved: Mapped[int]
    """Set aside for receipts that were not finished; not in open lots meanwhile."""
    debt: Mapped[int]
    """Owed by customers."""
    expiring: Mapped[JsonObject]
    """The outstanding ones by the month in which they lapse: `{"2026-03": 120, "never": 5}`."""
    maturing: Mapped[JsonObject]
    """The pending ones by the first day on which they can be spent: `{"2026-03-09": 40}`."""
    issued: Mapped[int]
    redeemed: Mapped[int]
    given_back: Mapped[int]
    taken_back: Mapped[int]
    withdrawn: Mapped[int]
    """Taken by people, with a reason."""
    lapsed: Mapped[int]
    moved: Mapped[int]
    """Moved here from merged cards of other stores, less what was moved there; over all stores nothing."""


LIABILITY = cast("Table", LiabilityDay.__table__)
