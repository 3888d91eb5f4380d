"""The job that remembers birthdays: points on the day itself, by the calendar of the store that opened the card.

Days that no worker saw are made up for, as far back as the settings say, by the rules that were in force on each of
them. Whoever opens a card on the birthday has the first one a year later, whenever the job came by. Each member is a
transaction of its own under a key that names the year, and the account knows the year as well: changing a birthday
brings no second gift.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import system_actor
from posapp.core.business_day import local_midnight
from posapp.core.db import db, dialect_name, rows_changed, transaction
from posapp.core.jobs import Job
from posapp.members.birthdays import celebrated_on, fill_index
from posapp.points import programmes, service
from posapp.points.birthday_day import BIRTHDAY_DAY
from posapp.points.celebrants import Birthday, celebrants
from posapp.points.refusals import PointsRefusal
from posapp.points.turn import Turn
from posapp.stores import queries as stores

JOB, EVERY = "points.birthdays", timedelta(minutes=10)
TURN_GIFTS_MAX, TURN_INDEXED_MAX = 2_000, 100_000
"""Some ten seconds, for which other periodic work waits; the next turn goes on."""

A_DAY = timedelta(days=1)


def jobs() -> list[Job]:
    """The job of this file."""
    return [Job(JOB, EVERY, remember_birthdays)]


def remember_birthdays(at: datetime) -> None:
    """Give points to every member whose birthday has come, some thousand at most. Again makes no difference."""
    if not fill_index(TURN_INDEXED_MAX):
        return  # until all can be found, no day is over
    turn, left = Turn(JOB), TURN_GIFTS_MAX
    for store in stores.all_stores():
        left -= _remember_in(store.store_id, turn, left, at)
        if left <= 0:
            return


def _remember_in(store_id: UUID, turn: Turn, limit: int, at: datetime) -> int:
    """The members of one store; how many were given. Its days are over once nobody is left who can be."""
    timezone = programmes.at_store(store_id, at)[1].timezone
    today = at.astimezone(ZoneInfo(timezone)).date()
    days = _days_due(store_id, today)
    if not days:
        return 0
    given, over = 0, today
    for member_id, birthday in celebrants(store_id, _birthdays(store_id, days, timezone)):
        if given == limit:
            return given
        if turn.tried(member_id, partial(_give, member_id, birthday, at)):
            given += 1
        else:
            over = min(over, birthday.day - A_DAY)
    if over >= days[0]:
        _write_down(store_id, over)
    return given


def _days_due(store_id: UUID, today: date) -> list[date]:
    """The days of the store's calendar that are not over, as far back as birthdays are made up for."""
    asked = select(BIRTHDAY_DAY.c.day).where(BIRTHDAY_DAY.c.store_id == store_id)
    over: date | None = db.session.execute(asked).scalar_one_or_none()
    first = today - timedelta(days=settings.current().birthday_late_days)
    if over is not None:
        first = max(first, over + A_DAY)
    return [first + n * A_DAY for n in range((today - first).days + 1)]


def _birthdays(store_id: UUID, days: list[date], timezone: str) -> Mapping[str, Birthday]:
    """Day of the year → the birthday that is kept for it; none where the rules of the day give nothing."""
    kept: dict[str, Birthday] = {}
    for day in days:
        began_at = local_midnight(day, timezone)
        if programmes.at_store(store_id, began_at)[1].birthday_points:
            kept |= dict.fromkeys(celebrated_on(day), Birthday(day, began_at))
    return kept


def _give(member_id: UUID, birthday: Birthday, at: datetime) -> None:
    key, actor = f"birthday:{birthday.day.year}", system_actor()
    try:
        with transaction():
            posting = service.give_bonus(
                member_id, gift="birthday", key=key, actor=actor, at=at, due_at=birthday.began_at
            )
            if not posting.replayed:
                details = {"posting": str(posting.posting_id), "points": posting.change}
                audit.record(AuditTag.POINTS_GIVEN, actor=actor, at=at, object_id=posting.member_id, details=details)
    except PointsRefusal:
        return  # this year's was given by another worker, or the card was merged away, a moment ago


def _write_down(store_id: UUID, day: date) -> None:
    """Every birthday until this day has been remembered."""
    table = BIRTHDAY_DAY
    inserting = postgresql.insert(table) if dialect_name() == "postgresql" else sqlite.insert(table)
    with transaction():
        db.session.execute(inserting.values(store_id=store_id, day=day).on_conflict_do_nothing())
        rows_changed(update(table).where(table.c.store_id == store_id, table.c.day < day).values(day=day))
