"""What a manager reads of the points that are owed: the newest day that was counted, and the months before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select

from posapp.core.db import db
from posapp.points.liability_day import LIABILITY
from posapp.stores.queries import StoreRow

POSITIONS = ("outstanding", "pending", "reserved", "debt")
FLOWS = ("issued", "redeemed", "given_back", "taken_back", "withdrawn", "lapsed", "moved")
MONTHS_BACK = 12
"""Months of the breakdown, the one that is under way among them; the file has all their days."""

Row = Mapping[str, Any] | RowMapping
Figures = Counter[str]


@dataclass(frozen=True, slots=True)
class LiabilityReport:
    """Some stores together. Points, whole numbers; money in minor units."""

    stores: Sequence[StoreRow]
    day: date | None
    """The newest day that was counted; none before the first."""
    counted_at: datetime | None
    rows: Mapping[UUID, Row]
    """That day, by store."""
    months: Mapping[date, Figures]
    """What came and went, by the first day of the month, in order."""

    def points(self, name: str) -> int:
        """One of `POSITIONS`, over all these stores."""
        return sum(row[name] for row in self.rows.values())

    def worth_minor(self, name: str) -> int:
        """The same in money, as much as a point paid on that day."""
        return sum(row[name] * row["point_value_minor"] for row in self.rows.values())

    @property
    def expiring(self) -> Figures:
        """What is outstanding, by the month in which it lapses."""
        found: Figures = Counter()
        for row in self.rows.values():
            found.update(row["expiring"])
        return found

    @property
    def expiring_minor(self) -> Figures:
        """The same in money."""
        found: Figures = Counter()
        for row in self.rows.values():
            found.update({month: points * row["point_value_minor"] for month, points in row["expiring"].items()})
        return found

    @property
    def flows(self) -> Figures:
        """What came and went in all these months."""
        return sum(self.months.values(), Counter())


def liability_report(stores: Sequence[StoreRow]) -> LiabilityReport:
    """The newest day and the months that end with it."""
    store_ids = [store.store_id for store in stores]
    day: date | None = db.session.execute(
        select(func.max(LIABILITY.c.day)).where(LIABILITY.c.store_id.in_(store_ids))
    ).scalar()
    if day is None:
        return LiabilityReport(stores, None, None, {}, {})
    found = {row["store_id"]: row for row in _rows(store_ids, day, day)}
    counted_at = min(row["counted_at"] for row in found.values())
    return LiabilityReport(stores, day, counted_at, found, _months(store_ids, day))


def liability_days(stores: Sequence[StoreRow], day: date) -> list[Row]:
    """Every day of the months that end with this day, of each store, in order."""
    return _rows([store.store_id for store in stores], first_of(day, MONTHS_BACK - 1), day)


def first_of(day: date, months_before: int = 0) -> date:
    """The first day of the day's month, or of one so many months before (after, when negative)."""
    years, month = divmod(day.month - 1 - months_before, 12)
    return date(day.year + years, month + 1, 1)


def _rows(store_ids: Collection[UUID], first: date, last: date) -> list[Row]:
    within = LIABILITY.c.store_id.in_(store_ids), LIABILITY.c.day >= first, LIABILITY.c.day <= last
    asked = select(LIABILITY).where(*within).order_by(LIABILITY.c.day, LIABILITY.c.store_id)
    return [row._mapping for row in db.session.execute(asked)]


def _months(store_ids: Collection[UUID], day: date) -> Mapping[date, Figures]:
    """Added up by day in the database, by month here."""
    first = first_of(day, MONTHS_BACK - 1)
    sums = [func.sum(LIABILITY.c[name]).label(name) for name in FLOWS]
    within = LIABILITY.c.store_id.in_(store_ids), LIABILITY.c.day >= first, LIABILITY.c.day <= day
    found: dict[date, Figures] = {first_of(day, before): Counter() for before in reversed(range(MONTHS_BACK))}
    for row in db.session.execute(select(LIABILITY.c.day, *sums).where(*within).group_by(LIABILITY.c.day)):
        found[first_of(row.day)].update({name: int(getattr(row, name)) for name in FLOWS})
    return found
