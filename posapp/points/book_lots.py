"""The lots of a book, worked out from its entries, and whether the account says the same of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from posapp.points.book import Book, Row
from posapp.points.lot import DEBT, Contra


@dataclass
class Lots:
    """What is left in each lot, and what is owed, posting by posting."""

    openings: dict[int, Row] = field(default_factory=dict)
    left: Counter[int] = field(default_factory=Counter)

    @property
    def debt(self) -> int:
        return -self.left[DEBT]

    @property
    def balance(self) -> int:
        return sum(points for lot, points in self.left.items() if lot != DEBT)

    def spendable(self, at: datetime) -> int:
        return sum(
            points
            for lot, points in self.left.items()
            if lot in self.openings
            and self.openings[lot]["available_at"] <= at
            and not (self.openings[lot]["expires_at"] and self.openings[lot]["expires_at"] <= at)
        )

    def add(self, entries: Sequence[Row]) -> Iterator[str]:
        """Take the entries of one posting, and say which of them cannot be."""
        for entry in entries:
            lot = entry["lot"]
            self.left[lot] += entry["amount"]
            if entry["kind"] is None:
                continue
            if lot in self.openings:
                yield f"lot {lot} is opened twice"
            elif lot != len(self.openings) + 1:
                yield f"lot {lot} is opened where lot {len(self.openings) + 1} is due"
            self.openings[lot] = entry
        for lot in {entry["lot"] for entry in entries} - {DEBT}:
            most = self.openings[lot]["amount"] if lot in self.openings else 0
            if not 0 <= self.left[lot] <= most:
                yield f"lot {lot} holds {self.left[lot]} of {most}"
            if not self.left[lot]:
                del self.left[lot]


def open_lots(book: Book, lots: Lots) -> Iterator[str]:
    """The open lots in the account, and the entries that they came from."""
    shown = {lot.number: lot for lot in book.account.lots}
    for number in sorted({*shown, *(lot for lot, points in lots.left.items() if points and lot != DEBT)}):
        lot, opening = shown.get(number), lots.openings.get(number)
        said, found = lot.remaining if lot else 0, lots.left[number]
        if said != found:
            yield f"lot {number}: the account says {said}, the entries {found}"
        if lot and opening and (lot.term.available_at, lot.term.expires_at) != _term(opening):
            yield f"lot {number}: the account has another term than it was given"


def holds(book: Book, lots: Lots) -> Iterator[str]:
    """What is set aside is what entries have set aside and not released, lot by lot and under the lots' own terms."""
    held: Counter[int] = Counter()
    for entries in book.entries.values():
        for entry in entries:
            held[entry["lot"]] -= entry["amount"] if entry["contra"] == Contra.HOLD else 0
    for hold in book.account.holds:
        for part in hold.parts:
            held[part.lot] -= part.points
            opening = lots.openings.get(part.lot)
            if opening is None or (part.term.available_at, part.term.expires_at) != _term(opening):
                yield f"hold: lot {part.lot} has another term than it was given"
    for lot, points in sorted(held.items()):
        if points:
            yield f"hold: of lot {lot} the entries have set aside {points} points more than the account says"


def _term(opening: Row) -> tuple[datetime, datetime | None]:
    return opening["available_at"], opening["expires_at"]
