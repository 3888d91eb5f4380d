"""The rules that were in force when a posting was made, for whoever decides it once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from posapp.audit import AuditTag
from posapp.audit.models import AuditRow
from posapp.core.actor import SYSTEM_STREAM
from posapp.core.db import db
from posapp.points.models import ProgrammeVersion
from posapp.points.programme import Programme
from posapp.points.programmes import latest_day
from posapp.stores import queries as stores
from posapp.stores.queries import StoreRow

PUBLISHED_AT_ONCE = timedelta(minutes=1)
"""A posting that was decided while a version was being published may have seen it or not."""


@dataclass(frozen=True, slots=True)
class Version:
    """A published set of rules."""

    id: UUID
    number: int
    starts_on: date
    made_at: datetime
    rules: dict[str, Any]


Placed = tuple[UUID | None, Programme]
"""A version, and its rules at a store."""


@dataclass(frozen=True)
class Rulebook:
    """Every version of the programme and every store."""

    versions: Sequence[Version]
    stores: dict[UUID, StoreRow]
    changed: dict[UUID, datetime]
    """When a store's day was changed last: what was decided there before cannot be decided once more."""
    _placed: dict[tuple[UUID, UUID | None], Programme] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Rulebook:
        row = ProgrammeVersion
        asked = select(row.id, row.version, row.starts_on, row.made_at, row.rules)
        versions = [Version(*found) for found in db.session.execute(asked)]
        return cls(versions, {store.store_id: store for store in stores.all_stores()}, _changed())

    def knows(self, store_id: UUID, at: datetime) -> bool:
        """Is the store's day still what it was at that moment?"""
        changed = self.changed.get(store_id)
        return store_id in self.stores and (changed is None or at > changed)

    def in_force(self, store_id: UUID, at: datetime, *, known_at: datetime) -> Iterator[Placed]:
        """The rules at a store at a moment, as they were found at another, when it was asked for them.

        Several, the likeliest first, where some were just being published then.
        """
        given = set()
        for late in (timedelta(0), PUBLISHED_AT_ONCE, -PUBLISHED_AT_ONCE):
            placed = self._then(store_id, at, known_at + late)
            if placed[0] not in given:
                given.add(placed[0])
                yield placed

    def on_day(self, store_id: UUID, day: date) -> Programme:
        """The rules at a store on a day of business, as they are published now."""
        return self._at_store(store_id, _newest(self.versions, day))

    def _then(self, store_id: UUID, at: datetime, known_at: datetime) -> Placed:
        """As it would have been found among the versions that were published by `known_at`."""
        known = [version for version in self.versions if version.made_at <= known_at]
        newest = _newest(known, latest_day(at))
        day = self._at_store(store_id, newest).business_day(at)
        chosen = newest if newest is None or newest.starts_on <= day else _newest(known, day)
        return chosen.id if chosen else None, self._at_store(store_id, chosen)

    def _at_store(self, store_id: UUID, version: Version | None) -> Programme:
        key = store_id, version.id if version else None
        if key not in self._placed:
            store = self.stores[store_id]
            programme = Programme.from_config(version.rules) if version else Programme()
            self._placed[key] = programme.at_store(store.timezone, store.cutover_hour)
        return self._placed[key]


def _newest(versions: Sequence[Version], by: date) -> Version | None:
    started = [version for version in versions if version.starts_on <= by]
    return max(started, key=lambda version: (version.starts_on, version.number), default=None)


def _changed() -> dict[UUID, datetime]:
    """The set-up changes stores, and its acts are in the system's stream."""
    row = AuditRow
    asked = select(row.object_id, row.at, row.details).where(
        row.stream == SYSTEM_STREAM, row.tag == AuditTag.STORE_CHANGED, row.object_id.is_not(None)
    )
    found: dict[UUID, datetime] = {}
    for store_id, at, details in db.session.execute(asked):
        if store_id is not None and {"timezone", "cutover_hour"} & set(details["fields"]):
            found[store_id] = max(at, found.get(store_id, at))
    return found
