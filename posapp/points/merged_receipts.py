"""Receipts of merged cards: what was sold on a card that is gone comes back to the card that lives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func, select

from posapp.core.db import db
from posapp.points.claims import claimed_by
from posapp.points.look_statement import latest_return
from posapp.points.lot import Contra
from posapp.points.rows import ACCOUNT, ENTRY, POSTING
from posapp.points.sold import Returned
from posapp.points.state import ReceiptState
from posapp.points.stored import returned_from_json, sold_from_json


@dataclass(frozen=True, slots=True)
class Trail:
    """What is known of a receipt's lots after following them from card to card."""

    heirs: dict[int, int]
    lapsed: int
    returned: Returned


def receipt_of_merged(member_id: UUID, store_id: UUID, receipt: str) -> ReceiptState | None:
    """The receipt, when it was sold on a card that now leads to this living one; None when it was not.

    Off the hot path: it reads from each card on the way.
    """
    claim = claimed_by(store_id, receipt)
    if claim is None or claim[0] == member_id:
        return None
    owner, sale_id = claim
    way = way_to_the_living(owner)
    if way[-1] != member_id:
        return None
    sold = sold_from_json(
        db.session.execute(
            select(POSTING.c.memory).where(POSTING.c.member_id == owner, POSTING.c.posting_id == sale_id)
        ).scalar_one()
    )
    trail = Trail({lot: lot for lot in sold.earned_lots}, 0, Returned())
    for i, card in enumerate(way):
        trail = _step(trail, card, way[i - 1] if i else None, sale_id)
    return ReceiptState(sale_id, sold, trail.returned, trail.lapsed, merged_from=owner, heirs=trail.heirs)


def way_to_the_living(member_id: UUID) -> list[UUID]:
    """The card and those it leads to, the living one last."""
    way = [member_id]
    while True:
        asked = select(ACCOUNT.c.merged_into).where(ACCOUNT.c.member_id == way[-1])
        onward = db.session.execute(asked).scalar_one_or_none()
        if onward is None:
            return way
        way.append(onward)


def _step(trail: Trail, card: UUID, before: UUID | None, sale_id: UUID) -> Trail:
    """Follow the lots to `card`, and count what lapsed and what came back there."""
    heirs = trail.heirs if before is None else _moved(trail.heirs, before, card)
    swept = select(func.coalesce(func.sum(-ENTRY.c.amount), 0)).where(
        ENTRY.c.member_id == card, ENTRY.c.lot.in_(heirs.values()), ENTRY.c.contra == Contra.EXPIRE.value
    )
    lapsed = trail.lapsed + int(db.session.execute(swept).scalar_one())
    asked = select(latest_return(ACCOUNT.c.member_id, sale_id)).where(ACCOUNT.c.member_id == card)
    memory = db.session.execute(asked).scalar_one()
    returned = trail.returned if memory is None else returned_from_json(memory)
    return replace(trail, heirs=heirs, lapsed=lapsed, returned=returned)


def _moved(heirs: dict[int, int], before: UUID, card: UUID) -> dict[int, int]:
    """The lots of `card` that hold what was in these lots of the card before."""
    asked = select(ENTRY.c.origin_lot, ENTRY.c.lot).where(
        ENTRY.c.member_id == card,
        ENTRY.c.origin_member_id == before,
        ENTRY.c.origin_lot.in_(heirs.values()),
        ENTRY.c.contra == Contra.MERGE.value,
    )
    found = {row.origin_lot: row.lot for row in db.session.execute(asked)}
    return {lot: found[there] for lot, there in heirs.items() if there in found}
