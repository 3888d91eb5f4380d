"""The read of the gate: one statement brings all that a decision may need.

The account with its open lots, the store's day, the programme in force, an earlier posting of the same key, and what
was posted of the receipt or the reservation in question.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from posapp.core.db import db
from posapp.points import programmes
from posapp.points.look_statement import Shape, statement
from posapp.points.operations import Bonus, Operation, Return, Sale, Void
from posapp.points.posting import Posting
from posapp.points.programme import Programme
from posapp.points.refusals import NoAccount
from posapp.points.request import Request
from posapp.points.rows import account_of, posting_of
from posapp.points.sold import Sold
from posapp.points.state import Account, HoldOutcome, HoldState, ReceiptState, State
from posapp.points.stored import returned_from_json, sold_from_json

UNREAD = Sold(date.min, 1, ())
"""Stands for a sale of which only the existence was asked."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read, as values."""

    account: Account
    state: State
    programme: Programme
    programme_id: UUID | None
    earlier: Posting | None = None
    """The posting of the same key."""
    challenge_used: bool = False
    has_joined_lots: bool = False
    """Of a receipt that comes back: do other receipts' points lie in a lot with its own?"""


def look(request: Request, operation: Operation) -> Seen | None:
    """Read for one request; None when there is no such account."""
    hold = operation.hold if isinstance(operation, Sale | Void) else None
    shape = Shape(
        receipt=isinstance(operation, Sale | Return),
        returns=isinstance(operation, Return),
        hold=hold is not None,
        challenge=request.challenge_id is not None,
    )
    asked = {
        "member_id": request.member_id,
        "key": request.key,
        "store_id": request.store_id,
        "receipt": request.receipt,
        "hold": hold,
        "challenge_id": request.challenge_id,
    }
    due_at = operation.due_at if isinstance(operation, Bonus) else None
    return _look(shape, asked, due_at or request.at)


def look_at(member_id: UUID, *, store_id: UUID | None, at: datetime) -> Seen:
    """Read the card that lives behind this one, as a store sees it (None: its own). Raises NoAccount."""
    asked = {"member_id": member_id, "key": None, "store_id": store_id}
    seen = _look(Shape(), asked, at)
    if seen is None:
        raise NoAccount
    onward = seen.account.merged_into
    return seen if onward is None else look_at(onward, store_id=store_id, at=at)


def _look(shape: Shape, asked: dict[str, Any], at: datetime) -> Seen | None:
    """With the rules that were in force `at` that moment."""
    asked["latest_day"] = programmes.latest_day(at)
    row = db.session.execute(statement(shape), asked).mappings().first()
    if row is None:
        return None
    programme_id, programme = programmes.in_force(
        (row["programme_id"], row["starts_on"], row["rules"]),
        timezone=row["timezone"],
        cutover_hour=row["cutover_hour"],
        at=at,
    )
    account = account_of(row)
    state = State(
        account=account,
        receipt=_receipt(row, returns=shape.returns) if shape.receipt else None,
        hold=_hold(row, account) if shape.hold else None,
    )
    earlier = None if row["same_key"] is None else posting_of(row, "same_", replayed=True)
    return Seen(
        account,
        state,
        programme,
        programme_id,
        earlier,
        challenge_used=shape.challenge and row["used"] is not None,
        has_joined_lots=shape.returns and row["joined"],
    )


def _receipt(row: RowMapping, *, returns: bool) -> ReceiptState | None:
    """Of a receipt that is about to be sold, only whether it exists; of one that comes back, everything."""
    if row["sale_id"] is None:
        return None
    if not returns:
        return ReceiptState(row["sale_id"], UNREAD)
    sold = sold_from_json(row["sold"])
    own, lapsed = frozenset(sold.earned_lots), int(row["lapsed"])
    return ReceiptState(row["sale_id"], sold, returned_from_json(row["returned"]), own, lapsed)


def _hold(row: RowMapping, account: Account) -> HoldState | None:
    hold_id = row["hold_id"]
    if hold_id is None:
        return None
    if row["hold_after"] is not None:
        outcome = HoldOutcome.CAPTURED if row["hold_after"] == Sale.kind else HoldOutcome.VOID
    elif any(hold.hold_id == hold_id for hold in account.holds):
        outcome = HoldOutcome.OPEN
    else:
        outcome = HoldOutcome.RELEASED
    return HoldState(hold_id, row["held"]["points"], outcome)
