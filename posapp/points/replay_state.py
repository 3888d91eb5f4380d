"""What a decision knew of its card, known again from the postings before it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from posapp.points.book import Book, Row, book_of, is_leaving
from posapp.points.book_ties import emptied_into
from posapp.points.claims import claimed_by
from posapp.points.decision import Decision
from posapp.points.joined_lots import with_joined
from posapp.points.joining import are_many
from posapp.points.lot import DEBT, Contra, LotKind, OpenLot, Term
from posapp.points.merged_receipts import followed, way_to_the_living
from posapp.points.operations import Merge, Operation, Reserve, Return, Sale, Void
from posapp.points.programme import Programme
from posapp.points.replay_past import Past
from posapp.points.state import Account, HoldOutcome, HoldState, LotDefinition, ReceiptState, State
from posapp.points.stored import returned_from_json, sold_from_json


class Memory:
    """A card in the middle of its replay."""

    def __init__(self, book: Book) -> None:
        self.account: Account | None = None
        self._book = book
        self._past = Past(book)
        self._sales: dict[tuple[UUID, str], Row] = {}
        self._held: dict[str, Row] = {}
        self._ended: dict[UUID, str] = {}

    def store_of(self, posting: Row) -> UUID:
        """The store whose rules it was decided by: the card that goes in a merge follows the one that takes it."""
        card = book_of(UUID(posting["request"]["into"])) if is_leaving(posting) else None
        return posting["store_id"] or (card or self._book).row["store_id"]  # type: ignore[no-any-return]

    def keep(self, posting: Row, account: Account, decision: Decision) -> None:
        """This posting came to what it says: what comes later knows of it."""
        self.account = account
        self._past.add(self._book, posting)
        if posting["kind"] == Sale.kind:
            self._sales[posting["store_id"], posting["receipt"]] = posting
        if posting["kind"] == Reserve.kind:
            self._held[posting["key"]] = posting
        if posting["about_id"] is not None:
            self._ended.setdefault(posting["about_id"], posting["kind"])

    def state(self, posting: Row, asked: Operation, programme: Programme) -> State:
        """What was known when this was asked."""
        match asked:
            case Sale():
                spend, joinable = self._spend(posting, programme), self._joinable(posting)
                return State(self.account, hold=self._hold(asked.hold), spend_minor=spend, definitions=joinable)
            case Void():
                return State(self.account, hold=self._hold(asked.hold))
            case Return():
                return State(self.account, receipt=self._receipt(asked))
            case Merge():
                return self._merge(posting)
        return State(self.account)

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

    def _joinable(self, posting: Row) -> dict[int, LotDefinition]:
        """On a card with very many lots, those that may be joined."""
        lots = self.account.lots if self.account else ()
        if not are_many(lots, posting["at"]):
            return {}
        return self._past.joinable([lot.number for lot in lots])

    def _spend(self, posting: Row, programme: Programme) -> int:
        """Paid in money for the receipts of the tier window, less what came back of them."""
        if len(programme.tiers) == 1:
            return 0
        first_day = programme.business_day(posting["at"]) - timedelta(days=programme.tier_window_days)
        within = {sale["posting_id"] for sale in self._sales.values() if sale["business_day"] >= first_day}
        return sum(
            each["money_minor"]
            for each in self._past.postings(self._book.member_id)
            if each["posting_id"] in within or (each["kind"] == Return.kind and each["about_id"] in within)
        )

    def _receipt(self, asked: Return) -> ReceiptState | None:
        sale = self._sales.get((asked.store_id, asked.receipt))
        if sale is None:
            return self._receipt_of_merged(asked)
        member_id, sale_id, sold = self._book.member_id, sale["posting_id"], sold_from_json(sale["memory"])
        lapsed = sum(self._past.swept(member_id, sold.earned_lots).values())
        returned = returned_from_json(self._past.latest_return(member_id, sale_id))
        receipt = ReceiptState(sale_id, sold, returned, frozenset(sold.earned_lots), lapsed)
        return with_joined(member_id, receipt, self._past)

    def _receipt_of_merged(self, asked: Return) -> ReceiptState | None:
        """A receipt that was sold on a card that leads here."""
        claim = claimed_by(asked.store_id, asked.receipt)
        way = way_to_the_living(claim[0]) if claim else []
        if claim is None or self._book.member_id not in way[1:]:
            return None
        sale = next(each for each in self._past.postings(claim[0]) if each["posting_id"] == claim[1])
        way = way[: way.index(self._book.member_id) + 1]
        return followed(claim[1], sold_from_json(sale["memory"]), way, self._past)

    def _merge(self, posting: Row) -> State:
        """The card that goes, as it was at the end: what it had is what left it."""
        book = emptied_into(self._book, posting)
        if book is None:
            return State(self.account)
        left = {each["lot"]: -each["amount"] for each in book.of(book.accepted[-1]) if each["contra"] == Contra.MERGE}
        opened = {lot: entry for lot, entry in book.openings().items() if lot in left}
        lots = [OpenLot(lot, left[lot], Term(each["available_at"], each["expires_at"])) for lot, each in opened.items()]
        emptied = Account(
            book.member_id,
            lots=tuple(sorted(lots, key=lambda lot: lot.number)),
            debt=-left.get(DEBT, 0),
            counters=book.account.counters,
            granted=book.account.granted,
        )
        definitions = {lot: LotDefinition(LotKind(each["kind"]), each["programme_id"]) for lot, each in opened.items()}
        return State(self.account, emptied=emptied, definitions=definitions)
