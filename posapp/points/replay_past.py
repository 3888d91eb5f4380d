"""What the entries of a book said of its lots at a moment of its past; and of merged cards, what their books say.

The same facts that the tables give of the present (`joined_lots.Facts`), for a card in the middle of its replay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from posapp.points.book import Book, Row, book_of
from posapp.points.joining import Segment, Segments
from posapp.points.lot import Contra, LotKind
from posapp.points.operations import Return
from posapp.points.state import LotDefinition

Entered = tuple[Row, Row]
"""A posting and one of its entries."""


class Past:
    """The books of some cards: of one as far as it has been gone through, of the others everything."""

    def __init__(self, book: Book) -> None:
        self._own = book.member_id
        self._postings: dict[UUID, list[Row]] = {book.member_id: []}
        self._entered: dict[UUID, list[Entered]] = {book.member_id: []}

    def add(self, book: Book, posting: Row) -> None:
        """This posting of a book belongs to the past from now on."""
        self._postings.setdefault(book.member_id, []).append(posting)
        self._entered.setdefault(book.member_id, []).extend((posting, entry) for entry in book.of(posting))

    def postings(self, member_id: UUID) -> list[Row]:
        """The accepted postings of a card, by number."""
        return self._known(member_id)[0]

    def joinable(self, lots: Collection[int]) -> dict[int, LotDefinition]:
        """Those of these lots that receipts earned on the very card."""
        return {
            entry["lot"]: LotDefinition(LotKind.EARN, entry["programme_id"])
            for _, entry in self._entries(self._own, lots, Contra.EARN)
            if entry["kind"] == LotKind.EARN
        }

    def joined_from(self, member_id: UUID, lots: Collection[int]) -> Mapping[int, Segments]:
        joins = {each["posting_id"] for each, entry in self._entries(member_id, lots, Contra.MERGE) if _leaves(entry)}
        sales = {entry["lot"]: each["posting_id"] for each, entry in self._known(member_id)[1] if entry["kind"]}
        found: dict[int, Segments] = {}
        for join in joins:
            merged = [
                entry for each, entry in self._entries(member_id, None, Contra.MERGE) if each["posting_id"] == join
            ]
            parts = sorted((entry for entry in merged if _leaves(entry)), key=lambda entry: entry["lot"])
            segments = tuple(Segment(sales[entry["lot"]], -entry["amount"]) for entry in parts)
            found |= {entry["lot"]: segments for entry in merged if entry["kind"]}
        return found

    def taken_back(self, member_id: UUID, lots: Collection[int]) -> Mapping[int, Mapping[UUID, int]]:
        found: dict[int, Counter[UUID]] = defaultdict(Counter)
        for posting, entry in self._entries(member_id, lots, Contra.TAKEBACK):
            found[entry["lot"]][posting["about_id"]] -= entry["amount"]
        return found

    def swept(self, member_id: UUID, lots: Collection[int]) -> Mapping[int, int]:
        found: Counter[int] = Counter()
        for _, entry in self._entries(member_id, lots, Contra.EXPIRE):
            found[entry["lot"]] -= entry["amount"]
        return found

    def moved(self, member_id: UUID, onward: UUID, lots: Collection[int]) -> Iterable[tuple[int, int, int]]:
        for _, entry in self._entries(onward, None, Contra.MERGE):
            if entry["origin_member_id"] == member_id and entry["origin_lot"] in lots:
                yield entry["origin_lot"], entry["lot"], entry["amount"]

    def latest_return(self, member_id: UUID, sale_id: UUID) -> Mapping[str, Any] | None:
        about = [each for each in self.postings(member_id) if each["about_id"] == sale_id]
        memories = [each["memory"] for each in about if each["kind"] == Return.kind]
        return memories[-1] if memories else None

    def _entries(self, member_id: UUID, lots: Collection[int] | None, contra: Contra) -> Iterator[Entered]:
        for posting, entry in self._known(member_id)[1]:
            if entry["contra"] == contra and (lots is None or entry["lot"] in lots):
                yield posting, entry

    def _known(self, member_id: UUID) -> tuple[list[Row], list[Entered]]:
        """A card that was merged away changes no more, so all of it is the past. Raises LookupError without a book."""
        if member_id not in self._postings:
            book = book_of(member_id)
            if book is None:
                raise LookupError("a card that is named has no book")
            for posting in book.accepted:
                self.add(book, posting)
        return self._postings[member_id], self._entered[member_id]


def _leaves(entry: Row) -> bool:
    left: bool = entry["amount"] < 0
    return left
