"""What is kept of the days that are over. Counts only: no member, no number, no code."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, sharded

NOBODY = UUID(int=0)
"""In the place of a till or a person where there was none."""


class EnrolmentDay(Base):
    """What one person did at one till on one day of business. Deleted and written anew when the day is counted again.

    A column for each figure, and small ones: a year of a thousand tills is added up in one look.
    """

    __tablename__ = "enrolment_day"
    __table_args__ = ({"info": sharded("store_id")},)

    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    """The store's day of business."""
    till_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    begun: Mapped[int] = mapped_column(Integer)
    sent: Mapped[int] = mapped_column(Integer)
    delivered: Mapped[int] = mapped_column(Integer)
    matched: Mapped[int] = mapped_column(Integer)
    approved: Mapped[int] = mapped_column(Integer)
    personal_data: Mapped[int] = mapped_column(Integer)
    rules: Mapped[int] = mapped_column(Integer)
    advertising_sms: Mapped[int] = mapped_column(Integer)
    advertising_call: Mapped[int] = mapped_column(Integer)
    advertising_messenger: Mapped[int] = mapped_column(Integer)
    cards: Mapped[int] = mapped_column(Integer)
    accounts: Mapped[int] = mapped_column(Integer)
    first_credits: Mapped[int] = mapped_column(Integer)


class EnrolmentDayEnd(Base):
    """How often, on that day, a questionnaire or a code came to nothing, and why."""

    __tablename__ = "enrolment_day_end"
    __table_args__ = (
        CheckConstraint("what IN ('questionnaire', 'code')", name="what_known"),
        CheckConstraint("count > 0", name="count_positive"),
        {"info": sharded("store_id")},
    )

    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    till_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    """One word of the room in which it ended."""
    count: Mapped[int] = mapped_column(Integer)


class EnrolmentCounted(Base):
    """Which days of a store have been counted: all from the first to the last, those without a row being empty."""

    __tablename__ = "enrolment_counted"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        {"info": sharded("store_id")},
    )

    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    """The day before which the store had no questionnaire."""
    last_day: Mapped[date]
    counted_at: Mapped[datetime]
