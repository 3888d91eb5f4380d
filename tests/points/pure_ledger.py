"""A ledger in a dictionary: runs scenarios through `decide` alone, with no database anywhere near."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from posapp.core.actor import system_actor
from posapp.points import joining
from posapp.points.decide import decide, is_idle
from posapp.points.decision import Decision
from posapp.points.joining import Segments, last, share_of, without
from posapp.points.lot import LotKind
from posapp.points.operations import Expire, Merge, Operation, Return, Sale, Void
from posapp.points.programme import Programme
from posapp.points.quoting import quote_of
from posapp.points.refusals import KeyConflict, NoHold, NoReceipt, PointsRefusal
from posapp.points.request import Request
from posapp.points.scenario import Event, lines_of, operation_of
from posapp.points.sold import Returned
from posapp.points.state import Account, HoldOutcome, HoldState, ReceiptState, State, Status
from posapp.points.stored import returned_from_json, sold_from_json
from tests.points.pure_entries import PureEntries

STORE = UUID("00000000-0000-4000-8000-00000000aaaa")
GIFTS = (LotKind.WELCOME, LotKind.BIRTHDAY, LotKind.REFERRAL)


@dataclass
class Kept:
    """A posting as the dictionary keeps it; a refused one has no decision."""

    posting_id: UUID
    kind: str
    fingerprint: bytes
    day: date
    result: Mapping[str, Any]
    decision: Decision | None


class PureLedger:
    """Everything that the database would know."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme.at_store("Europe/Moscow", 0)
        self.cards: dict[str, UUID] = {}
        self.accounts: dict[UUID, Account] = {}
        self.postings: dict[UUID, dict[str, Kept]] = defaultdict(dict)
        self.entries = PureEntries()
        self.receipts: dict[str, tuple[UUID, Kept]] = {}

    def run(self, event: Event) -> Mapping[str, Any]:
        """The answer to an event, as a scenario writes it."""
        if event.type == "open":
            self.cards[event.values["account"]] = uuid4()
        try:
            if event.type == "quote":
                return self._quote(event)
            operation = operation_of(event, self.cards, STORE)
            if isinstance(operation, Expire):
                return {"expired": sum(self._sweep(member, event) for member in list(self.accounts))}
            way = self._way(self._member(event))
            answered = next((card for card in way if event.key in self.postings[card]), way[-1])
            return self.ask(answered, operation, event.key, event.at)
        except PointsRefusal as refusal:
            return {"error": refusal.code, "replayed": True} if refusal.replayed else {"error": refusal.code}

    def ask(self, member: UUID, operation: Operation, key: str, at: datetime) -> Mapping[str, Any]:
        """The answer to a request. Raises its refusal, and remembers it as the ledger would."""
        request = Request(
            member_id=member, kind=operation.kind, body=operation.body(), key=key, actor=system_actor(), at=at
        )
        if kept := self.postings[member].get(key):
            return _recalled(kept, request)
        posting_id, day = uuid4(), self.programme.business_day(at)
        state = self._state(member, operation, at)
        try:
            decision = decide(state, operation, self.programme, at, posting_id=posting_id, member_id=member)
        except PointsRefusal as refusal:
            if refusal.remembered:
                refused = {"error": refusal.code}
                self.postings[member][key] = Kept(posting_id, request.kind, request.fingerprint, day, refused, None)
            raise
        before = self.accounts.get(member)
        if before is not None and isinstance(operation, Expire) and is_idle(decision, before):
            return decision.result
        self._write(member, decision, posting_id)
        kept = Kept(posting_id, operation.kind, request.fingerprint, day, decision.result, decision)
        self.postings[member][key] = kept
        if isinstance(operation, Sale):
            self.receipts[operation.receipt.number] = (member, kept)
        return decision.result

    def living(self, member: UUID) -> UUID:
        return self._way(member)[-1]

    def report(self, as_of: datetime) -> dict[str, Any]:
        """The books, as a scenario expects them."""
        accounts = {name: self._card(self.accounts[member], as_of) for name, member in self.cards.items()}
        sums = self.entries.contra
        total = sum(account.balance - account.debt for account in self.accounts.values()) + sum(sums.values())
        contra = {str(name): amount for name, amount in sorted(sums.items()) if amount}
        return {"accounts": accounts, "contra": contra, "trial_balance": total}

    def _sweep(self, member: UUID, event: Event) -> int:
        if self.accounts[member].status is Status.MERGED:
            return 0
        return int(self.ask(member, Expire(), event.key, event.at)["expired"])

    def _quote(self, event: Event) -> dict[str, Any]:
        member, lines = self.living(self.cards[event.values["account"]]), lines_of(event)
        spent = self._spend(member, event.at)
        offer = quote_of(self.accounts[member], lines, self.programme, event.at, spend_minor=spent)
        return {
            "redeem_max": offer.redeem_max, "why": str(offer.redeem_why), "earn": offer.earn,
            "to_pay_minor": offer.to_pay_minor,
        }  # fmt: skip

    def _write(self, member: UUID, decision: Decision, posting_id: UUID) -> None:
        self.accounts[member] = decision.account
        self.entries.add(member, decision, posting_id)
        if decision.emptied:
            self._write(decision.emptied.account.member_id, decision.emptied, posting_id)

    def _way(self, member: UUID) -> list[UUID]:
        way = [member]
        while (account := self.accounts.get(way[-1])) and account.merged_into:
            way.append(account.merged_into)
        return way

    def _member(self, event: Event) -> UUID:
        """The card that an event speaks of, alive or not."""
        values = event.values
        match event.type:
            case "return":
                if values["receipt"] not in self.receipts:
                    raise NoReceipt
                return self.receipts[values["receipt"]][0]
            case "void":
                holder = next((member for member, kept in self.postings.items() if values["hold"] in kept), None)
                if holder is None:
                    raise NoHold
                return holder
            case "merge":
                return self.cards[values["into"]]
            case _:
                return self.cards[values["account"]]

    def _state(self, member: UUID, operation: Operation, at: datetime) -> State:
        account = self.accounts.get(member)
        emptied = self.living(operation.emptied) if isinstance(operation, Merge) else None
        definitions = {}
        if emptied is not None:
            definitions = self.entries.definitions(emptied)
        elif isinstance(operation, Sale) and account is not None and joining.are_many(account.lots, at):
            definitions = self.entries.joinable(member, {lot.number for lot in account.lots})
        return State(
            account=account,
            receipt=self._receipt(member, operation),
            hold=self._hold(member, operation),
            spend_minor=self._spend(member, at) if isinstance(operation, Sale) else 0,
            emptied=None if emptied is None else self.accounts.get(emptied),
            definitions=definitions,
        )

    def _spend(self, member: UUID, at: datetime) -> int:
        first = self.programme.business_day(at) - timedelta(days=self.programme.tier_window_days)
        done = [(kept, kept.decision) for kept in self.postings[member].values() if kept.decision]
        sales = {kept.posting_id for kept, _ in done if kept.kind == "sale" and kept.day >= first}
        return sum(made.money_minor for kept, made in done if kept.posting_id in sales or made.about_id in sales)

    def _receipt(self, member: UUID, operation: Operation) -> ReceiptState | None:
        if not isinstance(operation, Sale | Return):
            return None
        number = operation.receipt if isinstance(operation, Return) else operation.receipt.number
        if number not in self.receipts:
            return None
        owner, sale = self.receipts[number]
        assert sale.decision
        sold, way = sold_from_json(sale.decision.memory), self._way(owner)
        lots: dict[int, Segments | None] = dict.fromkeys(sold.earned_lots)
        lots |= self.entries.joined_from(owner, lots)
        lapsed = 0
        for card, onward in pairwise(way):
            lots, gone = self._without(card, lots), self.entries.swept(card, lots)
            lapsed += sum(_alone(parts, gone[lot], sale.posting_id) for lot, parts in lots.items())
            moved = self.entries.moved(card, onward, lots)
            lots = {
                here: None if (parts := lots[there]) is None else last(parts, amount) for there, here, amount in moved
            }
        lots, gone = self._without(member, lots), self.entries.swept(member, lots)
        return ReceiptState(
            sale.posting_id,
            sold,
            self._returned(way, sale.posting_id),
            frozenset(lots),
            lapsed + sum(gone[lot] for lot, parts in lots.items() if parts is None),
            {lot: share_of(sale.posting_id, parts, gone[lot]) for lot, parts in lots.items() if parts is not None},
            owner if owner != member else None,
        )

    def _without(self, card: UUID, lots: dict[int, Segments | None]) -> dict[int, Segments | None]:
        taken = self.entries.taken_back(card, lots)
        return {lot: None if parts is None else without(parts, taken[lot]) for lot, parts in lots.items()}

    def _returned(self, way: list[UUID], sale_id: UUID) -> Returned:
        newest = Returned()
        for card in way:
            for kept in self.postings[card].values():
                if kept.kind == "return" and kept.decision and kept.decision.about_id == sale_id:
                    newest = returned_from_json(kept.decision.memory)
        return newest

    def _hold(self, member: UUID, operation: Operation) -> HoldState | None:
        key = operation.hold if isinstance(operation, Sale | Void) else None
        kept = self.postings[member].get(key or "")
        if kept is None or kept.kind != "hold" or kept.decision is None:
            return None
        outcome = HoldOutcome.RELEASED
        if any(hold.hold_id == kept.posting_id for hold in self.accounts[member].holds):
            outcome = HoldOutcome.OPEN
        for later in self.postings[member].values():
            if later.decision and later.decision.about_id == kept.posting_id:
                outcome = HoldOutcome.CAPTURED if later.kind == "sale" else HoldOutcome.VOID
        return HoldState(kept.posting_id, kept.decision.memory["points"], outcome)

    def _card(self, account: Account, as_of: datetime) -> dict[str, Any]:
        lots = []
        for lot in account.lots:
            opening, amount = self.entries.opening(account.member_id, lot.number)
            kind = "bonus" if opening.kind in GIFTS else str(opening.kind)
            lots.append(
                {
                    "lot": lot.number, "kind": kind, "amount": amount, "remaining": lot.remaining,
                    "available_at": zulu(lot.term.available_at), "expires_at": zulu(lot.term.expires_at),
                }
            )  # fmt: skip
        return {
            "status": str(account.status), "spendable": account.spendable(as_of), "pending": account.pending(as_of),
            "lapsed_unswept": account.lapsed_unswept(as_of), "debt": account.debt, "lots": lots,
        }  # fmt: skip


def _recalled(kept: Kept, request: Request) -> Mapping[str, Any]:
    if kept.fingerprint != request.fingerprint or kept.kind != request.kind:
        raise KeyConflict
    return {**kept.result, "replayed": True}


def _alone(parts: Segments | None, gone: int, sale_id: UUID) -> int:
    """Of what lapsed of a lot, the part of one sale."""
    return gone if parts is None else share_of(sale_id, parts, 0).of(gone)


def zulu(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
