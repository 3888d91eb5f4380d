"""The job that counts, day by day, what the shop owes its customers, and keeps what it has counted.

The days that are over are counted again on the two days after them: a posting of their last minute may have been under
way when they were first counted. The day that is under way is counted every hour, as far as it is. Again makes no
difference; days that no worker counted are made up for, in order, a limited number each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from posapp.core.db import db, transaction
from posapp.core.jobs import Job
from posapp.points.liability_day import LIABILITY
from posapp.points.liability_moves import moves
from posapp.points.liability_position import DayMoves, Position, day_of
from posapp.points.rows import POSTING
from posapp.points.rulebook import Rulebook
from posapp.stores import queries as stores
from posapp.stores.queries import StoreRow

COUNTED_AGAIN_DAYS = 2
MADE_UP_DAYS_MAX = 14
"""Days that are made up for at a time, beyond those two: other work waits meanwhile."""
ONE_DAY = timedelta(days=1)

Moved = dict[tuple[date, UUID], DayMoves]
"""By day and store."""


def jobs() -> list[Job]:
    """The job of this file."""
    return [Job("points.liability", timedelta(hours=1), keep_days)]


def keep_days(at: datetime) -> None:
    """Count every day that is not settled yet, today among them; each day of all stores in a transaction of its own."""
    every_store = stores.all_stores()
    first = _first_due(every_store, at) if every_store else None
    if first is None:
        return
    today = max(day_of(at, store) for store in every_store)
    last = min(today, first + ONE_DAY * (COUNTED_AGAIN_DAYS + MADE_UP_DAYS_MAX))
    moved, positions, rules = _moved(first, last, every_store), _positions(first - ONE_DAY), Rulebook.read()
    for number in range((last - first).days + 1):
        day = first + ONE_DAY * number
        _keep([_row(store, day, moved, positions, rules) for store in every_store], day, at)


def _first_due(every_store: Sequence[StoreRow], at: datetime) -> date | None:
    """The last two days that were counted and are over everywhere, or the day before the very first posting."""
    yesterday = min(day_of(at, store) for store in every_store) - ONE_DAY
    newest: date | None = db.session.execute(select(func.max(LIABILITY.c.day))).scalar()
    if newest is not None:
        return min(newest, yesterday) - ONE_DAY * (COUNTED_AGAIN_DAYS - 1)
    firsts = [
        db.session.execute(select(func.min(POSTING.c.at)).where(POSTING.c.store_id == store.store_id)).scalar()
        for store in every_store
    ]
    began: datetime | None = min((first for first in firsts if first is not None), default=None)
    return None if began is None else began.date() - ONE_DAY


def _moved(first: date, last: date, every_store: Sequence[StoreRow]) -> Moved:
    by_id = {store.store_id: store for store in every_store}
    found: Moved = defaultdict(DayMoves)
    for move in moves(first, last, list(by_id)):
        found[move.day, move.store_id].add(move, by_id[move.store_id])
    return found


def _positions(day: date) -> dict[UUID, Position]:
    """What was kept of the day before the first."""
    kept = db.session.execute(select(LIABILITY).where(LIABILITY.c.day == day)).mappings()
    return {row["store_id"]: Position.of(row) for row in kept}


def _row(store: StoreRow, day: date, moved: Moved, positions: dict[UUID, Position], rules: Rulebook) -> dict[str, Any]:
    """The day of one store; `positions` go on to its end."""
    position, of_day = positions.setdefault(store.store_id, Position()), moved[day, store.store_id]
    position.end(day, of_day)
    value = rules.on_day(store.store_id, day).point_value_minor
    return {"store_id": store.store_id, "point_value_minor": value, **position.figures(), **of_day.flows()}


def _keep(rows: list[dict[str, Any]], day: date, at: datetime) -> None:
    """In the place of what was kept of that day before."""
    with transaction():
        own = LIABILITY.c.store_id.in_([row["store_id"] for row in rows])
        db.session.execute(delete(LIABILITY).where(own, LIABILITY.c.day == day))
        db.session.execute(insert(LIABILITY), [{"day": day, "counted_at": at, **row} for row in rows])
