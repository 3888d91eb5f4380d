"""What may be asked of the ledger: one frozen class for each operation, and its form in JSON.

What is written wrong is refused here, before anything is read: each class raises BadAmount (or ReasonRequired) for a
value that it cannot have, whoever hands it in. So what cannot be done is never stored under a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from posapp.points.campaign import MULTIPLIER_PERCENT_MAX
from posapp.points.programme import DAYS_MAX
from posapp.points.receipt import LINES_MAX, Line, Receipt, check_amount, check_lines, check_text
from posapp.points.refusals import BadAmount, ReasonRequired
from posapp.points.request import KEY_LENGTH_MAX
from posapp.points.watch import UNWATCHED, Watch

Redeem = int | Literal["max"]
BonusKind = Literal["welcome", "birthday", "referral"]
REASON_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a member's account; with the programme's welcome points when `welcome`."""

    kind = "open"
    welcome: bool = False

    def body(self) -> Mapping[str, Any]:
        return {"welcome": self.welcome}


@dataclass(frozen=True, slots=True)
class Sale:
    """A receipt: spend points on it (a number, as many as may be, or those of a reservation), earn on the rest."""

    kind = "sale"
    receipt: Receipt
    redeem: Redeem = 0
    hold: str | None = None
    """The key under which points were reserved; then `redeem` plays no part."""
    proven: bool = False
    """Was the number proven by a code for this sum and this receipt?"""
    tier_pct: int | None = None
    """The member's multiplier in percent, where somebody else keeps the tiers; none: by what was spent here."""
    watch: Watch = UNWATCHED

    def __post_init__(self) -> None:
        _check_points(self.redeem)
        if self.hold is not None:
            check_text(self.hold, length_max=KEY_LENGTH_MAX)
        if self.tier_pct is not None:
            check_amount(self.tier_pct, high=MULTIPLIER_PERCENT_MAX)

    def body(self) -> Mapping[str, Any]:
        return {
            "store": str(self.receipt.store_id),
            "receipt": self.receipt.number,
            "lines": _lines(self.receipt.lines),
            "redeem": self.redeem,
            "hold": self.hold,
            "tier": self.tier_pct,
        }


@dataclass(frozen=True, slots=True)
class Return:
    """Goods of a receipt come back: some amounts of some lines, or everything that is left of it (`lines` None)."""

    kind = "return"
    store_id: UUID
    receipt: str
    lines: tuple[tuple[str, int], ...] | None = None
    """Line id and amount in minor units."""
    reason: str | None = None

    def __post_init__(self) -> None:
        check_text(self.receipt)
        if self.reason is not None:
            _check_reason(self.reason)
        if self.lines is None:
            return
        if not 0 < len(self.lines) <= LINES_MAX:
            raise BadAmount
        for line, amount in self.lines:
            check_text(line)
            check_amount(amount, low=1)

    def body(self) -> Mapping[str, Any]:
        lines = None if self.lines is None else [list(line) for line in self.lines]
        return {"store": str(self.store_id), "receipt": self.receipt, "lines": lines, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Reserve:
    """Set points aside for a receipt that is not finished."""

    kind = "hold"
    points: Redeem
    lines: tuple[Line, ...]
    proven: bool = False

    def __post_init__(self) -> None:
        _check_points(self.points)
        check_lines(self.lines)

    def body(self) -> Mapping[str, Any]:
        return {"points": self.points, "lines": _lines(self.lines)}


@dataclass(frozen=True, slots=True)
class Void:
    """Give the points of a reservation back."""

    kind = "void"
    hold: str

    def __post_init__(self) -> None:
        check_text(self.hold, length_max=KEY_LENGTH_MAX)

    def body(self) -> Mapping[str, Any]:
        return {"hold": self.hold}


@dataclass(frozen=True, slots=True)
class Expire:
    """Sweep what has lapsed and end what was reserved too long."""

    kind = "expire"

    def body(self) -> Mapping[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class Bonus:
    """A gift that comes only so often."""

    kind = "bonus"
    gift: BonusKind
    due_at: datetime | None = None
    """When it fell due, where it is given later: the rules and the calendar year of that moment count."""

    def body(self) -> Mapping[str, Any]:
        return {"gift": self.gift} | ({"due": self.due_at.isoformat()} if self.due_at else {})

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Bonus:
        """The operation whose `body()` this is."""
        return cls(body["gift"], datetime.fromisoformat(body["due"]) if "due" in body else None)


@dataclass(frozen=True, slots=True)
class Adjust:
    """Points given (or taken, when negative) by a person, with a reason; many of them only by two persons."""

    kind = "adjust"
    points: int
    reason: str
    author: str
    approver: str | None = None
    valid_days: int | None = None
    watch: Watch = UNWATCHED

    def __post_init__(self) -> None:
        _check_reason(self.reason)
        check_amount(abs(self.points) if type(self.points) is int else self.points, low=1)
        if self.valid_days is not None:
            check_amount(self.valid_days, low=1, high=DAYS_MAX)

    def body(self) -> Mapping[str, Any]:
        return {
            "points": self.points,
            "reason": self.reason,
            "author": self.author,
            "approver": self.approver,
            "valid_days": self.valid_days,
        }


@dataclass(frozen=True, slots=True)
class Merge:
    """Move everything of another card here; that card is empty afterwards and leads here."""

    kind = "merge"
    emptied: UUID

    def body(self) -> Mapping[str, Any]:
        return {"from": str(self.emptied)}


@dataclass(frozen=True, slots=True)
class Freeze:
    """Let the card earn, but not spend."""

    kind = "freeze"
    reason: str | None = None

    def body(self) -> Mapping[str, Any]:
        return {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """Let a frozen card spend again."""

    kind = "unfreeze"
    reason: str | None = None

    def body(self) -> Mapping[str, Any]:
        return {"reason": self.reason}


Operation = Open | Sale | Return | Reserve | Void | Expire | Bonus | Adjust | Merge | Freeze | Unfreeze

KINDS = tuple(each.kind for each in (Open, Sale, Return, Reserve, Void, Expire, Bonus, Adjust, Merge, Freeze, Unfreeze))


def _check_points(points: object) -> None:
    """Raises BadAmount unless these are points that may be spent: none, some, or as many as may be."""
    if points != "max":
        check_amount(points)


def _check_reason(reason: object) -> None:
    """Raises ReasonRequired unless somebody can read it later. Lines may break in it."""
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise ReasonRequired
    if not all(part.isprintable() for part in reason.replace("\t", " ").splitlines()):
        raise ReasonRequired


def _lines(lines: tuple[Line, ...]) -> list[list[object]]:
    return [[line.id, line.amount_minor, line.category] for line in lines]
