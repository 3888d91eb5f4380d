"""Reading the counts that are kept of the days that are over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from posapp.core.db import db
from posapp.reports.figure import Figure
from posapp.reports.models import NOBODY, EnrolmentCounted, EnrolmentDay, EnrolmentDayEnd
from posapp.reports.period import Period
from posapp.reports.tally import Count

Stretch = tuple[Period, Sequence[UUID]]
"""Days that are kept of these stores."""

_FIGURES = [(figure.value, getattr(EnrolmentDay, figure.value)) for figure in Figure]


def counted_days(store_ids: Collection[UUID]) -> Mapping[UUID, Period]:
    """Which days of each store are kept, where any are."""
    row = EnrolmentCounted
    found = db.session.execute(select(row.store_id, row.first_day, row.last_day).where(row.store_id.in_(store_ids)))
    return {each.store_id: Period(each.first_day, each.last_day) for each in found}


def by_place(stretches: Sequence[Stretch]) -> Iterator[Count]:
    """The sums over all days, by till and person."""
    day, end = EnrolmentDay, EnrolmentDayEnd
    place = (day.store_id, day.till_id, day.staff_id)
    sums = [func.sum(column) for _, column in _FIGURES]
    for row in db.session.execute(select(*place, *sums).where(_within(day, stretches)).group_by(*place)):
        yield from _figures(None, tuple(row))
    place = (end.store_id, end.till_id, end.staff_id)
    grouped = (*place, end.what, end.reason)
    for row in db.session.execute(
        select(*grouped, func.sum(end.count)).where(_within(end, stretches)).group_by(*grouped)
    ):
        yield _failure(None, tuple(row))


def by_day(stretches: Sequence[Stretch]) -> Iterator[tuple[date, str, int]]:
    """The sums over all places, by day."""
    sums = [func.sum(column) for _, column in _FIGURES]
    look = select(EnrolmentDay.day, *sums).where(_within(EnrolmentDay, stretches)).group_by(EnrolmentDay.day)
    for row in db.session.execute(look):
        yield from ((row[0], name, count) for (name, _), count in zip(_FIGURES, row[1:], strict=True))
    grouped = (EnrolmentDayEnd.day, EnrolmentDayEnd.what, EnrolmentDayEnd.reason)
    ends = select(*grouped, func.sum(EnrolmentDayEnd.count)).where(_within(EnrolmentDayEnd, stretches))
    for day, what, reason, count in db.session.execute(ends.group_by(*grouped)):
        yield day, f"{what}:{reason}", int(count)


def every(stretches: Sequence[Stretch]) -> Iterator[Count]:
    """Each count as it is kept."""
    day, end = EnrolmentDay, EnrolmentDayEnd
    columns = [column for _, column in _FIGURES]
    look = select(day.day, day.store_id, day.till_id, day.staff_id, *columns)
    for row in db.session.execute(look.where(_within(day, stretches))):
        yield from _figures(row[0], tuple(row)[1:])
    look = select(end.day, end.store_id, end.till_id, end.staff_id, end.what, end.reason, end.count)
    for row in db.session.execute(look.where(_within(end, stretches))):
        yield _failure(row[0], tuple(row)[1:])


def _within(table: Any, stretches: Sequence[Stretch]) -> ColumnElement[bool]:
    """Never more days than the stretches say, though more may have been counted meanwhile."""
    return or_(
        *(
            and_(table.store_id.in_(store_ids), table.day >= period.first, table.day <= period.last)
            for period, store_ids in stretches
        )
    )


def _figures(day: date | None, row: Sequence[Any]) -> Iterator[Count]:
    store_id, till_id, staff_id, *counts = row
    for (name, _), count in zip(_FIGURES, counts, strict=True):
        if count:
            yield Count(day, store_id, _somebody(till_id), _somebody(staff_id), name, int(count))


def _failure(day: date | None, row: Sequence[Any]) -> Count:
    store_id, till_id, staff_id, what, reason, count = row
    return Count(day, store_id, _somebody(till_id), _somebody(staff_id), f"{what}:{reason}", int(count))


def _somebody(found: UUID) -> UUID | None:
    return None if found == NOBODY else found
