"""A card's statement: every posting of a period with what it moved, and how the card stood before and after.

How a card stands is summed from its entries, so opening and lines always come to the closing. A period is made of days
of business: of two stores in two time zones the later posting may belong to the earlier day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, select

from posapp.core.db import db
from posapp.points.lot import DEBT, Contra, LotKind, Term
from posapp.points.posting import Posting
from posapp.points.rows import ENTRY, POSTING, POSTING_COLUMNS, labelled, posting_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What a card has in its lots, and what it owes."""

    balance: int
    debt: int

    @property
    def net(self) -> int:
        return self.balance - self.debt


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEntry:
    """Points into a lot or out of it; onto the debt (negative) or off it."""

    lot: int
    """`DEBT` for the debt."""
    contra: Contra
    points: int
    opens: bool
    """Does it begin the lot?"""
    kind: LotKind | None
    """Of the lot; none for the debt."""
    term: Term | None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One posting and its entries, by lot."""

    posting: Posting
    entries: tuple[StatementEntry, ...]

    @property
    def change(self) -> int:
        """Points by which the card has more (or less) to its name, debt counted."""
        return sum(entry.points for entry in self.entries)

    @property
    def by_contra(self) -> Mapping[Contra, int]:
        """Where the change came from and went to. What only paid the debt changes nothing, and is left out."""
        sums = {contra: sum(e.points for e in self.entries if e.contra is contra) for contra in Contra}
        return {contra: points for contra, points in sums.items() if points}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A period of a card, or one page of it; the newest posting comes first."""

    member_id: UUID
    since: date
    until: date
    opening: Standing
    """Before the first day."""
    closing: Standing
    """After the last day."""
    lines: tuple[StatementLine, ...]
    older: int | None
    """The `before_seq` of the next page; none when this is the last."""


def statement(
    member_id: UUID, *, since: date, until: date, before_seq: int | None = None, limit: int | None = None
) -> Statement:
    """Postings of the days `since` to `until`, both included, that were not refused; `limit` to a page.

    Two reads. A card that does not exist, or that nothing has moved on, has an empty one; of a merged card it is what
    happened before the merge.
    """
    opening, closing = _standings(member_id, since, until)
    found = _lines(db.session.execute(_moved(member_id, since, until, before_seq, limit)).mappings().all())
    lines = found if limit is None else found[:limit]
    return Statement(
        member_id=member_id,
        since=since,
        until=until,
        opening=opening,
        closing=closing,
        lines=lines,
        older=lines[-1].posting.seq if len(found) > len(lines) else None,
    )


def _standings(member_id: UUID, since: date, until: date) -> tuple[Standing, Standing]:
    before, debt = POSTING.c.business_day < since, ENTRY.c.lot == DEBT
    asked = (
        select(_sum(before, ~debt), _sum(before, debt), _sum(~debt), _sum(debt))
        .select_from(ENTRY.join(POSTING, _of_posting(POSTING.c, ENTRY.c)))
        .where(ENTRY.c.member_id == member_id, POSTING.c.business_day <= until)
    )
    had, owed, has, owes = (int(points) for points in db.session.execute(asked).one())
    return Standing(had, -owed), Standing(has, -owes)


def _sum(*where: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((and_(*where), ENTRY.c.amount))), 0)


def _of_posting(posting: Any, entry: Any) -> ColumnElement[bool]:
    return and_(entry.member_id == posting.member_id, entry.posting_id == posting.posting_id)


def _moved(member_id: UUID, since: date, until: date, before_seq: int | None, limit: int | None) -> Select[Any]:
    """A row for each entry of a page of postings, with the opening entry of its lot; one more posting than the page."""
    asked = select(POSTING).where(
        POSTING.c.member_id == member_id, POSTING.c.refusal.is_(None), POSTING.c.business_day.between(since, until)
    )
    if before_seq is not None:
        asked = asked.where(POSTING.c.seq < before_seq)
    page = asked.order_by(POSTING.c.seq.desc()).limit(None if limit is None else limit + 1).subquery("page")
    entry, opened = ENTRY.alias("moved"), ENTRY.alias("opened")
    is_opening = and_(opened.c.member_id == entry.c.member_id, opened.c.lot == entry.c.lot, opened.c.kind.is_not(None))
    return (
        select(
            *labelled(page, POSTING_COLUMNS, ""),
            *[entry.c.lot, entry.c.contra, entry.c.amount, entry.c.kind.label("opens")],
            *[opened.c.kind.label("lot_kind"), opened.c.available_at, opened.c.expires_at],
        )
        .select_from(page.outerjoin(entry, _of_posting(page.c, entry.c)).outerjoin(opened, is_opening))
        .order_by(page.c.seq.desc(), entry.c.lot, entry.c.contra)
    )


def _lines(rows: Sequence[RowMapping]) -> tuple[StatementLine, ...]:
    postings = (list(group) for _, group in groupby(rows, key=lambda row: row["seq"]))
    return tuple(
        StatementLine(posting_of(group[0]), tuple(_entry(row) for row in group if row["lot"] is not None))
        for group in postings
    )


def _entry(row: RowMapping) -> StatementEntry:
    is_of_lot = row["lot"] != DEBT
    return StatementEntry(
        lot=row["lot"],
        contra=Contra(row["contra"]),
        points=row["amount"],
        opens=row["opens"] is not None,
        kind=LotKind(row["lot_kind"]) if is_of_lot else None,
        term=Term(row["available_at"], row["expires_at"]) if is_of_lot else None,
    )
