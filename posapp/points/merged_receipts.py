"""Receipts of merged cards: what was sold on a card that is gone comes back to the card that lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import db
from posapp.points.claims import claimed_by
from posapp.points.joined_lots import IN_THE_TABLES, Facts
from posapp.points.joining import Segments, last, share_of, without
from posapp.points.rows import ACCOUNT, POSTING
from posapp.points.sold import Returned, Sold
from posapp.points.state import ReceiptState
from posapp.points.stored import returned_from_json, sold_from_json

Lots = Mapping[int, Segments | None]
"""Lots of one card that hold what a receipt earned; of those that other receipts share, everybody's points."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What is known of a receipt on one card of the way: its lots there, what lapsed before, what came back."""

    lots: Lots
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
    return followed(sale_id, sold, way, IN_THE_TABLES)


def followed(sale_id: UUID, sold: Sold, way: Sequence[UUID], facts: Facts) -> ReceiptState:
    """The receipt on the last card of the way, its lots followed from the first one, on which it was sold."""
    lots: dict[int, Segments | None] = dict.fromkeys(sold.earned_lots)
    trail = Trail(lots | dict(facts.joined_from(way[0], lots)), 0, Returned())
    for card, onward in pairwise(way):
        trail = _moved(_known(trail, card, sale_id, facts), card, onward, sale_id, facts)
    trail = _known(trail, way[-1], sale_id, facts)
    gone = facts.swept(way[-1], trail.lots)
    return ReceiptState(
        sale_id,
        sold,
        trail.returned,
        frozenset(trail.lots),
        trail.lapsed + sum(gone.get(lot, 0) for lot, segments in trail.lots.items() if segments is None),
        {lot: share_of(sale_id, parts, gone.get(lot, 0)) for lot, parts in trail.lots.items() if parts is not None},
        merged_from=way[0],
    )


def way_to_the_living(member_id: UUID) -> list[UUID]:
    """The card and those it leads to, the living one last."""
    way = [member_id]
    while True:
        asked = select(ACCOUNT.c.merged_into).where(ACCOUNT.c.member_id == way[-1])
        onward = db.session.execute(asked).scalar_one_or_none()
        if onward is None:
            return way
        way.append(onward)


def _known(trail: Trail, card: UUID, sale_id: UUID, facts: Facts) -> Trail:
    """What happened on one card of the way: what came back there, and what that took out of shared lots."""
    memory, taken = facts.latest_return(card, sale_id), facts.taken_back(card, trail.lots)
    lots = {lot: None if parts is None else without(parts, taken.get(lot, {})) for lot, parts in trail.lots.items()}
    return replace(trail, lots=lots, returned=trail.returned if memory is None else returned_from_json(memory))


def _moved(trail: Trail, card: UUID, onward: UUID, sale_id: UUID, facts: Facts) -> Trail:
    """The lots of the next card that hold what was left of these; what lapsed before is gone for good."""
    gone, lapsed = facts.swept(card, trail.lots), trail.lapsed
    for lot, parts in trail.lots.items():
        lapsed += gone.get(lot, 0) if parts is None else share_of(sale_id, parts, 0).of(gone.get(lot, 0))
    lots: dict[int, Segments | None] = {}
    for there, here, amount in facts.moved(card, onward, trail.lots):
        parts = trail.lots[there]
        lots[here] = None if parts is None else last(parts, amount)
    return replace(trail, lots=lots, lapsed=lapsed)
