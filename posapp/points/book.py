"""The book of a card: its account, its postings and its entries as they lie in the tables, all of one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, or_, select

from posapp.core.db import db, one_moment
from posapp.points.lot import Contra
from posapp.points.operations import Merge
from posapp.points.rows import ACCOUNT, ENTRY, POSTING, account_of
from posapp.points.state import Account

_LOOKED_AT = [each for each in POSTING.c if each.name not in ("till_id", "staff_id", "challenge_id")]
"""Who was there says nothing of the points, and each id takes time to read."""

Row = Mapping[str, Any] | RowMapping

CARDS_OF_BATCH = 200
POSTINGS_OF_BATCH_MAX = 5_000
"""A batch ends with the card that makes it longer than this: so much is in memory, however many cards there are."""


@dataclass(frozen=True)
class Book:
    """Rows, as they are: whether they make sense is for others to say."""

    row: Row
    postings: Sequence[Row]
    """By their number, refused ones too."""
    entries: Mapping[UUID, Sequence[Row]]
    """By their posting."""

    @property
    def member_id(self) -> UUID:
        found: UUID = self.row["member_id"]
        return found

    @cached_property
    def account(self) -> Account:
        """The account row as a value. Raises whatever a damaged document raises."""
        return account_of(self.row)

    @property
    def accepted(self) -> list[Row]:
        return [posting for posting in self.postings if posting["refusal"] is None]

    def of(self, posting: Row) -> Sequence[Row]:
        """The entries of a posting."""
        return self.entries.get(posting["posting_id"], ())

    def openings(self) -> dict[int, Row]:
        """The entries that open lots, by lot."""
        return {entry["lot"]: entry for entries in self.entries.values() for entry in entries if entry["kind"]}


def next_books(after: UUID | None, *, posted_since: datetime | None = None) -> list[Book]:
    """The books of the next cards by id; with `posted_since`, of those alone whose newest posting is not older."""
    asked = select(ACCOUNT).order_by(ACCOUNT.c.member_id).limit(CARDS_OF_BATCH)
    if after is not None:
        asked = asked.where(ACCOUNT.c.member_id > after)
    return _books(asked if posted_since is None else _recent(asked, posted_since))


def book_of(member_id: UUID) -> Book | None:
    """The book of one card; None when there is none."""
    return next(iter(_books(select(ACCOUNT).where(ACCOUNT.c.member_id == member_id))), None)


def is_leaving(posting: Row) -> bool:
    """Of the two postings of a merge, the one on the card that goes."""
    return posting["kind"] == Merge.kind and "into" in posting["request"]


def contra_sum(entries: Sequence[Row], *contras: Contra) -> int:
    """What these entries come to, of these kinds of movement."""
    return sum(entry["amount"] for entry in entries if entry["contra"] in contras)


def _recent(asked: Select[Any], since: datetime) -> Select[Any]:
    """The newest posting is the one with the account's version. Where it is missing, the card is looked at too."""
    newest = and_(POSTING.c.member_id == ACCOUNT.c.member_id, POSTING.c.seq == ACCOUNT.c.version)
    return asked.outerjoin(POSTING, newest).where(or_(POSTING.c.at >= since, POSTING.c.at.is_(None)))


def _books(asked: Select[Any]) -> list[Book]:
    with one_moment():
        rows = _few(db.session.execute(asked).mappings().all())
        if not rows:
            return []
        first, last = rows[0]["member_id"], rows[-1]["member_id"]
        postings: dict[UUID, list[Row]] = defaultdict(list)
        entries: dict[UUID, dict[UUID, list[Row]]] = defaultdict(lambda: defaultdict(list))
        within = POSTING.c.member_id.between(first, last)
        for row in db.session.execute(select(*_LOOKED_AT).where(within).order_by(POSTING.c.member_id, POSTING.c.seq)):
            postings[row.member_id].append(row._mapping)
        within = ENTRY.c.member_id.between(first, last)
        for row in db.session.execute(select(ENTRY).where(within).order_by(ENTRY.c.member_id, ENTRY.c.lot)):
            entries[row.member_id][row.posting_id].append(row._mapping)
    return [Book(row, postings[row["member_id"]], entries[row["member_id"]]) for row in rows]


def _few(rows: Sequence[Row]) -> Sequence[Row]:
    """As many as the batch may hold, and at least one; an account's version says how many postings it has."""
    postings = 0
    for number, row in enumerate(rows, 1):
        postings += row["version"]
        if postings > POSTINGS_OF_BATCH_MAX:
            return rows[:number]
    return rows
