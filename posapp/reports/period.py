"""Days of business, and the moments between which they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from uuid import UUID

from posapp.core.business_day import business_day
from posapp.stores.queries import StoreRow

ONE_DAY = timedelta(days=1)
STORES_OF_SPAN_MAX = 250
"""Stores that one look asks for at once."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days of business from the first to the last, both among them."""

    first: date
    last: date

    def __len__(self) -> int:
        return max(0, (self.last - self.first).days + 1)

    def days(self) -> Iterator[date]:
        """Every day, in order."""
        return (self.first + ONE_DAY * number for number in range(len(self)))


@dataclass(frozen=True, slots=True)
class Span:
    """One day of business of stores whose day begins and ends at the same moments."""

    day: date
    begins: datetime
    ends: datetime
    """The first moment of the next day."""
    store_ids: tuple[UUID, ...]


def today_of(store: StoreRow, at: datetime) -> date:
    """The store's day of business."""
    return business_day(at, store.timezone, store.cutover_hour)


def spans(asked: Iterable[tuple[StoreRow, Period]]) -> list[Span]:
    """The days asked of each store, those with the same bounds together, by day."""
    days = sorted(
        (day, store.timezone, store.cutover_hour, store.store_id) for store, period in asked for day in period.days()
    )
    found = []
    for (day, timezone, cutover_hour), group in groupby(days, key=lambda each: each[:3]):
        bounds = began(day, timezone, cutover_hour), began(day + ONE_DAY, timezone, cutover_hour)
        found += [Span(day, *bounds, tuple(some)) for some in _some([each[3] for each in group])]
    return found


@lru_cache(maxsize=4096)
def began(day: date, timezone: str, cutover_hour: int) -> datetime:
    """The first moment (UTC, to the second) that ``business_day`` counts into ``day``, whatever the clocks did."""
    wall = datetime.combine(day, time(cutover_hour), UTC)
    early, late = wall - ONE_DAY, wall + ONE_DAY
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if business_day(middle, timezone, cutover_hour) < day:
            early = middle
        else:
            late = middle
    return late


def _some(store_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (store_ids[start : start + STORES_OF_SPAN_MAX] for start in range(0, len(store_ids), STORES_OF_SPAN_MAX))
