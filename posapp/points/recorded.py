"""From a stored request back to the operation that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from posapp.points.operations import (
    Adjust,
    Bonus,
    Expire,
    Freeze,
    Merge,
    Open,
    Operation,
    Reserve,
    Return,
    Sale,
    Unfreeze,
    Void,
)
from posapp.points.receipt import Line, Receipt


def operation_of(kind: str, asked: Mapping[str, Any]) -> Operation:
    """The operation whose `kind` and `body()` these are. It was accepted, so whatever had to be proven was proven."""
    match kind:
        case Open.kind:
            return Open(asked["welcome"])
        case Sale.kind:
            receipt = Receipt(UUID(asked["store"]), asked["receipt"], _lines(asked["lines"]))
            return Sale(receipt, asked["redeem"], asked["hold"], proven=True, tier_pct=asked["tier"])
        case Return.kind:
            lines = None if asked["lines"] is None else tuple((line, amount) for line, amount in asked["lines"])
            return Return(UUID(asked["store"]), asked["receipt"], lines, asked["reason"])
        case Reserve.kind:
            return Reserve(asked["points"], _lines(asked["lines"]), proven=True)
        case Void.kind:
            return Void(asked["hold"])
        case Bonus.kind:
            return Bonus.of(asked)
        case Adjust.kind:
            return Adjust(**asked)
        case Merge.kind:
            return Merge(UUID(asked["from"]))
        case Freeze.kind:
            return Freeze()
        case Unfreeze.kind:
            return Unfreeze()
        case Expire.kind:
            return Expire()
    raise ValueError(f"there is no operation {kind}")


def _lines(stored: list[Any]) -> tuple[Line, ...]:
    return tuple(Line(*line) for line in stored)
