"""The job that counts the days that are over, and keeps what it has counted.

A day is counted anew on the two days after it: a code asked for at its last minute ends on the next day, and a
questionnaire may change hands while its draft lives. Again makes no difference; days that no worker counted are made
up for, in order, a limited number each time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from posapp.core.db import db, rows_changed, transaction
from posapp.core.jobs import Job
from posapp.enrolment.models import Enrolment
from posapp.reports.figure import Figure
from posapp.reports.kept import counted_days
from posapp.reports.live import counted_live
from posapp.reports.models import NOBODY, EnrolmentCounted, EnrolmentDay, EnrolmentDayEnd
from posapp.reports.period import ONE_DAY, Period, spans, today_of
from posapp.reports.tally import Count, Counts
from posapp.stores import queries as stores
from posapp.stores.models import Store
from posapp.stores.queries import StoreRow

COUNTED_AGAIN_DAYS = 2
"""Days after which nothing of a day changes any more."""
MADE_UP_DAYS_MAX = 500
"""Days of stores, beyond the two, that are made up for at a time: other work waits meanwhile."""
_FIGURES = frozenset(figure.value for figure in Figure)


def jobs() -> list[Job]:
    """The job of this room."""
    return [Job("reports.enrolment_days", timedelta(hours=1), keep_days)]


def keep_days(at: datetime) -> None:
    """Count every store's days that are over and not settled yet; each day in a transaction of its own."""
    every_store = db.session.execute(select(Store.id)).scalars().all()
    counted, left = counted_days(every_store), MADE_UP_DAYS_MAX
    for store in stores.stores(every_store):
        due = list(_due(store, counted.get(store.store_id), at).days())
        now = due[: COUNTED_AGAIN_DAYS + left]
        left -= max(0, len(now) - COUNTED_AGAIN_DAYS)
        for day in now:
            keep_day(store, day, at)


def keep_day(store: StoreRow, day: date, at: datetime) -> None:
    """Count one day of one store and put it in the place of what was kept of it."""
    with transaction():
        counts = list(counted_live(spans([(store, Period(day, day))])))
        for table in (EnrolmentDay, EnrolmentDayEnd):
            db.session.execute(delete(table).where(table.store_id == store.store_id, table.day == day))
        of_day = {"store_id": store.store_id, "day": day}
        for table, rows in ((EnrolmentDay, _figures(counts)), (EnrolmentDayEnd, _failures(counts))):
            written = [of_day | row for row in rows]
            if written:
                db.session.execute(insert(table), written)
        _extend(store.store_id, day, at)


def _due(store: StoreRow, counted: Period | None, at: datetime) -> Period:
    """From the last two days that were counted, or the store's first questionnaire, until yesterday."""
    yesterday = today_of(store, at) - ONE_DAY
    if counted is not None:
        again = min(counted.last, yesterday) - ONE_DAY * (COUNTED_AGAIN_DAYS - 1)
        return Period(max(counted.first, again), yesterday)
    began: datetime | None = db.session.execute(
        select(func.min(Enrolment.begun_at)).where(Enrolment.store_id == store.store_id)
    ).scalar_one()
    return Period(min(today_of(store, began), yesterday) if began is not None else yesterday, yesterday)


def _figures(counts: Iterable[Count]) -> Iterator[dict[str, Any]]:
    of_place: dict[tuple[UUID, UUID], Counts] = defaultdict(Counter)
    for each in counts:
        if each.what in _FIGURES:
            of_place[_place(each)][each.what] += each.times
    for (till_id, staff_id), found in of_place.items():
        yield {"till_id": till_id, "staff_id": staff_id} | {figure.value: found[figure] for figure in Figure}


def _failures(counts: Iterable[Count]) -> Iterator[dict[str, Any]]:
    of_place: Counter[tuple[UUID, UUID, str]] = Counter()
    for each in counts:
        if each.what not in _FIGURES:
            of_place[*_place(each), each.what] += each.times
    for (till_id, staff_id, failure), count in of_place.items():
        what, _, reason = failure.partition(":")
        yield {"till_id": till_id, "staff_id": staff_id, "what": what, "reason": reason, "count": count}


def _place(count: Count) -> tuple[UUID, UUID]:
    return count.till_id or NOBODY, count.staff_id or NOBODY


def _extend(store_id: UUID, day: date, at: datetime) -> None:
    row, mine = EnrolmentCounted, EnrolmentCounted.store_id == store_id
    if rows_changed(update(row).where(mine, row.last_day < day).values(last_day=day, counted_at=at)):
        return
    if not rows_changed(update(row).where(mine).values(counted_at=at)):
        db.session.execute(insert(row).values(store_id=store_id, first_day=day, last_day=day, counted_at=at))
