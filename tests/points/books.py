"""The books of some cards, checked from every side: every guarantee of the ledger, in plain sums and by replay."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from posapp.core.db import db
from posapp.points.claims import claim_key
from posapp.points.lot import DEBT
from posapp.points.programme import Programme
from posapp.points.rows import ACCOUNT, CLAIM, ENTRY, POSTING, account_of
from posapp.points.state import Account, Status
from tests.points.serial import Replay, Row, by_card


def problems(*cards: UUID, programme: Programme) -> list[str]:
    """Everything that is not as it must be with these cards, the merged ones among them; nothing, when all agrees."""
    return list(Books(cards).problems(programme))


class Books:
    """All rows of some cards, read at one moment."""

    def __init__(self, cards: tuple[UUID, ...]) -> None:
        db.session.rollback()
        self.rows = {row["member_id"]: row for row in _rows(ACCOUNT, cards)}
        self.accounts = {card: account_of(row) for card, row in self.rows.items()}
        self.postings = by_card(sorted(_rows(POSTING, cards), key=lambda row: row["seq"]))
        self.entries = by_card(_rows(ENTRY, cards))
        self.claims = {row["claim_key"]: row for row in _all(CLAIM)}
        db.session.rollback()

    def problems(self, programme: Programme) -> Iterator[str]:
        for card, account in self.accounts.items():
            for found in (self._sums(account), self._lots(account), self._postings(account)):
                yield from (f"card {card}: {problem}" for problem in found)
        yield from self._contra()
        yield from self._receipts()
        yield from Replay(self.postings, programme).differences(self.accounts)

    def _sums(self, account: Account) -> Iterator[str]:
        row, entries = self.rows[account.member_id], self.entries[account.member_id]
        total = sum(entry["amount"] for entry in entries)
        owed = -sum(entry["amount"] for entry in entries if entry["lot"] == DEBT)
        held = -sum(entry["amount"] for entry in entries if entry["contra"] == "HOLD")
        checks = {
            "balance is what is left in the open lots": row["balance"] == account.balance,
            "balance less debt is the sum of the entries": account.balance - account.debt == total,
            "the debt is the sum of its own entries": account.debt == owed,
            "what is reserved is the sum of its own entries": held == sum(hold.points for hold in account.holds),
            "nothing is negative": row["balance"] >= 0 and account.debt >= 0,
            "it owns or it owes": not (account.balance and account.debt),
            "a merged card is empty": account.status is not Status.MERGED
            or not (account.lots or account.holds or account.debt),
            "it says when the next of its points lapse": row["next_due"] == account.next_due,
        }
        yield from (f"not so: {promise}" for promise, holds in checks.items() if not holds)

    def _lots(self, account: Account) -> Iterator[str]:
        """Each lot's remaining is what its entries say, between nothing and its amount, under its own terms."""
        left: dict[int, int] = defaultdict(int)
        for entry in self.entries[account.member_id]:
            left[entry["lot"]] += entry["amount"]
        openings = [entry for entry in self.entries[account.member_id] if entry["kind"]]
        if sorted(entry["lot"] for entry in openings) != list(range(1, account.lots_opened + 1)):
            yield f"{account.lots_opened} lots were not opened one after the other"
        shown = {lot.number: lot for lot in account.lots}
        for opening in openings:
            number, lot = opening["lot"], shown.pop(opening["lot"], None)
            if not 0 <= left[number] <= opening["amount"]:
                yield f"lot {number} has {left[number]} of {opening['amount']}"
            if (lot.remaining if lot else 0) != left[number]:
                yield f"lot {number}: the entries say {left[number]}, the account {lot}"
            if lot and (lot.term.available_at, lot.term.expires_at) != (opening["available_at"], opening["expires_at"]):
                yield f"lot {number} has other terms than it was given"
        yield from (f"lot {number} was never opened" for number in shown)

    def _postings(self, account: Account) -> Iterator[str]:
        """Numbered without a gap, once per key; each left what it says; a refused one moved nothing."""
        postings = self.postings[account.member_id]
        moved = Counter[UUID]()
        for entry in self.entries[account.member_id]:
            moved[entry["posting_id"]] += entry["amount"]
        if [posting["seq"] for posting in postings] != list(range(1, account.version + 1)):
            yield f"postings {[posting['seq'] for posting in postings]} for version {account.version}"
        for what in ("key", "challenge_id"):
            times = Counter(posting[what] for posting in postings if posting[what] is not None)
            yield from (f"{what} {name} was used {count} times" for name, count in times.items() if count > 1)
        total = 0
        for posting in postings:
            total += moved[posting["posting_id"]]
            if posting["balance_after"] - posting["debt_after"] != total:
                yield f"posting {posting['seq']} says {posting['balance_after']} - {posting['debt_after']}, not {total}"
            if posting["refusal"] and posting["posting_id"] in moved:
                yield f"posting {posting['seq']} was refused and moved points"

    def _contra(self) -> Iterator[str]:
        """Whatever moved from card to card, or from a lot to a debt, came from somewhere."""
        sums: dict[str, int] = defaultdict(int)
        for entries in self.entries.values():
            for entry in entries:
                sums[entry["contra"]] -= entry["amount"]
        total = sum(account.balance - account.debt for account in self.accounts.values()) + sum(sums.values())
        yield from (f"{name} comes to {sums[name]}" for name in ("MERGE", "OFFSET") if sums[name])
        if total:
            yield f"the books come to {total}"

    def _receipts(self) -> Iterator[str]:
        """Claimed once, by their own card; never more given back than spent, or taken back than earned."""
        done = [row for rows in self.postings.values() for row in rows if row["refusal"] is None]
        given, taken = Counter[UUID](), Counter[UUID]()
        for row in done:
            if row["kind"] == "return":
                given[row["about_id"]] += row["result"]["given_back"]
                taken[row["about_id"]] += row["result"]["taken_back"]
        for sale in (row for row in done if row["kind"] == "sale"):
            claim = self.claims.get(claim_key(sale["store_id"], sale["receipt"]))
            if claim is None or (claim["member_id"], claim["posting_id"]) != (sale["member_id"], sale["posting_id"]):
                yield f"receipt {sale['receipt']} is not claimed by its card"
            name, result = sale["posting_id"], sale["result"]
            if given[name] > result["redeemed"] or taken[name] > result["earned"]:
                yield f"receipt {sale['receipt']} {dict(result)}: {given[name]} given back, {taken[name]} taken back"


def _rows(table: Table, cards: tuple[UUID, ...]) -> list[Row]:
    return [dict(row) for row in db.session.execute(select(table).where(table.c.member_id.in_(cards))).mappings()]


def _all(table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(select(table)).mappings()]
