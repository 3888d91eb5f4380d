"""Putting the report together: what is kept of the days that are over, and the rest read live."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import db
from posapp.reports import kept
from posapp.reports.live import counted_live
from posapp.reports.period import ONE_DAY, Period, Span, spans, today_of
from posapp.reports.tally import Count, Tally
from posapp.staff.models import Staff
from posapp.stores import queries as places
from posapp.stores.queries import StoreRow, TillRow


@dataclass(frozen=True, slots=True)
class Names:
    """What tills and people are called."""

    tills: Mapping[UUID, TillRow]
    people: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """The figures of some stores over some days."""

    stores: Sequence[StoreRow]
    period: Period
    tally: Tally
    names: Names


def enrolment_report(stores: Sequence[StoreRow], period: Period, at: datetime) -> EnrolmentReport:
    """Everything added up. The number of statements does not grow with stores, tills or people."""
    stretches, live = _split(stores, period, at)
    tally = Tally()
    if stretches:
        tally.add_by_place(kept.by_place(stretches))
        tally.add_by_day(kept.by_day(stretches))
    counts = list(counted_live(live))
    tally.add_by_place(counts)
    tally.add_by_day((each.day, each.what, each.times) for each in counts if each.day)
    return EnrolmentReport(stores, period, tally, names(stores, tally.by_person))


def enrolment_counts(stores: Sequence[StoreRow], period: Period, at: datetime) -> Iterator[Count]:
    """Each count by itself, with its day; in no particular order, and the same place and day perhaps twice."""
    stretches, live = _split(stores, period, at)
    if stretches:
        yield from kept.every(stretches)
    yield from counted_live(live)


def names(stores: Sequence[StoreRow], people: Collection[UUID]) -> Names:
    """The tills of these stores, and these people."""
    tills = places.tills([store.store_id for store in stores])
    found = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people)))
    return Names({till.till_id: till for till in tills}, {row.id: row.name for row in found})


def _split(stores: Sequence[StoreRow], period: Period, at: datetime) -> tuple[list[kept.Stretch], list[Span]]:
    """What has been kept of the period, and what must be read live."""
    counted = kept.counted_days([store.store_id for store in stores])
    keeping: dict[date, list[UUID]] = defaultdict(list)
    reading: list[tuple[StoreRow, Period]] = []
    for store in stores:
        days, last = counted.get(store.store_id), min(period.last, today_of(store, at))
        if days is None:
            reading.append((store, Period(period.first, last)))
            continue
        keeping[min(period.last, days.last)].append(store.store_id)
        reading.append((store, Period(max(period.first, days.last + ONE_DAY), last)))
    stretches: list[kept.Stretch] = [
        (Period(period.first, last), ids) for last, ids in keeping.items() if last >= period.first
    ]
    return stretches, spans(reading)
