"""Asking beforehand: would this sale be refused?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from posapp.core.ids import uuid7
from posapp.points.claims import claimed_by
from posapp.points.decide import decide
from posapp.points.look import look_at
from posapp.points.operations import Redeem, Sale
from posapp.points.receipt import Receipt
from posapp.points.refusals import ReceiptExists
from posapp.points.state import State
from posapp.points.watch import Watch


def check_redeem(member_id: UUID, *, receipt: Receipt, redeem: Redeem, at: datetime, watch: Watch) -> None:
    """Raise the PointsRefusal that a proven sale of this receipt would get at this moment. Two reads, no write.

    It promises nothing: what is true now may not be true when the code has been read aloud.
    """
    if claimed_by(receipt.store_id, receipt.number) is not None:
        raise ReceiptExists
    seen = look_at(member_id, store_id=receipt.store_id, at=at)
    operation = Sale(receipt, redeem=redeem, proven=True, watch=watch)
    state = State(account=seen.account)
    decide(state, operation, seen.programme, at, posting_id=uuid7(at), member_id=seen.account.member_id)
