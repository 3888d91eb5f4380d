"""What may be asked of the ledger: one frozen class for each operation, and its form in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from posapp.points.receipt import Line, Receipt

Redeem = int | Literal["max"]
BonusKind = Literal["welcome", "birthday", "referral"]


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

    def body(self) -> Mapping[str, Any]:
        return {"points": self.points, "lines": _lines(self.lines)}


@dataclass(frozen=True, slots=True)
class Void:
    """Give the points of a reservation back."""

    kind = "void"
    hold: str

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

    def body(self) -> Mapping[str, Any]:
        return {"gift": self.gift}


@dataclass(frozen=True, slots=True)
class Adjust:
    """Points given (or taken, when negative) by a person, with a reason; many of them only by two persons."""

    kind = "adjust"
    points: int
    reason: str
    author: str
    approver: str | None = None
    valid_days: int | None = None

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

    def body(self) -> Mapping[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """Let a frozen card spend again."""

    kind = "unfreeze"

    def body(self) -> Mapping[str, Any]:
        return {}


Operation = Open | Sale | Return | Reserve | Void | Expire | Bonus | Adjust | Merge | Freeze | Unfreeze

KINDS = tuple(each.kind for each in (Open, Sale, Return, Reserve, Void, Expire, Bonus, Adjust, Merge, Freeze, Unfreeze))


def _lines(lines: tuple[Line, ...]) -> list[list[object]]:
    return [[line.id, line.amount_minor, line.category] for line in lines]
