"""A sale as its returns must see it: how points and money lay over its lines, and what has come back.

Everything here is settled when the receipt is posted and stored with it, so that a later change of the programme
changes no return.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from posapp.points.lot import LotPart


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One line: its amount, the part of it paid with points (both minor units), its weight in the earning."""

    id: str
    amount_minor: int
    share_minor: int
    weight: int


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold, what was spent (in the order of spending) and what was earned."""

    day: date
    point_value_minor: int
    lines: tuple[SoldLine, ...]
    spent: tuple[LotPart, ...] = ()
    earned: int = 0
    earned_lots: tuple[int, ...] = ()

    @property
    def redeemed(self) -> int:
        return sum(part.points for part in self.spent)


@dataclass(frozen=True, slots=True)
class Returned:
    """What has come back so far, over all returns of the receipt."""

    times: int = 0
    by_line: Mapping[str, int] = field(default_factory=dict)
    given_back: int = 0
    collected: int = 0
    """Earned points dealt with: taken, owed, forgiven or kept from the money."""
    absorbed: int = 0
    """Earned points that had lapsed unspent, and so are not owed."""
    refunded_minor: int = 0
    """Money, before anything was kept for points."""
