"""The read of the gate: one statement brings all that a decision may need.

The account with its open lots, the store's day, the programme in force, an earlier posting of the same key, and what
was posted of the receipt or the reservation in question. Statements are built once for each shape and reused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    RowMapping,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)

from posapp.core.db import db
from posapp.points import programmes
from posapp.points.lot import Contra
from posapp.points.models import ProgrammeVersion
from posapp.points.operations import Operation, Reserve, Return, Sale, Void
from posapp.points.posting import Posting
from posapp.points.programme import Programme
from posapp.points.refusals import NoAccount
from posapp.points.request import Request
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
from posapp.points.sold import Sold
from posapp.points.state import Account, HoldOutcome, HoldState, ReceiptState, State
from posapp.points.stored import returned_from_json, sold_from_json
from posapp.stores.models import Store

UNREAD = Sold(date.min, 1, ())
"""Stands for a sale of which only the existence was asked."""

_SALE: ColumnElement[str] = literal_column(f"'{Sale.kind}'")
"""Written out, not bound: only so does a prepared statement find the index of sales."""


class Shape(NamedTuple):
    """What a request needs beside the account."""

    receipt: bool = False
    returns: bool = False
    hold: bool = False
    challenge: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read, as values."""

    account: Account
    state: State
    programme: Programme
    programme_id: UUID | None
    earlier: Posting | None = None
    """The posting of the same key."""
    challenge_used: bool = False


def look(request: Request, operation: Operation) -> Seen | None:
    """Read for one request; None when there is no such account."""
    hold = operation.hold if isinstance(operation, Sale | Void) else None
    shape = Shape(
        receipt=isinstance(operation, Sale | Return),
        returns=isinstance(operation, Return),
        hold=hold is not None,
        challenge=request.challenge_id is not None,
    )
    asked = {
        "member_id": request.member_id,
        "key": request.key,
        "store_id": request.store_id,
        "receipt": request.receipt,
        "hold": hold,
        "challenge_id": request.challenge_id,
    }
    return _look(shape, asked, request.at)


def look_at(member_id: UUID, *, store_id: UUID, at: datetime) -> Seen:
    """Read the card that lives behind this one, as a store sees it. Raises NoAccount."""
    asked = {"member_id": member_id, "key": None, "store_id": store_id}
    seen = _look(Shape(), asked, at)
    if seen is None:
        raise NoAccount
    onward = seen.account.merged_into
    return seen if onward is None else look_at(onward, store_id=store_id, at=at)


def _look(shape: Shape, asked: dict[str, Any], at: datetime) -> Seen | None:
    asked["latest_day"] = programmes.latest_day(at)
    row = db.session.execute(_statement(shape), asked).mappings().first()
    if row is None:
        return None
    programme_id, programme = programmes.in_force(
        (row["programme_id"], row["starts_on"], row["rules"]),
        timezone=row["timezone"],
        cutover_hour=row["cutover_hour"],
        at=at,
    )
    account = account_of(row)
    state = State(
        account=account,
        receipt=_receipt(row, returns=shape.returns) if shape.receipt else None,
        hold=_hold(row, account) if shape.hold else None,
    )
    earlier = None if row["same_key"] is None else posting_of(row, "same_", replayed=True)
    return Seen(account, state, programme, programme_id, earlier, shape.challenge and row["used"] is not None)


@cache
def _statement(shape: Shape) -> Select[Any]:
    same, sale, held = POSTING.alias("same"), POSTING.alias("sale"), POSTING.alias("held")
    source = (
        ACCOUNT.join(Store, Store.id == func.coalesce(bindparam("store_id", type_=Uuid), ACCOUNT.c.store_id))
        .outerjoin(ProgrammeVersion, ProgrammeVersion.id == programmes.newest_by("latest_day"))
        .outerjoin(same, and_(same.c.member_id == ACCOUNT.c.member_id, same.c.key == bindparam("key", type_=Text)))
    )
    columns: list[Any] = [
        *labelled(ACCOUNT, ACCOUNT_COLUMNS, ""),
        *labelled(same, POSTING_COLUMNS, "same_"),
        Store.timezone,
        Store.cutover_hour,
        ProgrammeVersion.id.label("programme_id"),
        ProgrammeVersion.starts_on,
        ProgrammeVersion.rules,
    ]
    if shape.receipt:
        source = source.outerjoin(
            sale,
            and_(
                sale.c.member_id == ACCOUNT.c.member_id,
                sale.c.store_id == bindparam("store_id", type_=Uuid),
                sale.c.receipt == bindparam("receipt", type_=Text),
                sale.c.kind == _SALE,
                sale.c.refusal.is_(None),
            ),
        )
        columns.append(sale.c.posting_id.label("sale_id"))
    if shape.returns:
        columns += [
            sale.c.memory.label("sold"),
            latest_return(ACCOUNT.c.member_id, sale.c.posting_id).label("returned"),
            _lapsed(sale).label("lapsed"),
        ]
    if shape.hold:
        source = source.outerjoin(held, _is_hold(held))
        columns += [held.c.posting_id.label("hold_id"), held.c.memory.label("held"), _after(held).label("hold_after")]
    if shape.challenge:
        columns.append(_challenge_used().label("used"))
    return select(*columns).select_from(source).where(ACCOUNT.c.member_id == bindparam("member_id", type_=Uuid))


def latest_return(member_id: ColumnElement[UUID], sale_id: ColumnElement[UUID] | UUID) -> ScalarSelect[Any]:
    """What the newest return of a sale remembers: all that has come back of it, as far as this card knows."""
    later = POSTING.alias("later")
    return (
        select(later.c.memory)
        .where(
            later.c.member_id == member_id,
            later.c.about_id == sale_id,
            later.c.kind == Return.kind,
            later.c.refusal.is_(None),
        )
        .order_by(later.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )


def _lapsed(sale: FromClause) -> ScalarSelect[Any]:
    """Points that lapsed out of the lots which a sale opened."""
    opened, swept = ENTRY.alias("opened"), ENTRY.alias("swept")
    return (
        select(func.coalesce(func.sum(-swept.c.amount), 0))
        .select_from(
            opened.join(
                swept,
                and_(
                    swept.c.member_id == opened.c.member_id,
                    swept.c.lot == opened.c.lot,
                    swept.c.contra == Contra.EXPIRE.value,
                ),
            )
        )
        .where(
            opened.c.member_id == sale.c.member_id,
            opened.c.posting_id == sale.c.posting_id,
            opened.c.kind.is_not(None),
        )
        .scalar_subquery()
    )


def _is_hold(held: FromClause) -> ColumnElement[bool]:
    return and_(
        held.c.member_id == ACCOUNT.c.member_id,
        held.c.key == bindparam("hold", type_=Text),
        held.c.kind == Reserve.kind,
        held.c.refusal.is_(None),
    )


def _after(held: FromClause) -> ScalarSelect[Any]:
    """The kind of the posting that ended a reservation: a sale, or a void."""
    later = POSTING.alias("ending")
    return (
        select(later.c.kind)
        .where(
            later.c.member_id == held.c.member_id,
            later.c.about_id == held.c.posting_id,
            later.c.refusal.is_(None),
        )
        .order_by(later.c.seq)
        .limit(1)
        .scalar_subquery()
    )


def _challenge_used() -> ScalarSelect[Any]:
    proven = POSTING.alias("proven")
    return (
        select(proven.c.posting_id)
        .where(
            proven.c.member_id == ACCOUNT.c.member_id,
            proven.c.challenge_id == bindparam("challenge_id", type_=Uuid),
        )
        .scalar_subquery()
    )


def _receipt(row: RowMapping, *, returns: bool) -> ReceiptState | None:
    """Of a receipt that is about to be sold, only whether it exists; of one that comes back, everything."""
    if row["sale_id"] is None:
        return None
    if not returns:
        return ReceiptState(row["sale_id"], UNREAD)
    return ReceiptState(
        row["sale_id"], sold_from_json(row["sold"]), returned_from_json(row["returned"]), int(row["lapsed"])
    )


def _hold(row: RowMapping, account: Account) -> HoldState | None:
    hold_id = row["hold_id"]
    if hold_id is None:
        return None
    if row["hold_after"] is not None:
        outcome = HoldOutcome.CAPTURED if row["hold_after"] == Sale.kind else HoldOutcome.VOID
    elif any(hold.hold_id == hold_id for hold in account.holds):
        outcome = HoldOutcome.OPEN
    else:
        outcome = HoldOutcome.RELEASED
    return HoldState(hold_id, row["held"]["points"], outcome)
