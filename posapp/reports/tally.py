"""Counts as they come from the tables, and what they add up to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

Counts = Counter[str]
"""How often, by figure (``cards``) or by failure (``code:expired``)."""


class Count(NamedTuple):
    """So many of one thing, on one day, by one person at one till; None where the asker did not want to know."""

    day: date | None
    store_id: UUID
    till_id: UUID | None
    staff_id: UUID | None
    what: str
    times: int


@dataclass(slots=True)
class Tally:
    """The sums of many counts, every way that the report shows them."""

    whole: Counts = field(default_factory=Counter)
    by_store: dict[UUID, Counts] = field(default_factory=lambda: defaultdict(Counter))
    by_till: dict[UUID, Counts] = field(default_factory=lambda: defaultdict(Counter))
    by_person: dict[UUID, Counts] = field(default_factory=lambda: defaultdict(Counter))
    by_day: dict[date, Counts] = field(default_factory=lambda: defaultdict(Counter))

    def add_by_place(self, counts: Iterable[Count]) -> None:
        """Add to everything but the days."""
        for each in counts:
            self.whole[each.what] += each.times
            self.by_store[each.store_id][each.what] += each.times
            if each.till_id is not None:
                self.by_till[each.till_id][each.what] += each.times
            if each.staff_id is not None:
                self.by_person[each.staff_id][each.what] += each.times

    def add_by_day(self, counts: Iterable[tuple[date, str, int]]) -> None:
        """Add to the days alone: day, what, how often."""
        for day, what, times in counts:
            self.by_day[day][what] += times
