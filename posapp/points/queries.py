"""What others may read of the ledger. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, func, select

from posapp.core.db import db
from posapp.points import programmes
from posapp.points.claims import claim_key, claimed_under
from posapp.points.look_statement import latest_return
from posapp.points.lot import LotKind, Term
from posapp.points.merged_receipts import way_to_the_living
from posapp.points.models import ProgrammeVersion
from posapp.points.operations import Sale
from posapp.points.posting import Posting
from posapp.points.programme import Programme
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
from posapp.stores.models import Store

HISTORY_ON_THE_CARD = 8


@dataclass(frozen=True, slots=True)
class NextExpiry:
    """Points that lapse next, and the first moment at which they are gone."""

    points: int
    at: datetime

    @property
    def last_moment(self) -> datetime:
        """The last second in which they can be spent: its local day is the one that people are told."""
        return self.at - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class NextAvailable:
    """Pending points that can be spent next, and the first moment at which they can."""

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
    next_available: NextAvailable | None
    next_expiry: NextExpiry | None
    kinds: tuple[str, ...]
    """The categories of goods that the rules in force speak of, by name; the store that opened the card says when."""
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
    categories: Mapping[str, str | None]
    """What kind of goods each line is."""

    @property
    def left_by_line(self) -> Mapping[str, int]:
        """Minor units of each line that have not come back."""
        back = self.returned.by_line
        return {line.id: line.amount_minor - back.get(line.id, 0) for line in self.sold.lines}

    @property
    def left_minor(self) -> int:
        """Minor units of goods that have not come back."""
        return sum(self.left_by_line.values())

    @property
    def is_returned_whole(self) -> bool:
        return self.returned.times > 0 and self.left_minor == 0


def account_card(member_id: UUID, at: datetime) -> AccountCard:
    """The account at a moment, in one statement. Raises NoAccount."""
    rows = db.session.execute(_account_card(member_id), {"latest_day": programmes.latest_day(at)}).mappings().all()
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
        next_available=_next_available(account, at),
        next_expiry=_next_expiry(account, at),
        kinds=_rules(rows[0], at).kinds,
        counters=account.counters,
        latest=tuple(posting_of(row, "latest_") for row in rows if row["latest_seq"] is not None),
    )


def find_sale(store_id: UUID, receipt: str) -> SaleFound:
    """A receipt by its store and number, whosever it is. Raises NoReceipt."""
    return sale_under(sale_key(store_id, receipt))


def sale_key(store_id: UUID, receipt: str) -> UUID:
    """The name of a receipt where its number must not be read, whether it was ever entered or not."""
    return claim_key(store_id, receipt)


def sale_under(key: UUID) -> SaleFound:
    """A receipt by the name that `sale_key` gives it. Raises NoReceipt."""
    claim = claimed_under(key)
    if claim is None:
        raise NoReceipt
    owner, posting_id = claim
    asked = (
        select(
            *labelled(POSTING, POSTING_COLUMNS, ""),
            POSTING.c.memory,
            POSTING.c.request,
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
    categories = {line: category for line, _, category in row["request"]["lines"]}
    return SaleFound(living, posting_of(row), sold_from_json(row["memory"]), returned_from_json(memory), categories)


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


def count_sales(member_id: UUID, day: date) -> int:
    """How many receipts were entered on a card on a day of business."""
    sold = (POSTING.c.member_id == member_id, POSTING.c.kind == Sale.kind, POSTING.c.refusal.is_(None))
    asked = select(func.count()).select_from(POSTING).where(*sold, POSTING.c.business_day == day)
    return int(db.session.execute(asked).scalar_one())


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


def _account_card(member_id: UUID) -> Select[Any]:
    """A row for each of the latest postings, or one: the account, the rules in force and its home's day with each."""
    latest = (
        select(POSTING)
        .where(POSTING.c.member_id == member_id, POSTING.c.refusal.is_(None))
        .order_by(POSTING.c.seq.desc())
        .limit(HISTORY_ON_THE_CARD)
        .subquery("latest")
    )
    return (
        select(
            *labelled(ACCOUNT, ACCOUNT_COLUMNS, ""),
            *labelled(latest, POSTING_COLUMNS, "latest_"),
            *[Store.timezone, Store.cutover_hour],
            *[ProgrammeVersion.id.label("programme_id"), ProgrammeVersion.starts_on],
        )
        .select_from(
            ACCOUNT.join(Store, Store.id == ACCOUNT.c.store_id)
            .outerjoin(ProgrammeVersion, ProgrammeVersion.id == programmes.newest_by("latest_day"))
            .outerjoin(latest, latest.c.member_id == ACCOUNT.c.member_id)
        )
        .where(ACCOUNT.c.member_id == member_id)
        .order_by(latest.c.seq.desc())
    )


def _rules(row: RowMapping, at: datetime) -> Programme:
    return programmes.known(
        row["programme_id"], row["starts_on"], timezone=row["timezone"], cutover_hour=row["cutover_hour"], at=at
    )


def _next_available(account: Account, at: datetime) -> NextAvailable | None:
    """What becomes available next of what is pending."""
    pending = [lot for lot in account.lots if lot.term.available_at > at and not lot.term.is_lapsed(at)]
    soonest = min((lot.term.available_at for lot in pending), default=None)
    if soonest is None:
        return None
    return NextAvailable(sum(lot.remaining for lot in pending if lot.term.available_at == soonest), soonest)


def _next_expiry(account: Account, at: datetime) -> NextExpiry | None:
    """What lapses next of what can be spent."""
    terms = [lot for lot in account.lots if lot.term.expires_at is not None and lot.term.is_available(at)]
    soonest = min((lot.term.expires_at for lot in terms if lot.term.expires_at), default=None)
    if soonest is None:
        return None
    return NextExpiry(sum(lot.remaining for lot in terms if lot.term.expires_at == soonest), soonest)
