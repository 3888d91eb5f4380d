"""The books of a card, checked from every side."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import db
from posapp.points.lot import DEBT
from posapp.points.operations import (
    Adjust,
    Bonus,
    Expire,
    Freeze,
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
from posapp.points.rows import ACCOUNT, ENTRY, POSTING, account_of
from posapp.points.state import Account
from tests.points.pure_ledger import PureLedger

Rows = list[Mapping[str, Any]]


def problems(member_id: UUID, programme: Programme) -> list[str]:
    """Everything that is not as it must be with one card; nothing, when its books agree."""
    db.session.rollback()
    row = db.session.execute(select(ACCOUNT).where(ACCOUNT.c.member_id == member_id)).mappings().one()
    account, postings, entries = account_of(row), _rows(POSTING, member_id), _rows(ENTRY, member_id)
    return [
        *_sums(account, row["balance"], entries),
        *_lots(account, entries),
        *_postings(account, postings),
        *_serial(account, postings, programme),
    ]


def _sums(account: Account, balance: int, entries: Rows) -> list[str]:
    total = sum(entry["amount"] for entry in entries)
    owed = -sum(entry["amount"] for entry in entries if entry["lot"] == DEBT)
    checks = {
        "balance is what is left in the open lots": balance == account.balance,
        "balance less debt is the sum of the entries": balance - account.debt == total,
        "the debt is the sum of its own entries": account.debt == owed,
        "nothing is negative": balance >= 0 and account.debt >= 0,
        "it owns or it owes": not (balance and account.debt),
    }
    return [f"not so: {promise}" for promise, holds in checks.items() if not holds]


def _lots(account: Account, entries: Rows) -> list[str]:
    """Each lot's remaining is what its entries say, between nothing and its amount, under its own terms."""
    found = []
    left: dict[int, int] = defaultdict(int)
    for entry in entries:
        left[entry["lot"]] += entry["amount"]
    opened = {entry["lot"]: entry for entry in entries if entry["kind"]}
    if len(opened) != len([entry for entry in entries if entry["kind"]]):
        found.append("a lot was opened twice")
    shown = {lot.number: lot for lot in account.lots}
    for number, opening in opened.items():
        if not 0 <= left[number] <= opening["amount"]:
            found.append(f"lot {number} has {left[number]} of {opening['amount']}")
        lot = shown.pop(number, None)
        if (lot.remaining if lot else 0) != left[number]:
            found.append(f"lot {number}: the entries say {left[number]}, the account {lot}")
        if lot and (lot.term.available_at, lot.term.expires_at) != (opening["available_at"], opening["expires_at"]):
            found.append(f"lot {number} has other terms than it was given")
    return found + [f"lot {number} was never opened" for number in shown]


def _postings(account: Account, postings: Rows) -> list[str]:
    seqs = [posting["seq"] for posting in postings]
    keys = {posting["key"] for posting in postings}
    found = [] if seqs == list(range(1, account.version + 1)) else [f"postings {seqs} for version {account.version}"]
    return found if len(keys) == len(postings) else [*found, "a key was used twice"]


def _serial(account: Account, postings: Rows, programme: Programme) -> list[str]:
    """Run again one after the other on an empty account, the postings give the same answers and the same lots."""
    ledger, found = PureLedger(programme), []
    for posting in postings:
        if posting["refusal"] is None:
            answer = ledger.ask(account.member_id, again(posting), posting["key"], posting["at"])
            if dict(answer) != posting["result"]:
                found.append(
                    f"posting {posting['seq']} ({posting['kind']}): {posting['result']}, again: {dict(answer)}"
                )
    serial = ledger.accounts[account.member_id]
    if (serial.lots, serial.debt, serial.counters) != (account.lots, account.debt, account.counters):
        found.append(f"one after the other: {serial}, at once: {account}")
    return found


def again(posting: Mapping[str, Any]) -> Operation:
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
            return Bonus(asked["gift"])
        case "adjust":
            return Adjust(**asked)
        case "freeze":
            return Freeze()
        case "unfreeze":
            return Unfreeze()
        case _:
            return Expire()


def _lines(stored: list[Any]) -> tuple[Line, ...]:
    return tuple(Line(*line) for line in stored)


def _rows(table: Any, member_id: UUID) -> Rows:
    order = table.c.seq if "seq" in table.c else table.c.lot
    found = db.session.execute(select(table).where(table.c.member_id == member_id).order_by(order))
    return [dict(row) for row in found.mappings()]
