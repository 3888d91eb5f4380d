"""Do the books agree with one another? Receipts belong to the cards that say so, merged cards lead to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select, tuple_

from posapp.core.db import db
from posapp.points.book import Book, Row, book_of, contra_sum, is_leaving
from posapp.points.claims import claim_key, claimed_by
from posapp.points.lot import Contra
from posapp.points.merged_receipts import way_to_the_living
from posapp.points.operations import Merge, Return, Sale
from posapp.points.rows import CLAIM, POSTING
from posapp.points.state import Status

RECEIPTS_OF_BATCH = 1_000

Claims = Mapping[UUID, tuple[UUID, UUID]]
"""Whose receipt it is: card and posting, by the claim's key."""


def claims_of(books: Iterable[Book]) -> Claims:
    """The claims of every receipt that was sold in these books."""
    keys = [claim_key(sale["store_id"], sale["receipt"]) for book in books for sale in _sales(book)]
    found: dict[UUID, tuple[UUID, UUID]] = {}
    for start in range(0, len(keys), RECEIPTS_OF_BATCH):
        asked = select(CLAIM).where(CLAIM.c.claim_key.in_(keys[start : start + RECEIPTS_OF_BATCH]))
        found |= {row.claim_key: (row.member_id, row.posting_id) for row in db.session.execute(asked)}
    return found


def untied(book: Book, claims: Claims) -> Iterator[str]:
    """Where a book does not agree with the claims of its receipts, or with the books of merged cards."""
    for sale in _sales(book):
        claim = claims.get(claim_key(sale["store_id"], sale["receipt"]))
        if claim != (book.member_id, sale["posting_id"]):
            yield f"posting {sale['seq']} (sale): its receipt is claimed by {'another' if claim else 'nobody'}"
    for posting in book.accepted:
        if posting["kind"] == Merge.kind:
            for fault in _merge(book, posting):
                yield f"posting {posting['seq']} (merge): {fault}"
    if book.account.status is Status.MERGED and book.accepted[-1]["kind"] != Merge.kind:
        yield "it is merged, and its last posting is no merge"
    yield from _foreign_receipts(book)


def unsold(claims: Sequence[Row]) -> dict[UUID, str]:
    """Of these claims, those of receipts that nobody has sold: the card and what is wrong there, by key."""
    names = [(claim["member_id"], claim["posting_id"]) for claim in claims]
    asked = select(*[POSTING.c[name] for name in ("member_id", "posting_id", "kind", "store_id", "receipt", "refusal")])
    found = db.session.execute(asked.where(tuple_(POSTING.c.member_id, POSTING.c.posting_id).in_(names))).all()
    sold = {
        (row.member_id, row.posting_id): claim_key(row.store_id, row.receipt)
        for row in found
        if row.kind == Sale.kind and row.refusal is None
    }
    return {
        claim["claim_key"]: "a receipt is claimed that was not sold in the posting that it names"
        for claim, name in zip(claims, names, strict=True)
        if sold.get(name) != claim["claim_key"]
    }


def next_claims(after: UUID | None) -> Sequence[Row]:
    """The next claims by key."""
    asked = select(CLAIM).order_by(CLAIM.c.claim_key).limit(RECEIPTS_OF_BATCH)
    if after is not None:
        asked = asked.where(CLAIM.c.claim_key > after)
    return [row._mapping for row in db.session.execute(asked)]


def emptied_into(book: Book, posting: Row) -> Book | None:
    """Of a merge: the book of the card that moved into this one. None when it does not lead here."""
    way = way_to_the_living(UUID(posting["request"]["from"]))
    if book.member_id not in way[1:]:
        return None
    emptied = book_of(way[way.index(book.member_id) - 1])
    return emptied if emptied and emptied.accepted[-1]["about_id"] == posting["posting_id"] else None


def _merge(book: Book, posting: Row) -> Iterator[str]:
    """What left one card arrived at the other."""
    if is_leaving(posting):
        yield from _leaving(book, posting)
        return
    emptied = emptied_into(book, posting)
    if emptied is None:
        yield "no card was emptied into it"
        return
    left, arrived = _moved(emptied, emptied.accepted[-1]), _moved(book, posting)
    if left != -arrived:
        yield f"{-left} points left a card and {arrived} arrived here"


def _leaving(book: Book, posting: Row) -> Iterator[str]:
    into = book.account.merged_into
    asked = select(POSTING.c.kind).where(POSTING.c.member_id == into, POSTING.c.posting_id == posting["about_id"])
    if into is None or UUID(posting["request"]["into"]) != into or db.session.execute(asked).scalar() != Merge.kind:
        yield "the card does not lead to the one that it was merged into"


def _moved(book: Book, posting: Row) -> int:
    return contra_sum(book.of(posting), Contra.MERGE)


def _foreign_receipts(book: Book) -> Iterator[str]:
    """Of a merged card's receipt no more comes back, on any card, than was spent or earned."""
    own = {sale["posting_id"] for sale in _sales(book)}
    returns = [each for each in book.accepted if each["kind"] == Return.kind and each["about_id"] not in own]
    for sale_id, last in {each["about_id"]: each for each in returns}.items():
        claim = claimed_by(last["store_id"], last["receipt"])
        if claim is None or claim[1] != sale_id:
            yield f"posting {last['seq']} (return): nobody has sold that receipt"
            continue
        results = POSTING.c.about_id == sale_id, POSTING.c.kind == Return.kind, POSTING.c.refusal.is_(None)
        back = select(POSTING.c.result).where(POSTING.c.member_id.in_(way_to_the_living(claim[0])), *results)
        sold = select(POSTING.c.result).where(POSTING.c.member_id == claim[0], POSTING.c.posting_id == sale_id)
        answers, sale = db.session.execute(back).scalars().all(), db.session.execute(sold).scalar_one()
        for name, most in (("given_back", "redeemed"), ("taken_back", "earned")):
            points = sum(answer.get(name, 0) for answer in answers)
            if points > sale[most]:
                yield f"posting {last['seq']} (return): {name} is {points} of {sale[most]}, over all cards"


def _sales(book: Book) -> list[Row]:
    return [posting for posting in book.accepted if posting["kind"] == Sale.kind]
