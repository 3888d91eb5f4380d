"""Does a book agree with itself? Everything that an account says is worked out anew from its entries and postings.

Each check gives sentences: what the book says, and what it ought to say. A book that agrees gives none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from posapp.points.book import Book, Row, contra_sum
from posapp.points.book_lots import Lots, holds, open_lots
from posapp.points.lot import DEBT, Contra
from posapp.points.operations import Adjust, Bonus, Expire, Merge, Open, Return, Sale
from posapp.points.request import fingerprint_of
from posapp.points.state import Status


def disagreements(book: Book) -> Iterator[str]:
    """Where a book does not agree with itself, the earliest posting first."""
    lots = Lots()
    yield from _numbers(book)
    for posting in book.postings:
        for fault in (*lots.add(book.of(posting)), *_posting(book, posting, lots)):
            yield f"posting {posting['seq']} ({posting['kind']}): {fault}"
    yield from _account(book, lots)
    yield from open_lots(book, lots)
    yield from holds(book, lots)
    yield from _receipts(book)


def _numbers(book: Book) -> Iterator[str]:
    """Postings count from one to the account's version, and entries belong to them."""
    seqs, version = [posting["seq"] for posting in book.postings], book.row["version"]
    if version != len(seqs):
        yield f"version: the account says {version}, it has {len(seqs)} postings"
    if seqs != list(range(1, len(seqs) + 1)):
        missing = sorted(set(range(1, max(seqs, default=0) + 1)) - set(seqs))
        yield f"postings: number {missing[0] if missing else seqs[0]} is missing"
    strange = book.entries.keys() - {posting["posting_id"] for posting in book.postings}
    if strange:
        yield f"entries: {len(strange)} postings of them are missing"


def _posting(book: Book, posting: Row, lots: Lots) -> Iterator[str]:
    """What a posting says it came to, and what its entries say."""
    if posting["refusal"] is not None and book.of(posting):
        yield "it was refused and moves points"
    if bytes(posting["fingerprint"]) != fingerprint_of(posting["kind"], posting["request"]):
        yield "the request is not the one that was made"
    told = {
        "balance_after": lots.balance,
        "debt_after": lots.debt,
        "spendable_after": lots.spendable(posting["at"]),
    }
    for name, found in told.items():
        if posting[name] != found:
            yield f"{name}: it says {posting[name]}, the entries {found}"
    if posting["refusal"] is None:
        for name, found in _answer(book, posting).items():
            said = posting["money_minor"] if name == "money_minor" else posting["result"].get(name, 0)
            if said != found:
                yield f"{name}: it says {said}, the entries {found}"


def _answer(book: Book, posting: Row) -> dict[str, int]:
    """What the stored answer must be, as far as entries can tell."""
    entries, result = book.of(posting), posting["result"]
    told = {} if "debt_settled" not in result else {"debt_settled": _settled(entries)}
    match posting["kind"]:
        case Sale.kind:
            earned = contra_sum(entries, Contra.EARN, Contra.BONUS)
            told |= {"redeemed": -contra_sum(entries, Contra.REDEEM), "earned": earned}
            told |= {"money_minor": result.get("to_pay_minor", 0)}
        case Return.kind:
            given_back = contra_sum(entries, Contra.REDEEM) + result.get("lapsed", 0)
            told |= {"given_back": given_back, "taken_back": -contra_sum(entries, Contra.TAKEBACK)}
            told |= {"money_minor": -result.get("refund_minor", 0) - result.get("deducted_minor", 0)}
        case Open.kind | Bonus.kind:
            told |= {"granted": contra_sum(entries, Contra.BONUS)}
        case Adjust.kind:
            told |= {"adjusted": contra_sum(entries, Contra.ADJUST)}
        case Expire.kind:
            told |= {"expired": -contra_sum(entries, Contra.EXPIRE)}
        case Merge.kind:
            moved = [entry for entry in entries if entry["lot"] != DEBT]
            told |= {"moved": contra_sum(moved, Contra.MERGE)}
    return told


def _settled(entries: Sequence[Row]) -> int:
    return contra_sum([entry for entry in entries if entry["lot"] == DEBT], Contra.OFFSET)


def _account(book: Book, lots: Lots) -> Iterator[str]:
    """The account's own figures."""
    row, account = book.row, book.account
    entries = [entry for some in book.entries.values() for entry in some]
    figures = {
        "balance": (row["balance"], lots.balance),
        "debt": (row["debt"], lots.debt),
        "lots_opened": (row["lots_opened"], max(lots.openings, default=0)),
        "offset": (contra_sum(entries, Contra.OFFSET), 0),
        "next_due": (row["next_due"] and row["next_due"].replace(microsecond=0), account.next_due),
    }
    for name, (said, found) in figures.items():
        if said != found:
            yield f"{name}: the account says {said}, its books {found}"
    if row["balance"] and row["debt"]:
        yield "it owns and owes at once"
    if account.status is Status.MERGED and (account.lots or account.holds or row["balance"] or row["debt"]):
        yield "it is merged and not empty"


def _receipts(book: Book) -> Iterator[str]:
    """Never more is given back than was spent, or taken back than was earned, over all returns on this card."""
    sales = {posting["posting_id"]: posting for posting in book.accepted if posting["kind"] == Sale.kind}
    back: dict[tuple[object, str], int] = defaultdict(int)
    for posting in book.accepted:
        if posting["kind"] == Return.kind and posting["about_id"] in sales:
            for name in ("given_back", "taken_back"):
                back[posting["about_id"], name] += posting["result"].get(name, 0)
    for (sale_id, name), points in back.items():
        sale = sales[sale_id]
        most = sale["result"].get("redeemed" if name == "given_back" else "earned", 0)
        if points > most:
            yield f"{name}: of the sale in posting {sale['seq']} {points} of {most}"
