"""The versions of the programme as their readers see them: who made them, and which count where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import JsonObject, db
from posapp.points import programmes
from posapp.points.models import ProgrammeVersion
from posapp.points.programme import Programme
from posapp.staff.models import Staff
from posapp.stores.queries import StoreRow

A_DAY = timedelta(days=1)


class VersionState(StrEnum):
    """In force somewhere, to come, replaced before it began, or over."""

    IN_FORCE = "in_force"
    COMING = "coming"
    WITHDRAWN = "withdrawn"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Rules as they were published."""

    id: UUID
    number: int
    name: str
    starts_on: date
    rules: JsonObject
    made_by: str | None
    """What colleagues call the person; None: the set-up."""
    made_at: datetime

    @property
    def programme(self) -> Programme:
        return Programme.from_config(self.rules)


@dataclass(frozen=True, slots=True)
class Versions:
    """All of them, the newest first."""

    every: Sequence[Version]

    def numbered(self, number: int) -> Version | None:
        return next((version for version in self.every if version.number == number), None)

    def on_day(self, day: date) -> Version | None:
        """The one that counts on this day of business, as far as is known now."""
        begun = [version for version in self.every if version.starts_on <= day]
        return max(begun, key=lambda version: (version.starts_on, version.number), default=None)

    def next_after(self, day: date) -> Version | None:
        """The one that takes over next after this day."""
        later = [version for version in self.every if version.starts_on > day]
        return min(later, key=lambda version: (version.starts_on, -version.number), default=None)

    def in_force(self, stores: Iterable[StoreRow], at: datetime) -> Mapping[UUID | None, tuple[str, ...]]:
        """The names of the stores in which each version counts at this moment; None stands for the defaults."""
        newest, found = self.on_day(programmes.latest_day(at)), defaultdict[UUID | None, list[str]](list)
        asked = (newest.id, newest.starts_on, newest.rules) if newest else (None, None, None)
        for store in stores:
            counts, _ = programmes.in_force(asked, timezone=store.timezone, cutover_hour=store.cutover_hour, at=at)
            found[counts].append(store.name)
        return {version: tuple(names) for version, names in found.items()}

    def states(self, in_force: Iterable[UUID | None]) -> dict[UUID, VersionState]:
        """What has become of each."""
        counting = set(in_force)
        latest = max((version.starts_on for version in self.every if version.id in counting), default=date.min)
        return {version.id: self._state(version, counting, latest) for version in self.every}

    def _state(self, version: Version, counting: set[UUID | None], latest: date) -> VersionState:
        if version.id in counting:
            return VersionState.IN_FORCE
        if version.starts_on <= latest:
            return VersionState.OVER
        return VersionState.COMING if self.on_day(version.starts_on) is version else VersionState.WITHDRAWN


def versions() -> Versions:
    """Every version with the name of whoever made it."""
    version = ProgrammeVersion
    look = (
        select(
            version.id, version.version.label("number"), version.name, version.starts_on, version.rules,
            Staff.name.label("made_by"), version.made_at,
        )
        .outerjoin(Staff, Staff.id == version.made_by)
        .order_by(version.version.desc())
    )  # fmt: skip
    return Versions([Version(**row._asdict()) for row in db.session.execute(look)])


def earliest_day(rules: Iterable[Programme], stores: Iterable[StoreRow], at: datetime) -> date:
    """Tomorrow, in the store and by the rules where it is latest: no receipt of today changes under its cashier."""
    every = list(rules)
    days = [
        programme.at_store(store.timezone, store.cutover_hour).business_day(at)
        for store in stores
        for programme in every
    ]
    return max(days, default=programmes.latest_day(at)) + A_DAY
