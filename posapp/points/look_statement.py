"""The statement of the look: built once for each shape of request, and prepared by the database once.

Whatever is asked of one card is on its shard; the store and the programme are the same everywhere.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Label,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from posapp.points import programmes
from posapp.points.lot import Contra
from posapp.points.models import ProgrammeVersion
from posapp.points.operations import Reserve, Return, Sale
from posapp.points.rows import ACCOUNT, ACCOUNT_COLUMNS, ENTRY, POSTING, POSTING_COLUMNS, labelled
from posapp.stores.models import Store

_SALE: ColumnElement[str] = literal_column(f"'{Sale.kind}'")
"""Written out, not bound: only so does a prepared statement find the index of sales."""


class Shape(NamedTuple):
    """What a request needs beside the account."""

    receipt: bool = False
    returns: bool = False
    hold: bool = False
    challenge: bool = False


@cache
def statement(shape: Shape) -> Select[Any]:
    """One row for one card: `ACCOUNT_COLUMNS`, `POSTING_COLUMNS` of the same key after `same_`, the store's day, the
    programme in force, and what `shape` adds.
    """
    same, sale, held = POSTING.alias("same"), POSTING.alias("sale"), POSTING.alias("held")
    source = (
        ACCOUNT.join(Store, Store.id == func.coalesce(bindparam("store_id", type_=Uuid), ACCOUNT.c.store_id))
        .outerjoin(ProgrammeVersion, ProgrammeVersion.id == programmes.newest_by("latest_day"))
        .outerjoin(same, and_(same.c.member_id == ACCOUNT.c.member_id, same.c.key == bindparam("key", type_=Text)))
    )
    columns: list[Any] = [
        *labelled(ACCOUNT, ACCOUNT_COLUMNS, ""),
        *labelled(same, POSTING_COLUMNS, "same_"),
        *[Store.timezone, Store.cutover_hour],
        *[ProgrammeVersion.id.label("programme_id"), ProgrammeVersion.starts_on, ProgrammeVersion.rules],
    ]
    if shape.receipt:
        source = source.outerjoin(sale, _is_sale(sale))
        columns.append(sale.c.posting_id.label("sale_id"))
    if shape.returns:
        columns += _what_came_back(sale)
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


def _is_sale(sale: FromClause) -> ColumnElement[bool]:
    return and_(
        sale.c.member_id == ACCOUNT.c.member_id,
        sale.c.store_id == bindparam("store_id", type_=Uuid),
        sale.c.receipt == bindparam("receipt", type_=Text),
        sale.c.kind == _SALE,
        sale.c.refusal.is_(None),
    )


def _what_came_back(sale: FromClause) -> list[Label[Any]]:
    return [
        sale.c.memory.label("sold"),
        latest_return(ACCOUNT.c.member_id, sale.c.posting_id).label("returned"),
        _lapsed(sale).label("lapsed"),
        _joined(sale).label("joined"),
    ]


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
            _earns(opened),
        )
        .scalar_subquery()
    )


def _joined(sale: FromClause) -> ColumnElement[bool]:
    """Did points move out of a lot which the sale opened, into another lot of the same card?"""
    opened, left = ENTRY.alias("earned"), ENTRY.alias("left")
    moved = and_(
        left.c.member_id == opened.c.member_id,
        left.c.lot == opened.c.lot,
        left.c.contra == Contra.MERGE.value,
        left.c.amount < 0,
    )
    return (
        select(left.c.lot)
        .select_from(opened.join(left, moved))
        .where(
            opened.c.member_id == sale.c.member_id,
            opened.c.posting_id == sale.c.posting_id,
            _earns(opened),
        )
        .exists()
    )


def _earns(entry: FromClause) -> ColumnElement[bool]:
    """Did the sale earn it? What it joined on the way it opened too."""
    return or_(entry.c.contra == Contra.EARN.value, entry.c.contra == Contra.BONUS.value)


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
