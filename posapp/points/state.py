"""What a decision is made on: an account, and what is known of the receipt or the reservation in question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from posapp.points.lot import LotKind, LotPart, OpenLot
from posapp.points.sold import Returned, Sold


class Status(StrEnum):
    """Active, frozen (earns, does not spend) or merged into another card (empty, for ever)."""

    ACTIVE = "active"
    FROZEN = "frozen"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class DayCounters:
    """What an account did on its latest day of business."""

    day: date = date.min
    earn_ops: int = 0
    redeem_ops: int = 0
    redeem_points: int = 0

    def on(self, day: date) -> DayCounters:
        """The counters that a request of `day` meets. A till whose day is behind counts into the later one."""
        return self if self.day >= day else DayCounters(day)


@dataclass(frozen=True, slots=True)
class Granted:
    """The gifts that come only so often."""

    welcome: bool = False
    birthday_year: int | None = None
    """The latest calendar year of the store in which the birthday was remembered."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Points set aside for a receipt that is not finished: the parts of each lot, until `expires_at` (exclusive)."""

    hold_id: UUID
    expires_at: datetime
    parts: tuple[LotPart, ...]
    """In the order in which they would be spent."""

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class Account:
    """One member's account: the only thing that changes. Its balance is what is left in its open lots."""

    member_id: UUID
    status: Status = Status.ACTIVE
    merged_into: UUID | None = None
    lots: tuple[OpenLot, ...] = ()
    holds: tuple[Hold, ...] = ()
    debt: int = 0
    version: int = 0
    """The number of its postings."""
    lots_opened: int = 0
    counters: DayCounters = field(default_factory=DayCounters)
    granted: Granted = field(default_factory=Granted)

    @property
    def balance(self) -> int:
        """Points in open lots: spendable, pending, and lapsed but not yet swept."""
        return sum(lot.remaining for lot in self.lots)

    @property
    def next_due(self) -> datetime | None:
        """When the next lot lapses or the next reservation ends."""
        dues = [lot.term.expires_at for lot in self.lots if lot.term.expires_at is not None]
        return min(dues + [hold.expires_at for hold in self.holds], default=None)

    def spendable(self, at: datetime) -> int:
        return sum(lot.remaining for lot in self.lots if lot.term.is_available(at))

    def pending(self, at: datetime) -> int:
        return sum(lot.remaining for lot in self.lots if lot.term.available_at > at and not lot.term.is_lapsed(at))

    def lapsed_unswept(self, at: datetime) -> int:
        return sum(lot.remaining for lot in self.lots if lot.term.is_lapsed(at))


class HoldOutcome(StrEnum):
    """What became of a reservation."""

    OPEN = "open"
    CAPTURED = "captured"
    VOID = "void"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class HoldState:
    """A reservation that was made once, and what became of it."""

    hold_id: UUID
    points: int
    outcome: HoldOutcome


@dataclass(frozen=True, slots=True)
class Share:
    """A receipt's points in a lot that it shares with others: it was joined out of the lots of several receipts."""

    own: int
    behind: int
    """Points of the others that are spent after them."""
    swept: int
    """What has lapsed of the whole lot."""

    def of(self, points: int) -> int:
        """How many of the lot's last `points` are the receipt's own."""
        return min(self.own, max(0, points - self.behind))


@dataclass(frozen=True, slots=True)
class ReceiptState:
    """A sale that was posted, and what has come back of it so far."""

    posting_id: UUID
    sold: Sold
    returned: Returned = field(default_factory=Returned)
    own_lots: frozenset[int] = frozenset()
    """The lots of this card that hold what it earned."""
    lapsed: int = 0
    """Points earned by it that lapsed unspent, out of lots that are its alone."""
    shares: Mapping[int, Share] = field(default_factory=dict)
    """Its part of those own lots that hold points of other receipts too."""
    merged_from: UUID | None = None
    """The merged card on which it was sold; None: the card itself."""

    def own_part(self, lot: int, points: int) -> int:
        """How many of the last `points` of one of its lots are its own."""
        return self.shares[lot].of(points) if lot in self.shares else points

    def lapsed_unspent(self, swept_now: Mapping[int, int]) -> int:
        """Points earned by it that lapsed unspent, those among them that are being swept now, by lot."""
        alone = sum(points for lot, points in swept_now.items() if lot in self.own_lots and lot not in self.shares)
        shared = sum(share.of(share.swept + swept_now.get(lot, 0)) for lot, share in self.shares.items())
        return self.lapsed + alone + shared


@dataclass(frozen=True, slots=True)
class LotDefinition:
    """What must be known of a lot whose points move to another one."""

    kind: LotKind
    programme_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Everything that `decide` may know."""

    account: Account | None = None
    receipt: ReceiptState | None = None
    hold: HoldState | None = None
    spend_minor: int = 0
    """Paid in money for earlier receipts of the tier window, less what came back."""
    emptied: Account | None = None
    """Of a merge: the card that goes."""
    definitions: Mapping[int, LotDefinition] = field(default_factory=dict)
    """Of a merge: the open lots of the card that goes. Of a sale on a card with very many lots: what may be joined."""
