"""How far the job that remembers birthdays has come in each store."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, reference


class BirthdayDay(Base):
    """The last day in a store of which every birthday has been remembered."""

    __tablename__ = "birthday_day"
    __table_args__ = ({"info": reference()},)

    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"), primary_key=True)
    day: Mapped[date]
    """Of the store's own calendar."""


BIRTHDAY_DAY = cast("Table", BirthdayDay.__table__)
