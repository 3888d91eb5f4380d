"""The audit of the books: every card's and every receipt's, in batches by key, with the memory of one batch.

A walk can be broken off after any batch and gone on with by anybody. Cards change meanwhile: each is looked at as it is
at one moment, and what differs is looked at once more before it is called a fault. The sums of all are of the moment at
which the walk began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from posapp.core.faults import DATABASE_AWAY
from posapp.points.book import Book, book_of, next_books
from posapp.points.book_sums import disagreements
from posapp.points.book_ties import Claims, claims_of, next_claims, unsold, untied
from posapp.points.lot import DEBT, Contra
from posapp.points.replaying import can_replay, unlike
from posapp.points.rulebook import Rulebook

REPLAYED_EVERY_NIGHTS = 30
"""A card that nobody uses is replayed once in so many nights; its sums are checked in each."""

NOTHING_OVER_ALL = (Contra.MERGE, Contra.OFFSET)
"""What only moves points from one place in the books to another."""


class Stage(StrEnum):
    """How far a walk is."""

    CARDS = "cards"
    RECEIPTS = "receipts"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Finding:
    """A card whose books do not agree, and how; no card where it is the sums of all that do not."""

    member_id: UUID | None
    faults: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A walk over all books: where it is, and what it has found so far."""

    started_at: datetime
    night: date | None = None
    replay_since: datetime | None = None
    """Cards with a posting since then are replayed, and each night's share of the others; none: all are."""
    stage: Stage = Stage.CARDS
    after: UUID | None = None
    cards: int = 0
    replayed: int = 0
    postings: int = 0
    entries: int = 0
    receipts: int = 0
    balance: int = 0
    debt: int = 0
    contra: Mapping[str, int] = field(default_factory=dict)
    """The sums of the other sides."""
    differing: int = 0
    first_member_id: UUID | None = None
    first_fault: str | None = None

    @property
    def agrees(self) -> bool:
        return self.differing == 0

    def replays(self, book: Book) -> bool:
        """Is this card's turn to be replayed?"""
        if self.replay_since is None or any(posting["at"] >= self.replay_since for posting in book.postings[-1:]):
            return True
        nights = self.night.toordinal() if self.night else 0
        return book.member_id.int % REPLAYED_EVERY_NIGHTS == nights % REPLAYED_EVERY_NIGHTS

    def with_findings(self, findings: Iterable[Finding]) -> Check:
        check = self
        for found in findings:
            check = replace(check, differing=check.differing + 1)
            if check.first_fault is None:
                check = replace(check, first_member_id=found.member_id, first_fault="; ".join(found.faults))
        return check


def step(check: Check, rules: Rulebook, *, posted_since: datetime | None = None) -> tuple[Check, list[Finding]]:
    """Look at the next batch, outside any transaction; the walk after it, and what was found in it.

    With `posted_since` only at the cards that something was posted to since, and not at the receipts of others.
    """
    if check.stage is Stage.CARDS:
        books = next_books(check.after, posted_since=posted_since)
        if books:
            return _cards(check, books, rules)
        stage = Stage.RECEIPTS if posted_since is None else Stage.OVER
        return _ended(check, stage)
    claims = next_claims(check.after)
    if not claims:
        return _ended(check, Stage.OVER)
    wrong = unsold(claims)
    findings = [Finding(each["member_id"], [wrong[each["claim_key"]]]) for each in claims if each["claim_key"] in wrong]
    further = replace(check, after=claims[-1]["claim_key"], receipts=check.receipts + len(claims))
    return further.with_findings(findings), findings


def audit_card(member_id: UUID, rules: Rulebook) -> Finding | None:
    """One card, replayed too; None when there is no such card."""
    book = book_of(member_id)
    if book is None:
        return None
    return Finding(member_id, _faults(book, claims_of([book]), rules, replay=True))


def _cards(check: Check, books: list[Book], rules: Rulebook) -> tuple[Check, list[Finding]]:
    claims, findings, contra = claims_of(books), [], Counter(check.contra)
    for book in books:
        replay = check.replays(book) and can_replay(book, rules)
        faults = _faults(book, claims, rules, replay=replay) and _once_more(book.member_id, rules, replay=replay)
        if faults:
            findings.append(Finding(book.member_id, faults))
        check = _added(check, book, contra, replayed=replay)
    further = replace(check, after=books[-1].member_id, contra=dict(contra))
    return further.with_findings(findings), findings


def _added(check: Check, book: Book, contra: Counter[str], *, replayed: bool) -> Check:
    """The sums, with what was posted to this card until the walk began."""
    counted = [posting for posting in book.postings if posting["at"] <= check.started_at]
    entries = [entry for posting in counted for entry in book.of(posting)]
    for entry in entries:
        contra[entry["contra"]] -= entry["amount"]
    return replace(
        check,
        cards=check.cards + 1,
        replayed=check.replayed + replayed,
        postings=check.postings + len(counted),
        entries=check.entries + len(entries),
        balance=check.balance + sum(entry["amount"] for entry in entries if entry["lot"] != DEBT),
        debt=check.debt - sum(entry["amount"] for entry in entries if entry["lot"] == DEBT),
    )


def _once_more(member_id: UUID, rules: Rulebook, *, replay: bool) -> list[str]:
    """The faults that are still there: a merge or a receipt may have come between the looks at two cards."""
    book = book_of(member_id)
    return ["the card is gone"] if book is None else _faults(book, claims_of([book]), rules, replay=replay)


def _faults(book: Book, claims: Claims, rules: Rulebook, *, replay: bool) -> list[str]:
    """Everything that is wrong with a book; replayed only when its sums are right."""
    try:
        found = [*disagreements(book), *untied(book, claims)]
        return found or list(_replayed(book, rules, replay=replay))
    except DATABASE_AWAY:
        raise
    except Exception as fault:  # noqa: BLE001  # a damaged row can raise anything, and must not end the walk
        return [f"it cannot be read: {type(fault).__name__}"]


def _replayed(book: Book, rules: Rulebook, *, replay: bool) -> Iterator[str]:
    if replay:
        yield from unlike(book, rules)


def _ended(check: Check, stage: Stage) -> tuple[Check, list[Finding]]:
    further = replace(check, stage=stage, after=None)
    if check.stage is not Stage.CARDS:
        return further, []
    sums = {name: check.contra.get(name, 0) for name in NOTHING_OVER_ALL}
    wrong = [f"{name} comes to {points} over all cards" for name, points in sums.items() if points]
    findings = [Finding(None, wrong)] if wrong else []
    return further.with_findings(findings), findings
