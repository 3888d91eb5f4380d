"""The alerts as managers read them: those of their own stores, newest first, each with what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, and_, select

from posapp.core.db import db
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.points.alert import ALERT, SEEN
from posapp.points.watch import Kind
from posapp.staff import queries as staff
from posapp.stores import queries as stores
from posapp.stores.queries import StoreRow, TillRow

ON_A_PAGE = 10


class UnknownAlert(Refusal):
    """There is no such alert, or none that the asker may know of."""

    code, status = "not_found", 404
    sentence = N_("There is no such alert. Go back to the list and choose again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One alert, and who has looked into it."""

    store_id: UUID
    alert_id: UUID
    kind: Kind
    day: date
    at: datetime
    till_id: UUID | None
    staff_id: UUID | None
    member_id: UUID
    receipt: str | None
    details: Mapping[str, Any]
    seen_by: UUID | None
    seen_at: datetime | None
    note: str | None

    @property
    def is_open(self) -> bool:
        return self.seen_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts are asked for. `before`: those older than this one."""

    stores: Sequence[StoreRow]
    kind: Kind | None = None
    day: date | None = None
    only_open: bool = True
    before: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """One page of alerts, with the names of what they speak of."""

    rows: Sequence[AlertRow]
    stores: Mapping[UUID, StoreRow]
    tills: Mapping[UUID, TillRow]
    people: Mapping[UUID, str]
    older: UUID | None
    """The last one of this page, when there are older ones."""


def alert_page(asked: AlertFilter) -> AlertPage:
    """A page of at most `ON_A_PAGE`; three statements, however many there are."""
    found = _alerts(asked)
    rows = found[:ON_A_PAGE]
    people = {each for row in rows for each in (row.staff_id, row.seen_by) if each is not None}
    ids = {store.store_id: store for store in asked.stores}
    return AlertPage(
        rows=rows,
        stores=ids,
        tills={till.till_id: till for till in stores.tills(ids)} if rows else {},
        people=staff.names(people) if people else {},
        older=rows[-1].alert_id if len(found) > ON_A_PAGE else None,
    )


def _alerts(asked: AlertFilter) -> list[AlertRow]:
    """As many as fit on a page, and one more when there are older ones."""
    same = and_(SEEN.c.store_id == ALERT.c.store_id, SEEN.c.alert_id == ALERT.c.alert_id)
    seen = SEEN.c.staff_id.label("seen_by"), SEEN.c.at.label("seen_at"), SEEN.c.note
    look = select(ALERT, *seen).select_from(ALERT.outerjoin(SEEN, same))
    look = look.where(ALERT.c.store_id.in_([store.store_id for store in asked.stores]))
    if asked.kind is not None:
        look = look.where(ALERT.c.kind == asked.kind.value)
    if asked.day is not None:
        look = look.where(ALERT.c.day == asked.day)
    if asked.only_open:
        look = look.where(SEEN.c.alert_id.is_(None))
    if asked.before is not None:
        look = look.where(ALERT.c.alert_id < asked.before)
    look = look.order_by(ALERT.c.alert_id.desc()).limit(ON_A_PAGE + 1)
    return [_row(row) for row in db.session.execute(look).mappings()]


def _row(row: RowMapping) -> AlertRow:
    values = {name: row[name] for name in AlertRow.__dataclass_fields__}
    return AlertRow(**values | {"kind": Kind(row["kind"])})
