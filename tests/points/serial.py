"""Serial replay: the postings of some cards, run again one after the other on empty accounts.

Sums alone prove little: two sales that both spent the same points can leave sums that agree. But no order in which
they could have happened gives both their answers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from posapp.points.operations import (
    Adjust,
    Bonus,
    Expire,
    Freeze,
    Merge,
    Open,
    Operation,
    Reserve,
    Return,
    Sale,
    Unfreeze,
    Void,
)
from posapp.points.programme import Programme
from posapp.points.receipt import Line, Receipt
from posapp.points.refusals import PointsRefusal
from posapp.points.state import Account
from tests.points.pure_ledger import PureLedger

Row = Mapping[str, Any]


class Replay:
    """Runs each card's postings in their order; a merge waits until the other card has come to its end."""

    def __init__(self, postings: Mapping[UUID, list[Row]], programme: Programme) -> None:
        self.ledger = PureLedger(programme)
        self._left = {card: iter(rows) for card, rows in postings.items()}
        self._leaving = {row["about_id"]: card for card, rows in postings.items() for row in rows if _leaves(row)}

    def differences(self, accounts: Mapping[UUID, Account]) -> Iterator[str]:
        """Where answers or accounts come out otherwise than they are stored."""
        for card in accounts:
            try:
                yield from self._run(card)
            except (ArithmeticError, LookupError, ValueError, AssertionError) as broken:
                yield f"card {card}: its postings cannot have happened: {broken!r}"
        for card, account in accounts.items():
            again = self.ledger.accounts.get(card)
            if again is None:
                yield f"card {card} does not come about one after the other"
                continue
            found, stored = _comparable(again), _comparable(account)
            yield from (
                f"card {card}, {name}: one after the other {found[name]}, at once {stored[name]}"
                for name in stored
                if found[name] != stored[name]
            )

    def _run(self, card: UUID) -> Iterator[str]:
        for row in self._left[card]:
            if _leaves(row):
                return
            if row["refusal"] is None:
                if row["kind"] == Merge.kind:
                    yield from self._run(self._leaving[row["posting_id"]])
                yield from self._asked(card, row)

    def _asked(self, card: UUID, row: Row) -> Iterator[str]:
        try:
            answer: object = dict(self.ledger.ask(card, again(row), row["key"], row["at"]))
        except PointsRefusal as refusal:
            answer = {"error": refusal.code, **refusal.values}
        if answer != row["result"]:
            yield f"card {card}, posting {row['seq']} ({row['kind']}): {row['result']}, again: {answer}"


def _leaves(row: Row) -> bool:
    """Is it the last posting of a card that is emptied by a merge?"""
    return row["kind"] == Merge.kind and "into" in row["request"] and row["refusal"] is None


def _comparable(account: Account) -> dict[str, Any]:
    """All that must come out the same: neither names of reservations nor the number of refusals."""
    kept = {each.name: getattr(account, each.name) for each in fields(Account) if each.name != "version"}
    lots = [(lot.number, lot.remaining, str(lot.term.available_at), str(lot.term.expires_at)) for lot in account.lots]
    return kept | {"lots": lots, "holds": sorted(str((hold.expires_at, hold.parts)) for hold in account.holds)}


def again(posting: Row) -> Operation:
    """The operation of a stored request. It was accepted, so whatever had to be proven was."""
    asked = posting["request"]
    match posting["kind"]:
        case "open":
            return Open(**asked)
        case "sale":
            receipt = Receipt(UUID(asked["store"]), asked["receipt"], _lines(asked["lines"]))
            return Sale(receipt, asked["redeem"], asked["hold"], proven=True, tier_pct=asked["tier"])
        case "return":
            lines = None if asked["lines"] is None else tuple((line, amount) for line, amount in asked["lines"])
            return Return(UUID(asked["store"]), asked["receipt"], lines, asked["reason"])
        case "hold":
            return Reserve(asked["points"], _lines(asked["lines"]), proven=True)
        case "void":
            return Void(asked["hold"])
        case "bonus":
            return Bonus.of(asked)
        case "adjust":
            return Adjust(**asked)
        case "merge":
            return Merge(UUID(asked["from"]))
        case "freeze":
            return Freeze()
        case "unfreeze":
            return Unfreeze()
        case _:
            return Expire()


def by_card(rows: list[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["member_id"]].append(row)
    return found


def _lines(stored: list[Any]) -> tuple[Line, ...]:
    return tuple(Line(*line) for line in stored)
