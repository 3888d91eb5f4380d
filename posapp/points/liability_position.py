"""Where points are at the end of a day: in open lots, pending, set aside, owed; and what a day adds to that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from posapp.core.business_day import business_day
from posapp.points.liability_moves import Move
from posapp.points.lot import Contra
from posapp.stores.queries import StoreRow

NEVER = "never"
"""In the place of a month: points that do not lapse."""
ONE_SECOND = timedelta(seconds=1)


@dataclass
class Position:
    """Where the points of one store's cards are."""

    expiring: Counter[str] = field(default_factory=Counter)
    """In open lots, by the month in which they lapse, on the store's calendar."""
    maturing: Counter[str] = field(default_factory=Counter)
    """Of these the pending ones, by the first day on which they can be spent."""
    reserved: int = 0
    debt: int = 0

    @classmethod
    def of(cls, row: Mapping[str, Any] | RowMapping) -> Self:
        """The position that was kept."""
        return cls(Counter(row["expiring"]), Counter(row["maturing"]), row["reserved"], row["debt"])

    def figures(self) -> dict[str, Any]:
        """The position as it is kept."""
        return {
            "outstanding": self.expiring.total(),
            "pending": self.maturing.total(),
            "reserved": self.reserved,
            "debt": self.debt,
            "expiring": dict(self.expiring),
            "maturing": dict(self.maturing),
        }

    def end(self, day: date, moved: DayMoves) -> None:
        """Go on to the end of a day on which this moved; what can be spent after it is pending no more."""
        self.expiring.update(moved.expiring)
        self.maturing.update(moved.maturing)
        self.reserved += moved.reserved
        self.debt += moved.debt
        self.expiring = Counter({month: points for month, points in self.expiring.items() if points})
        still = {later: points for later, points in self.maturing.items() if points and later > day.isoformat()}
        self.maturing = Counter(still)


@dataclass
class DayMoves(Position):
    """What a day adds to a position, and what came and went."""

    came: Counter[Contra] = field(default_factory=Counter)
    went: Counter[Contra] = field(default_factory=Counter)

    def add(self, move: Move, store: StoreRow) -> None:
        """Take in one sum of entries."""
        amount = move.inward + move.outward
        self.came[move.contra] += move.inward
        self.went[move.contra] -= move.outward
        if move.of_debt:
            self.debt -= amount
            return
        self.expiring[_month(move.expires_at, store)] += amount
        if move.contra is Contra.HOLD:
            self.reserved -= amount
        if move.available_at is not None:
            self.maturing[day_of(move.available_at, store).isoformat()] += amount

    def flows(self) -> dict[str, int]:
        """What came to customers and went from them. Points between a lot and a debt or a reservation do neither."""
        came, went = self.came, self.went
        return {
            "issued": came[Contra.EARN] + came[Contra.BONUS] + came[Contra.ADJUST],
            "redeemed": went[Contra.REDEEM],
            "given_back": came[Contra.REDEEM],
            "taken_back": went[Contra.TAKEBACK],
            "withdrawn": went[Contra.ADJUST],
            "lapsed": went[Contra.EXPIRE],
            "moved": came[Contra.MERGE] - went[Contra.MERGE],
        }


def day_of(at: datetime, store: StoreRow) -> date:
    """The store's day of business."""
    return business_day(at, store.timezone, store.cutover_hour)


def _month(expires_at: datetime | None, store: StoreRow) -> str:
    """The month of the last moment at which they can be spent."""
    if expires_at is None:
        return NEVER
    return (expires_at - ONE_SECOND).astimezone(ZoneInfo(store.timezone)).strftime("%Y-%m")
