"""What the entries say of lots that were joined: which may be, and whose points lie in those that were.

Off the hot path: read for a sale on a card with very many lots, for the return of a receipt whose lot was joined, and
for the return of a merged card's receipt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import and_, func, select

from posapp.core.db import db
from posapp.points.joining import Segment, Segments, share_of, without
from posapp.points.look_statement import latest_return as latest_memory
from posapp.points.lot import Contra, LotKind
from posapp.points.rows import ACCOUNT, ENTRY, POSTING
from posapp.points.state import Account, LotDefinition, ReceiptState

MERGE = Contra.MERGE.value


def joinable(account: Account) -> dict[int, LotDefinition]:
    """The open lots that receipts earned on this very card; none that was joined or moved before."""
    asked = select(ENTRY.c.lot, ENTRY.c.programme_id).where(
        ENTRY.c.member_id == account.member_id,
        ENTRY.c.lot.in_([lot.number for lot in account.lots]),
        ENTRY.c.kind == LotKind.EARN.value,
        ENTRY.c.contra == Contra.EARN.value,
    )
    return {row.lot: LotDefinition(LotKind.EARN, row.programme_id) for row in db.session.execute(asked)}


class Facts(Protocol):
    """What is known of the lots of a receipt, on each card where they lay: read from the tables, or from a book."""

    def joined_from(self, member_id: UUID, lots: Collection[int], /) -> Mapping[int, Segments]: ...

    def taken_back(self, member_id: UUID, lots: Collection[int], /) -> Mapping[int, Mapping[UUID, int]]: ...

    def swept(self, member_id: UUID, lots: Collection[int], /) -> Mapping[int, int]: ...

    def moved(self, member_id: UUID, onward: UUID, lots: Collection[int], /) -> Iterable[tuple[int, int, int]]: ...

    def latest_return(self, member_id: UUID, sale_id: UUID, /) -> Mapping[str, Any] | None: ...


def with_joined(member_id: UUID, receipt: ReceiptState, facts: Facts) -> ReceiptState:
    """The receipt of this very card, with its part of the joined lots."""
    joined = facts.joined_from(member_id, receipt.own_lots)
    taken, gone = facts.taken_back(member_id, joined), facts.swept(member_id, joined)
    shares = {
        lot: share_of(receipt.posting_id, without(segments, taken.get(lot, {})), gone.get(lot, 0))
        for lot, segments in joined.items()
    }
    return replace(receipt, own_lots=receipt.own_lots | shares.keys(), shares=shares)


def joined_from(member_id: UUID, lots: Collection[int]) -> dict[int, Segments]:
    """The lots that these were joined into on the same card, each with everybody's points as they were then."""
    left, new, old = ENTRY.alias("left"), ENTRY.alias("new"), ENTRY.alias("old")
    is_join = and_(
        new.c.member_id == left.c.member_id,
        new.c.posting_id == left.c.posting_id,
        new.c.contra == MERGE,
        new.c.kind.is_not(None),
    )
    of_these = select(left.c.posting_id).where(
        left.c.member_id == member_id, left.c.lot.in_(list(lots)), left.c.contra == MERGE, left.c.amount < 0
    )
    asked = (
        select(new.c.lot, old.c.posting_id, -left.c.amount)
        .select_from(left.join(new, is_join).join(old, and_(old.c.member_id == member_id, old.c.lot == left.c.lot)))
        .where(left.c.member_id == member_id, left.c.contra == MERGE, left.c.amount < 0)
        .where(left.c.posting_id.in_(of_these), old.c.kind.is_not(None))
        .order_by(new.c.lot, left.c.lot)
    )
    found: dict[int, Segments] = defaultdict(tuple)
    for lot, sale_id, points in db.session.execute(asked):
        found[lot] += (Segment(sale_id, points),)
    return dict(found)


def taken_back(member_id: UUID, lots: Collection[int]) -> Mapping[int, Mapping[UUID, int]]:
    """Points that returns took out of these lots, by the sale that came back."""
    asked = (
        select(ENTRY.c.lot, POSTING.c.about_id, func.sum(-ENTRY.c.amount))
        .select_from(
            ENTRY.join(
                POSTING, and_(POSTING.c.member_id == ENTRY.c.member_id, POSTING.c.posting_id == ENTRY.c.posting_id)
            )
        )
        .where(ENTRY.c.member_id == member_id, ENTRY.c.lot.in_(list(lots)), ENTRY.c.contra == Contra.TAKEBACK.value)
        .group_by(ENTRY.c.lot, POSTING.c.about_id)
    )
    found: dict[int, dict[UUID, int]] = defaultdict(dict)
    for lot, sale_id, points in db.session.execute(asked):
        found[lot][sale_id] = int(points)
    return found


def swept(member_id: UUID, lots: Collection[int]) -> Mapping[int, int]:
    """Points that lapsed out of these lots."""
    asked = (
        select(ENTRY.c.lot, func.sum(-ENTRY.c.amount))
        .where(ENTRY.c.member_id == member_id, ENTRY.c.lot.in_(list(lots)), ENTRY.c.contra == Contra.EXPIRE.value)
        .group_by(ENTRY.c.lot)
    )
    return defaultdict(int, {lot: int(points) for lot, points in db.session.execute(asked)})


def moved(member_id: UUID, onward: UUID, lots: Collection[int]) -> Iterable[tuple[int, int, int]]:
    """(lot, lot of the next card, points) of those of these lots that a merge moved there."""
    asked = select(ENTRY.c.origin_lot, ENTRY.c.lot, ENTRY.c.amount).where(
        ENTRY.c.member_id == onward,
        ENTRY.c.origin_member_id == member_id,
        ENTRY.c.origin_lot.in_(list(lots)),
        ENTRY.c.contra == MERGE,
    )
    return [(row.origin_lot, row.lot, row.amount) for row in db.session.execute(asked)]


def latest_return(member_id: UUID, sale_id: UUID) -> Mapping[str, Any] | None:
    """What the newest return of a sale on this card remembers."""
    asked = select(latest_memory(ACCOUNT.c.member_id, sale_id)).where(ACCOUNT.c.member_id == member_id)
    found: Mapping[str, Any] | None = db.session.execute(asked).scalar_one()
    return found


class InTheTables:
    """The facts as they are now."""

    joined_from = staticmethod(joined_from)
    taken_back = staticmethod(taken_back)
    swept = staticmethod(swept)
    moved = staticmethod(moved)
    latest_return = staticmethod(latest_return)


IN_THE_TABLES = InTheTables()
