"""Many open lots become fewer: earned points of one term and one set of rules are put together in one lot.

An account's row holds its open lots and is rewritten by every posting. A card that never spends, under rules by which
points never lapse or lapse at the end of a month, would gather lots without end. Nothing that people see depends on
how points of one term are cut into lots, except which receipt's points they are when goods come back. So it is kept
how much of each sale lies in a joined lot: what is left of the lot is the end of that row, for it is spent from the
front.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from posapp.points.lot import Contra, LotKind, Opening, OpenLot, Term
from posapp.points.state import LotDefinition, Share
from posapp.points.worksheet import Worksheet

LOTS_MANY = 60
"""From so many open lots on, those of one term are joined: there the row nears two kilobytes."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Points of one sale in a joined lot. A lot's segments are in the order in which they are spent."""

    sale_id: UUID
    points: int


Segments = tuple[Segment, ...]


def are_many(lots: Collection[OpenLot], at: datetime) -> bool:
    """Are there so many lots, and any two of them of one term?"""
    if len(lots) < LOTS_MANY:
        return False
    terms = [lot.term.expires_at for lot in lots if lot.term.is_available(at)]
    return len(set(terms)) < len(terms)


def join(sheet: Worksheet, joinable: Mapping[int, LotDefinition]) -> None:
    """Join those of the `joinable` lots of which there are most of one term and one set of rules."""
    alike: dict[tuple[datetime | None, UUID | None], list[OpenLot]] = defaultdict(list)
    for lot in sheet.lots:
        if lot.number in joinable and lot.term.is_available(sheet.at):
            alike[lot.term.expires_at, joinable[lot.number].programme_id].append(lot)
    (expires_at, programme_id), lots = max(alike.items(), key=lambda each: len(each[1]), default=((None, None), []))
    if len(lots) < 2:
        return
    term = Term(max(lot.term.available_at for lot in lots), expires_at)
    taken = [sheet.take(lot.number, lot.remaining, Contra.MERGE) for lot in lots]
    opening = Opening(LotKind.EARN, term, programme_id=programme_id)
    sheet.open_lot(opening, sum(part.points for part in taken), Contra.MERGE)


def without(segments: Segments, taken_back: Mapping[UUID, int]) -> Segments:
    """The segments, less what was taken back of each sale out of their lot."""
    return tuple(replace(each, points=max(0, each.points - taken_back.get(each.sale_id, 0))) for each in segments)


def last(segments: Segments, points: int) -> Segments:
    """Their last so many points: what moves on when the lot moves to another card."""
    found: list[Segment] = []
    for each in reversed(segments):
        part = min(points, each.points)
        points -= part
        found.append(replace(each, points=part))
    return tuple(reversed(found))


def share_of(sale_id: UUID, segments: Segments, swept: int) -> Share:
    """What is one sale's in a joined lot of which `swept` points have lapsed."""
    own = sum(each.points for each in segments if each.sale_id == sale_id)
    places = [place for place, each in enumerate(segments) if each.sale_id == sale_id]
    behind = sum(each.points for each in segments[places[-1] + 1 :]) if places else 0
    return Share(own, behind, swept)
