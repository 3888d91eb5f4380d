"""What a decision came to: the account afterwards, the movements, the answer, and what later requests must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from posapp.points.lot import Movement
from posapp.points.state import Account
from posapp.points.watch import Suspicion
from posapp.points.worksheet import Worksheet

Result = Mapping[str, int | str]
"""The answer as it is stored and given: whole numbers and words by name."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One posting, ready to be written."""

    account: Account
    movements: tuple[Movement, ...]
    result: Result = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    """JSON that a later return, capture or void reads."""
    money_minor: int = 0
    """Paid in money; negative when goods came back."""
    about_id: UUID | None = None
    """The posting that this one undoes, captures or voids."""
    emptied: Decision | None = None
    """Of a merge: the posting on the card that goes."""
    suspicions: tuple[Suspicion, ...] = ()
    """What the managers shall hear of it."""


def settled(sheet: Worksheet, result: Result) -> Result:
    """The result, with the debt that was paid on the way."""
    return {**result, "debt_settled": sheet.settled} if sheet.settled else result
