"""What others may read of the ledger. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, select

from posapp.core.db import db
from posapp.points.claims import claimed_by
from posapp.points.look_statement import latest_return
from posapp.points.lot import LotKind, Term
from posapp.points.merged_receipts import way_to_the_living
from posapp.points.posting import Posting
from posapp.points.refusals import NoAccount, NoReceipt
from posapp.points.rows import (
    ACCOUNT,
    ACCOUNT_COLUMNS,
    ENTRY,
    POSTING,
    POSTING_COLUMNS,
    account_of,
    labelled,
    posting_of,
)
from posapp.points.sold import Returned, Sold
from posapp.points.state import Account, DayCounters, Status
from posapp.points.stored import returned_from_json, sold_from_json

HISTORY_ON_THE_CARD = 8


@dataclass(frozen=True, slots=True)
class NextExpiry:
    """Points that lapse next, and the first moment at which they are gone."""

    points: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """An account as a till shows it. Points, whole numbers."""

    member_id: UUID
    """The card that lives, where the one asked for was merged."""
    status: Status
    spendable: int
    pending: int
    debt: int
    next_expiry: NextExpiry | None
    counters: DayCounters
    """What it did on its latest day of business; ask it `on` a day."""
    latest: tuple[Posting, ...]
    """The latest postings that were not refused, newest first."""


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with something left in it, and the term on which it was given."""

    number: int
    kind: LotKind
    amount: int
    remaining: int
    term: Term


@dataclass(frozen=True, slots=True)
class SaleFound:
    """A receipt that was entered, the card that it now belongs to, and what has come back of it."""

    member_id: UUID
    posting: Posting
    sold: Sold
    returned: Returned

    @property
    def left_minor(self) -> int:
        """Minor units of goods that have not come back."""
        return sum(line.amount_minor for line in self.sold.lines) - sum(self.returned.by_line.values())

    @property
    def is_returned_whole(self) -> bool:
        return self.returned.times > 0 and self.left_minor == 0


def account_card(member_id: UUID, at: datetime) -> AccountCard:
    """The account at a moment, in one statement. Raises NoAccount."""
    latest = (
        select(POSTING)
        .where(POSTING.c.member_id == member_id, POSTING.c.refusal.is_(None))
        .order_by(POSTING.c.seq.desc())
        .limit(HISTORY_ON_THE_CARD)
        .subquery("latest")
    )
    asked = (
        select(*labelled(ACCOUNT, ACCOUNT_COLUMNS, ""), *labelled(latest, POSTING_COLUMNS, "latest_"))
        .select_from(ACCOUNT.outerjoin(latest, latest.c.member_id == ACCOUNT.c.member_id))
        .where(ACCOUNT.c.member_id == member_id)
        .order_by(latest.c.seq.desc())
    )
    rows = db.session.execute(asked).mappings().all()
    if not rows:
        raise NoAccount
    account = account_of(rows[0])
    if account.merged_into is not None:
        return account_card(account.merged_into, at)
    return AccountCard(
        member_id=account.member_id,
        status=account.status,
        spendable=account.spendable(at),
        pending=account.pending(at),
        debt=account.debt,
        next_expiry=_next_expiry(account, at),
        counters=account.counters,
        latest=tuple(posting_of(row, "latest_") for row in rows if row["latest_seq"] is not None),
    )


def find_sale(store_id: UUID, receipt: str) -> SaleFound:
    """A receipt by its store and number, whosever it is. Raises NoReceipt."""
    claim = claimed_by(store_id, receipt)
    if claim is None:
        raise NoReceipt
    owner, posting_id = claim
    asked = (
        select(
            *labelled(POSTING, POSTING_COLUMNS, ""),
            POSTING.c.memory,
            latest_return(POSTING.c.member_id, POSTING.c.posting_id).label("returned"),
            ACCOUNT.c.merged_into,
        )
        .select_from(POSTING.join(ACCOUNT, ACCOUNT.c.member_id == POSTING.c.member_id))
        .where(POSTING.c.member_id == owner, POSTING.c.posting_id == posting_id)
    )
    row = db.session.execute(asked).mappings().one()
    living, memory = owner, row["returned"]
    if row["merged_into"] is not None:
        living = way_to_the_living(owner)[-1]
        here = select(latest_return(ACCOUNT.c.member_id, posting_id)).where(ACCOUNT.c.member_id == living)
        memory = db.session.execute(here).scalar_one() or memory
    return SaleFound(living, posting_of(row), sold_from_json(row["memory"]), returned_from_json(memory))


def posting(member_id: UUID, posting_id: UUID) -> Posting | None:
    """One posting of a card; None when it has none of this name."""
    asked = _postings().where(POSTING.c.member_id == member_id, POSTING.c.posting_id == posting_id)
    row = db.session.execute(asked).mappings().first()
    return None if row is None else posting_of(row)


def history(member_id: UUID, *, before_seq: int | None = None, limit: int = 20, refused: bool = False) -> list[Posting]:
    """Postings of a card before `before_seq`, newest first; the refused ones only when asked for."""
    asked = _postings().where(POSTING.c.member_id == member_id).order_by(POSTING.c.seq.desc()).limit(limit)
    if before_seq is not None:
        asked = asked.where(POSTING.c.seq < before_seq)
    if not refused:
        asked = asked.where(POSTING.c.refusal.is_(None))
    return [posting_of(row) for row in db.session.execute(asked).mappings()]


def open_lots(member_id: UUID) -> list[LotRow]:
    """The lots of a card with something left in them, by number, with kind and face amount."""
    opened = and_(ENTRY.c.member_id == ACCOUNT.c.member_id, ENTRY.c.kind.is_not(None))
    asked = (
        select(*labelled(ACCOUNT, ACCOUNT_COLUMNS, ""), ENTRY.c.lot, ENTRY.c.kind, ENTRY.c.amount)
        .select_from(ACCOUNT.outerjoin(ENTRY, opened))
        .where(ACCOUNT.c.member_id == member_id)
    )
    rows = db.session.execute(asked).mappings().all()
    if not rows:
        raise NoAccount
    definitions = {row["lot"]: row for row in rows}
    return [
        LotRow(
            lot.number,
            LotKind(definitions[lot.number]["kind"]),
            definitions[lot.number]["amount"],
            lot.remaining,
            lot.term,
        )
        for lot in account_of(rows[0]).lots
    ]


def _postings() -> Select[tuple[object, ...]]:
    return select(*labelled(POSTING, POSTING_COLUMNS, ""))


def _next_expiry(account: Account, at: datetime) -> NextExpiry | None:
    """What lapses next of what can be spent."""
    terms = [lot for lot in account.lots if lot.term.expires_at is not None and lot.term.is_available(at)]
    soonest = min((lot.term.expires_at for lot in terms if lot.term.expires_at), default=None)
    if soonest is None:
        return None
    return NextExpiry(sum(lot.remaining for lot in terms if lot.term.expires_at == soonest), soonest)
