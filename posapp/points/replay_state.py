"""What a decision knew of its card, known again from the postings before it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from posapp.points.book import Book, Row, book_of, contra_sum, is_leaving
from posapp.points.book_ties import emptied_into
from posapp.points.claims import claimed_by
from posapp.points.decision import Decision
from posapp.points.lot import DEBT, Contra, LotKind, OpenLot, Term
from posapp.points.merged_receipts import way_to_the_living
from posapp.points.operations import Merge, Operation, Reserve, Return, Sale, Void
from posapp.points.programme import Programme
from posapp.points.sold import Returned
from posapp.points.state import Account, HoldOutcome, HoldState, LotDefinition, ReceiptState, State
from posapp.points.stored import returned_from_json, sold_from_json


class Memory:
    """A card in the middle of its replay."""

    def __init__(self, book: Book) -> None:
        self.account: Account | None = None
        self._book = book
        self._past: list[Row] = []
        self._sales: dict[tuple[UUID, str], Row] = {}
        self._returned: dict[UUID, Any] = {}
        self._lapsed: Counter[int] = Counter()
        self._held: dict[str, Row] = {}
        self._ended: dict[UUID, str] = {}

    def store_of(self, posting: Row) -> UUID:
        """The store whose rules it was decided by: the card that goes in a merge follows the one that takes it."""
        card = _book(UUID(posting["request"]["into"])) if is_leaving(posting) else self._book
        return posting["store_id"] or card.row["store_id"]  # type: ignore[no-any-return]

    def keep(self, posting: Row, account: Account, decision: Decision) -> None:
        """This posting came to what it says: what comes later knows of it."""
        self.account = account
        self._past.append(posting)
        for entry in self._book.of(posting):
            self._lapsed[entry["lot"]] -= entry["amount"] if entry["contra"] == Contra.EXPIRE else 0
        match posting["kind"]:
            case Sale.kind:
                self._sales[posting["store_id"], posting["receipt"]] = posting
            case Return.kind:
                self._returned[posting["about_id"]] = posting["memory"]
            case Reserve.kind:
                self._held[posting["key"]] = posting
        if posting["about_id"] is not None:
            self._ended.setdefault(posting["about_id"], posting["kind"])

    def state(self, posting: Row, asked: Operation, programme: Programme) -> State:
        """What was known when this was asked."""
        match asked:
            case Sale():
                spend = self._spend(posting, programme)
                return State(account=self.account, hold=self._hold(asked.hold), spend_minor=spend)
            case Void():
                return State(account=self.account, hold=self._hold(asked.hold))
            case Return():
                return State(account=self.account, receipt=self._receipt(asked))
            case Merge():
                return self._merge(posting)
        return State(account=self.account)

    def _hold(self, key: str | None) -> HoldState | None:
        held = self._held.get(key or "")
        if held is None or self.account is None:
            return None
        hold_id, points = held["posting_id"], held["memory"]["points"]
        if hold_id in self._ended:
            outcome = HoldOutcome.CAPTURED if self._ended[hold_id] == Sale.kind else HoldOutcome.VOID
        elif any(hold.hold_id == hold_id for hold in self.account.holds):
            outcome = HoldOutcome.OPEN
        else:
            outcome = HoldOutcome.RELEASED
        return HoldState(hold_id, points, outcome)

    def _spend(self, posting: Row, programme: Programme) -> int:
        """Paid in money for the receipts of the tier window, less what came back of them."""
        if len(programme.tiers) == 1:
            return 0
        first_day = programme.business_day(posting["at"]) - timedelta(days=programme.tier_window_days)
        within = {sale["posting_id"] for sale in self._sales.values() if sale["business_day"] >= first_day}
        return sum(
            each["money_minor"]
            for each in self._past
            if each["posting_id"] in within or (each["kind"] == Return.kind and each["about_id"] in within)
        )

    def _receipt(self, asked: Return) -> ReceiptState | None:
        sale = self._sales.get((asked.store_id, asked.receipt))
        if sale is None:
            return self._receipt_of_merged(asked)
        sold = sold_from_json(sale["memory"])
        lots = [entry["lot"] for entry in self._book.of(sale) if entry["kind"]]
        lapsed = sum(self._lapsed[lot] for lot in lots)
        return ReceiptState(
            sale["posting_id"], sold, returned_from_json(self._returned.get(sale["posting_id"])), lapsed
        )

    def _receipt_of_merged(self, asked: Return) -> ReceiptState | None:
        """A receipt that was sold on a card that leads here: its lots are followed from card to card."""
        claim = claimed_by(asked.store_id, asked.receipt)
        way = way_to_the_living(claim[0]) if claim else []
        if claim is None or self._book.member_id not in way[1:]:
            return None
        before = [_book(card) for card in way[: way.index(self._book.member_id)]]
        sale = next(posting for posting in before[0].postings if posting["posting_id"] == claim[1])
        sold = sold_from_json(sale["memory"])
        heirs, lapsed, returned = {lot: lot for lot in sold.earned_lots}, 0, Returned()
        for number, book in enumerate([*before, self._book]):
            if number:
                heirs = _moved(heirs, before[number - 1].member_id, book)
            lapsed += self._lapsed_in(book, list(heirs.values()))
            returned = self._returned_in(book, claim[1]) or returned
        return ReceiptState(claim[1], sold, returned, lapsed, merged_from=claim[0], heirs=heirs)

    def _lapsed_in(self, book: Book, lots: list[int]) -> int:
        if book is self._book:
            return sum(self._lapsed[lot] for lot in lots)
        entries = [entry for some in book.entries.values() for entry in some]
        return -contra_sum([entry for entry in entries if entry["lot"] in lots], Contra.EXPIRE)

    def _returned_in(self, book: Book, sale_id: UUID) -> Returned | None:
        if book is self._book:
            memory = self._returned.get(sale_id)
        else:
            returns = [each for each in book.accepted if each["kind"] == Return.kind and each["about_id"] == sale_id]
            memory = returns[-1]["memory"] if returns else None
        return None if memory is None else returned_from_json(memory)

    def _merge(self, posting: Row) -> State:
        """The card that goes, as it was at the end: what it had is what left it."""
        book = emptied_into(self._book, posting)
        if book is None:
            return State(account=self.account)
        left = {each["lot"]: -each["amount"] for each in book.of(book.accepted[-1]) if each["contra"] == Contra.MERGE}
        opened = {lot: entry for lot, entry in book.openings().items() if lot in left}
        lots = [OpenLot(lot, left[lot], Term(each["available_at"], each["expires_at"])) for lot, each in opened.items()]
        emptied = Account(
            book.member_id,
            lots=tuple(sorted(lots, key=lambda lot: lot.number)),
            debt=-left.get(DEBT, 0),
            granted=book.account.granted,
        )
        definitions = {lot: LotDefinition(LotKind(each["kind"]), each["programme_id"]) for lot, each in opened.items()}
        return State(account=self.account, emptied=emptied, definitions=definitions)


def _book(member_id: UUID) -> Book:
    """Raises LookupError when there is none."""
    found = book_of(member_id)
    if found is None:
        raise LookupError("a card that is named has no book")
    return found


def _moved(heirs: dict[int, int], before: UUID, book: Book) -> dict[int, int]:
    """The lots of a book that hold what was in these lots of the card before."""
    found = {
        entry["origin_lot"]: lot
        for lot, entry in book.openings().items()
        if entry["origin_member_id"] == before and entry["contra"] == Contra.MERGE
    }
    return {lot: found[there] for lot, there in heirs.items() if there in found}
