"""Saying beforehand what a return would do, by the ledger's own decision on what is so now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from posapp.core.actor import system_actor
from posapp.points.decision import Decision, Result
from posapp.points.ledger import foresee
from posapp.points.lot import LotKind, Term
from posapp.points.operations import Return
from posapp.points.request import Request

UNPOSTED = "preview"
"""In the place of a key: nothing is posted under it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Points that come back under a term of their own: they had lapsed, or lay on a card that was merged."""

    points: int
    """What the return itself leaves of them."""
    term: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a posting would be, if it were made now. Points, whole numbers."""

    result: Result
    """What it would answer, word for word."""
    debt_before: int
    debt_after: int
    spendable_after: int
    restored: tuple[Restored, ...]


def preview_return(member_id: UUID, operation: Return, *, at: datetime) -> Foreseen:
    """Raises the PointsRefusal that the return would get at this moment. One read (of a merged card more), no write.

    It promises nothing: what is true now may not be true when the return is posted.
    """
    request = Request(
        member_id=member_id,
        kind=operation.kind,
        body=operation.body(),
        key=UNPOSTED,
        actor=system_actor("preview"),
        at=at,
        store_id=operation.store_id,
        receipt=operation.receipt,
    )
    seen, decision = foresee(request, operation)
    return Foreseen(
        result=decision.result,
        debt_before=seen.account.debt,
        debt_after=decision.account.debt,
        spendable_after=decision.account.spendable(at),
        restored=_restored(decision),
    )


def _restored(decision: Decision) -> tuple[Restored, ...]:
    found = []
    for move in decision.movements:
        if move.opening is not None and move.opening.kind is LotKind.RESTORE:
            left = sum(each.amount for each in decision.movements if each.lot == move.lot)
            found.append(Restored(left, move.opening.term))
    return tuple(each for each in found if each.points)
