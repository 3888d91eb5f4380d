"""Asking beforehand: would this be refused, and what would it do? Nothing is written.

What is said promises nothing: what is true now may not be true when the code has been read aloud.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from posapp.core.ids import uuid7
from posapp.points.claims import claimed_by
from posapp.points.decide import decide
from posapp.points.decision import Decision
from posapp.points.look import Seen, look_at
from posapp.points.operations import Adjust, Merge, Operation, Redeem, Sale
from posapp.points.receipt import Receipt
from posapp.points.refusals import ReceiptExists
from posapp.points.state import State
from posapp.points.watch import Watch

ANOTHER = "another"
"""Stands for the second person, whoever it will be."""


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do. Points, whole numbers."""

    moved: int
    """Points of the emptied card that would move, reserved ones among them."""
    debt: int
    """What the emptied card owes, which would move too."""
    settled: int
    """Of that and of what the living card owes, what the points of the other would pay at once."""


def check_redeem(member_id: UUID, *, receipt: Receipt, redeem: Redeem, at: datetime, watch: Watch) -> None:
    """Raise the PointsRefusal that a proven sale of this receipt would get at this moment. Two reads."""
    if claimed_by(receipt.store_id, receipt.number) is not None:
        raise ReceiptExists
    seen = look_at(member_id, store_id=receipt.store_id, at=at)
    _decided(seen, Sale(receipt, redeem=redeem, proven=True, watch=watch), at)


def check_adjust(
    member_id: UUID, *, points: int, reason: str, author: UUID, valid_days: int | None, at: datetime
) -> None:
    """Raise the PointsRefusal that this adjustment would get at this moment, if a second person approved it."""
    seen = look_at(member_id, store_id=None, at=at)
    _decided(seen, Adjust(points, reason, str(author), ANOTHER, valid_days), at)


def preview_merge(emptied: UUID, *, into: UUID, at: datetime) -> MergePreview:
    """What merging would come to at this moment. Raises SameAccount, Frozen, NoAccount."""
    living, leaving = look_at(into, store_id=None, at=at), look_at(emptied, store_id=None, at=at)
    decision = _decided(living, Merge(emptied), at, emptied=leaving)
    settled = int(decision.result.get("debt_settled", 0))
    return MergePreview(int(decision.result["moved"]), leaving.account.debt, settled)


def _decided(seen: Seen, operation: Operation, at: datetime, *, emptied: Seen | None = None) -> Decision:
    state = State(account=seen.account, emptied=emptied.account if emptied else None)
    return decide(state, operation, seen.programme, at, posting_id=uuid7(at), member_id=seen.account.member_id)
