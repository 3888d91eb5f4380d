"""A ledger in a dictionary: runs scenarios through `decide` alone, with no database anywhere near."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from posapp.core.actor import system_actor
from posapp.points.decide import decide, is_idle
from posapp.points.decision import Decision
from posapp.points.lot import Contra, LotKind, Opening
from posapp.points.operations import Expire, Merge, Operation, Return, Sale, Void
from posapp.points.programme import Programme
from posapp.points.refusals import KeyConflict, NoReceipt, PointsRefusal
from posapp.points.request import Request
from posapp.points.scenario import Event, operation_of
from posapp.points.sold import Returned
from posapp.points.state import Account, HoldOutcome, HoldState, LotDefinition, ReceiptState, State, Status
from posapp.points.stored import returned_from_json, sold_from_json

STORE = UUID("00000000-0000-4000-8000-00000000aaaa")
GIFTS = (LotKind.WELCOME, LotKind.BIRTHDAY, LotKind.REFERRAL)


@dataclass
class Kept:
    """A posting as the dictionary keeps it."""

    posting_id: UUID
    kind: str
    fingerprint: bytes
    result: Mapping[str, Any]
    decision: Decision | None


class PureLedger:
    """Everything that the database would know."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme.at_store("Europe/Moscow", 0)
        self.cards: dict[str, UUID] = {}
        self.accounts: dict[UUID, Account] = {}
        self.postings: dict[UUID, dict[str, Kept]] = defaultdict(dict)
        self.openings: dict[tuple[UUID, int], tuple[Opening, int]] = {}
        self.moved: dict[tuple[UUID, int], tuple[UUID, int]] = {}
        self.receipts: dict[str, UUID] = {}
        self.sales: dict[str, Kept] = {}
        self.contra: dict[Contra, int] = defaultdict(int)
        self.lapsed: dict[tuple[UUID, int], int] = defaultdict(int)

    def run(self, event: Event) -> Mapping[str, Any]:
        if event.type == "open":
            self.cards[event.values["account"]] = uuid4()
        try:
            operation = operation_of(event, self.cards, STORE)
            if isinstance(operation, Expire):
                return {"expired": sum(self._sweep(member, event) for member in list(self.accounts))}
            return self.ask(self._member(event), operation, event.key, event.at)
        except PointsRefusal as refusal:
            return {"error": refusal.code}

    def ask(self, member: UUID, operation: Operation, key: str, at: datetime) -> Mapping[str, Any]:
        """The answer to a request. Raises its refusal, and remembers it as the ledger would."""
        request = Request(
            member_id=member, kind=operation.kind, body=operation.body(), key=key, actor=system_actor(), at=at
        )
        if kept := self.postings[member].get(key):
            if kept.fingerprint != request.fingerprint:
                raise KeyConflict
            return {**kept.result, "replayed": True}
        posting_id = uuid4()
        state = self._state(member, operation)
        try:
            decision = decide(state, operation, self.programme, at, posting_id=posting_id, member_id=member)
        except PointsRefusal as refusal:
            if refusal.remembered:
                refused = {"error": refusal.code}
                self.postings[member][key] = Kept(posting_id, operation.kind, request.fingerprint, refused, None)
            raise
        before = self.accounts.get(member)
        if before is not None and isinstance(operation, Expire) and is_idle(decision, before):
            return decision.result
        self._write(member, decision)
        kept = Kept(posting_id, operation.kind, request.fingerprint, decision.result, decision)
        self.postings[member][key] = kept
        if isinstance(operation, Sale):
            self.receipts[operation.receipt.number], self.sales[operation.receipt.number] = member, kept
        return decision.result

    def _sweep(self, member: UUID, event: Event) -> int:
        if self.accounts[member].status is Status.MERGED:
            return 0
        return int(self.ask(member, Expire(), event.key, event.at)["expired"])

    def _write(self, member: UUID, decision: Decision) -> None:
        self.accounts[member] = decision.account
        for movement in decision.movements:
            if movement.opening:
                self.openings[member, movement.lot] = (movement.opening, movement.amount)
                if movement.opening.origin:
                    origin = movement.opening.origin
                    self.moved[origin.member_id, origin.lot] = (member, movement.lot)
            if movement.contra is Contra.EXPIRE:
                self.lapsed[member, movement.lot] -= movement.amount
            self.contra[movement.contra] -= movement.amount
        if decision.emptied:
            self._write(decision.emptied.account.member_id, decision.emptied)

    def _living(self, member: UUID) -> UUID:
        while (account := self.accounts.get(member)) and account.merged_into:
            member = account.merged_into
        return member

    def _member(self, event: Event) -> UUID:
        values = event.values
        match event.type:
            case "return":
                if values["receipt"] not in self.receipts:
                    raise NoReceipt
                return self._living(self.receipts[values["receipt"]])
            case "void":
                return next(m for m, kept in self.postings.items() if values["hold"] in kept)
            case "merge":
                return self._living(self.cards[values["into"]])
            case _:
                return self._living(self.cards[values["account"]])

    def _state(self, member: UUID, operation: Operation) -> State:
        emptied = self.accounts.get(operation.emptied) if isinstance(operation, Merge) else None
        return State(
            account=self.accounts.get(member),
            receipt=self._receipt(member, operation),
            hold=self._hold(member, operation),
            spend_minor=sum(
                kept.decision.money_minor for kept in self.postings[member].values() if kept.decision is not None
            ),
            emptied=emptied,
            definitions={
                lot: LotDefinition(opening.kind)
                for (owner, lot), (opening, _) in self.openings.items()
                if emptied is not None and owner == emptied.member_id
            },
        )

    def _receipt(self, member: UUID, operation: Operation) -> ReceiptState | None:
        number = (
            operation.receipt.number
            if isinstance(operation, Sale)
            else operation.receipt
            if isinstance(operation, Return)
            else None
        )
        owner = self.receipts.get(number or "")
        if owner is None:
            return None
        sale = self.sales[number or ""]
        assert sale.decision
        returned = Returned()
        for holder in {owner, member}:
            for kept in self.postings[holder].values():
                if kept.kind == "return" and kept.decision and kept.decision.about_id == sale.posting_id:
                    memory = returned_from_json(kept.decision.memory)
                    returned = memory if memory.times > returned.times else returned
        sold = sold_from_json(sale.decision.memory)
        heirs = {lot: self.moved[owner, lot][1] for lot in sold.earned_lots if (owner, lot) in self.moved}
        lapsed = sum(self.lapsed[owner, lot] for lot in sold.earned_lots)
        lapsed += sum(self.lapsed[member, lot] for lot in heirs.values() if owner != member)
        return ReceiptState(sale.posting_id, sold, returned, lapsed, owner if owner != member else None, heirs)

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

    def report(self, as_of: datetime) -> dict[str, Any]:
        accounts = {name: self._card(self.accounts[member], as_of) for name, member in self.cards.items()}
        total = sum(account.balance - account.debt for account in self.accounts.values()) + sum(self.contra.values())
        contra = {str(name): amount for name, amount in sorted(self.contra.items()) if amount}
        return {"accounts": accounts, "contra": contra, "trial_balance": total}

    def _card(self, account: Account, as_of: datetime) -> dict[str, Any]:
        lots = []
        for lot in account.lots:
            opening, amount = self.openings[account.member_id, lot.number]
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


def zulu(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
