"""What moved on which day, from the entries themselves: the sums that a liability is added up from.

Positions are sums of movements, never read off the accounts: so a day that is over is counted the same whenever it is
counted, and a night costs what its day's postings cost, however many cards there are. Each look is bounded by time and
goes by the index of postings on store and moment; everything else it needs lies beside the posting, on its card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select

from posapp.core.business_day import CUTOVER_HOUR_MAX
from posapp.core.db import db
from posapp.points.lot import DEBT, Contra
from posapp.points.rows import ACCOUNT, ENTRY, POSTING

LOOK = timedelta(hours=6)
"""One look reads what was posted in so much time: some hundred thousand entries at the most, and no long statement."""
EARLIEST, LATEST = timedelta(hours=14), timedelta(hours=12 + CUTOVER_HOUR_MAX)
"""So long before its day begins in UTC, and after it ends, a posting may have been made, wherever the store is."""


class Move(NamedTuple):
    """A sum of entries of the same kind."""

    day: date
    """Of business, in the store where it was posted."""
    store_id: UUID
    """Where the account was opened."""
    contra: Contra
    of_debt: bool
    expires_at: datetime | None
    available_at: datetime | None
    """Of lots that could not be spent yet when the posting was made; none for all others."""
    inward: int
    outward: int
    """Less than nothing."""


def moves(first: date, last: date, store_ids: Sequence[UUID]) -> Iterator[Move]:
    """What moved on the days from the first to the last, at these stores and at none."""
    begins = datetime.combine(first, time.min, UTC) - EARLIEST
    ends = datetime.combine(last, time.max, UTC) + LATEST
    while begins < ends:
        until = min(begins + LOOK, ends)
        for row in db.session.execute(_look(begins, until, store_ids)):
            if first <= row.business_day <= last:
                yield Move(
                    row.business_day, row.store_id, Contra(row.contra), row.of_debt, row.expires_at, row.available_at,
                    int(row.inward), int(row.outward),
                )  # fmt: skip
        begins = until


def _look(begins: datetime, ends: datetime, store_ids: Sequence[UUID]) -> Select[tuple[object, ...]]:
    opened = ENTRY.alias("opened")
    of_lot = and_(opened.c.member_id == ENTRY.c.member_id, opened.c.lot == ENTRY.c.lot, opened.c.kind.is_not(None))
    grouped = {
        "business_day": POSTING.c.business_day,
        "store_id": ACCOUNT.c.store_id,
        "contra": ENTRY.c.contra,
        "of_debt": ENTRY.c.lot == literal_column(str(DEBT)),
        "expires_at": opened.c.expires_at,
        "available_at": case((opened.c.available_at > POSTING.c.at, opened.c.available_at)),
    }
    source = (
        POSTING.join(ENTRY, and_(ENTRY.c.member_id == POSTING.c.member_id, ENTRY.c.posting_id == POSTING.c.posting_id))
        .join(ACCOUNT, ACCOUNT.c.member_id == POSTING.c.member_id)
        .outerjoin(opened, of_lot)
    )
    return (
        select(
            *[column.label(name) for name, column in grouped.items()],
            func.sum(case((ENTRY.c.amount > 0, ENTRY.c.amount), else_=0)).label("inward"),
            func.sum(case((ENTRY.c.amount < 0, ENTRY.c.amount), else_=0)).label("outward"),
        )
        .select_from(source)
        .where(_at_these(store_ids), POSTING.c.at >= begins, POSTING.c.at < ends)
        .group_by(*grouped.values())
    )


def _at_these(store_ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Sweeps and what the office does belong to no store."""
    return or_(POSTING.c.store_id.in_(store_ids), POSTING.c.store_id.is_(None))
