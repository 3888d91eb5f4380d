"""A card's statement for people and for spreadsheets: oldest first, with the balance after each posting.

A balance is what the card has less what it owes, so it is the sum of movements and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from uuid import UUID
from zoneinfo import ZoneInfo

from posapp.core.text import N_
from posapp.points.statement import Statement, StatementEntry, StatementLine
from posapp.till.sightings import Sighting
from posapp.till.words import LOTS, MOVEMENTS, POSTINGS

Say = Callable[[str], str]
"""A sentence in the reader's language."""
Money = Callable[[int], str]
"""Minor units as the reader writes money."""
Cells = list[str | int]

COLUMNS = (
    N_("Day"), N_("Time"), N_("What"), N_("Store"), N_("Receipt"), N_("Paid in money"), N_("Person"), N_("Reason"),
    N_("Movement"), N_("Lot"), N_("Kind of points"), N_("Usable from"), N_("Usable until"), N_("Points"),
    N_("Balance"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One posting, what of it its reader may see, and the balance after it."""

    line: StatementLine
    seen: Sighting
    balance: int


def rows_of(told: Statement, seen: Mapping[UUID, Sighting]) -> list[StatementRow]:
    """The postings in their order; the opening balance and their changes give each balance and the closing one."""
    lines = list(reversed(told.lines))
    balances = list(accumulate((line.change for line in lines), initial=told.opening.net))
    return [
        StatementRow(line, seen[line.posting.posting_id], balance)
        for line, balance in zip(lines, balances[1:], strict=True)
    ]


def head(say: Say) -> list[str]:
    """The names of the columns."""
    return [say(column) for column in COLUMNS]


def table(told: Statement, rows: list[StatementRow], *, timezone: str, say: Say, money: Money) -> Iterator[Cells]:
    """Opening balance, every movement, closing balance; a posting that moved nothing has a line of its own.

    The balance stands on the last line of its posting, so the points above a balance always add up to it.
    """
    zone = ZoneInfo(timezone)
    yield _balance(told.since.isoformat(), say(N_("Opening balance")), told.opening.net)
    for row in rows:
        first, entries = _of_posting(row, zone, say, money), row.line.entries
        lines = [first + _movement(entry, zone, say) for entry in entries] or [[*first, "", "", "", "", "", 0]]
        for line in lines[:-1]:
            yield [*line, ""]
        yield [*lines[-1], row.balance]
    yield _balance(told.until.isoformat(), say(N_("Closing balance")), told.closing.net)


def _balance(day: str, word: str, balance: int) -> Cells:
    return [day, "", word, *[""] * (len(COLUMNS) - 4), balance]


def _of_posting(row: StatementRow, zone: ZoneInfo, say: Say, money: Money) -> Cells:
    posting, seen = row.line.posting, row.seen
    what = [posting.at.astimezone(zone).strftime("%H:%M"), say(POSTINGS[posting.kind])]
    paid = "" if seen.money_minor is None else money(seen.money_minor)
    known = [seen.store or "", seen.receipt or "", paid, seen.person or "", seen.reason or ""]
    return [posting.business_day.isoformat(), *what, *known]


def _movement(entry: StatementEntry, zone: ZoneInfo, say: Say) -> Cells:
    if entry.term is None or entry.kind is None:
        return [say(MOVEMENTS[entry.contra]), "", say(N_("Debt")), "", "", entry.points]
    term = [_day(entry.term.available_at, zone), _day(entry.term.last_moment, zone)]
    return [say(MOVEMENTS[entry.contra]), entry.lot, say(LOTS[entry.kind]), *term, entry.points]


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else moment.astimezone(zone).date().isoformat()
