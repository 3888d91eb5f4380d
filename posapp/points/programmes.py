"""Which rules are in force: versions of the programme, each from a day of business on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, bindparam, func, insert, select

from posapp.core.actor import Actor
from posapp.core.db import db
from posapp.core.ids import uuid7
from posapp.points.models import ProgrammeVersion
from posapp.points.programme import Programme
from posapp.stores.models import Store

NEWEST_DAY_AHEAD = timedelta(hours=14)
"""Nowhere on earth is it later than this ahead of UTC."""

PLACED_MAX = 512

_placed: dict[tuple[UUID, str, int], Programme] = {}
"""Parsed rules by version and place. Versions never change, so they are kept, up to `PLACED_MAX` of them: each trial of
rules makes a version that nobody asks for again."""


def publish(programme: Programme, *, name: str, starts_on: date, actor: Actor, at: datetime) -> UUID:
    """Put rules in force from the day of business `starts_on` on; inside the caller's transaction.

    Of two versions that start on the same day the later one counts. Lots keep the terms that they were made under.
    """
    programme_id = uuid7(at)
    newest = db.session.execute(select(func.coalesce(func.max(ProgrammeVersion.version), 0))).scalar_one()
    db.session.execute(
        insert(ProgrammeVersion).values(
            id=programme_id,
            version=newest + 1,
            name=name,
            starts_on=starts_on,
            rules=programme.to_config(),
            made_by=actor.staff_id,
            made_at=at,
        )
    )
    return programme_id


def config_named(name: str) -> dict[str, Any] | None:
    """The rules of the newest version of this name; None when there is none."""
    newest = (
        select(ProgrammeVersion.rules)
        .where(ProgrammeVersion.name == name)
        .order_by(ProgrammeVersion.version.desc())
        .limit(1)
    )
    return db.session.execute(newest).scalar_one_or_none()


def newest(*, of_set_up: bool = False) -> tuple[str, date, Programme] | None:
    """Name, first day and rules of the version published last, in force or not yet; None before the first.

    `of_set_up`: of those that no person has published.
    """
    version = ProgrammeVersion
    look = select(version.name, version.starts_on, version.rules).order_by(version.version.desc()).limit(1)
    found = db.session.execute(look.where(version.made_by.is_(None)) if of_set_up else look).first()
    return found and (found.name, found.starts_on, Programme.from_config(found.rules))


def newest_by(latest_day: str) -> ScalarSelect[UUID]:
    """The id of the version in force on the day given as the parameter `latest_day`."""
    return (
        select(ProgrammeVersion.id)
        .where(ProgrammeVersion.starts_on <= bindparam(latest_day))
        .order_by(ProgrammeVersion.starts_on.desc(), ProgrammeVersion.version.desc())
        .limit(1)
        .scalar_subquery()
    )


def latest_day(at: datetime) -> date:
    """The latest day of business that `at` can belong to, in any store."""
    return (at + NEWEST_DAY_AHEAD).date()


def at_store(store_id: UUID, at: datetime) -> tuple[UUID | None, Programme]:
    """The version in force at a store at a moment (none: the defaults are), and its rules there."""
    version = ProgrammeVersion
    asked = (
        select(Store.timezone, Store.cutover_hour, version.id, version.starts_on, version.rules)
        .select_from(Store)
        .outerjoin(version, version.id == newest_by("latest_day"))
        .where(Store.id == store_id)
    )
    row = db.session.execute(asked, {"latest_day": latest_day(at)}).one()
    found = (row.id, row.starts_on, row.rules)
    return in_force(found, timezone=row.timezone, cutover_hour=row.cutover_hour, at=at)


def in_force(
    found: tuple[UUID | None, date | None, dict[str, Any] | None], *, timezone: str, cutover_hour: int, at: datetime
) -> tuple[UUID | None, Programme]:
    """The rules for a store at a moment, from the version found for the latest day that it can be anywhere.

    Only in the hours around the start of a new version can the store's own day be an earlier one: then it is asked for.
    Without any version the rules are the defaults.
    """
    programme_id, starts_on, rules = found
    programme = _at_store(programme_id, rules, timezone, cutover_hour)
    day = programme.business_day(at)
    if starts_on is None or starts_on <= day:
        return programme_id, programme
    version = ProgrammeVersion
    earlier = select(version.id, version.rules).where(version.id == newest_by("latest_day"))
    row = db.session.execute(earlier, {"latest_day": day}).first()
    if row is None:
        return None, Programme().at_store(timezone, cutover_hour)
    return row.id, _at_store(row.id, row.rules, timezone, cutover_hour)


def known(
    programme_id: UUID | None, starts_on: date | None, *, timezone: str, cutover_hour: int, at: datetime
) -> Programme:
    """The same, where only the version's id was read: its rules are asked for once in the life of the process."""
    rules = None
    if programme_id is not None and (programme_id, timezone, cutover_hour) not in _placed:
        rules = db.session.execute(select(ProgrammeVersion.rules).where(ProgrammeVersion.id == programme_id)).scalar()
    return in_force((programme_id, starts_on, rules), timezone=timezone, cutover_hour=cutover_hour, at=at)[1]


def _at_store(programme_id: UUID | None, rules: dict[str, Any] | None, timezone: str, cutover_hour: int) -> Programme:
    if programme_id is None:
        return Programme().at_store(timezone, cutover_hour)
    placed = _placed.get((programme_id, timezone, cutover_hour))
    if placed is None:
        if len(_placed) >= PLACED_MAX:
            _placed.clear()
        placed = Programme.from_config(rules or {}).at_store(timezone, cutover_hour)
        _placed[programme_id, timezone, cutover_hour] = placed
    return placed
