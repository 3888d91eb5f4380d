"""Reservations: points set aside for a receipt that is not finished, and given back when it never is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from posapp.points import redeeming, refusals
from posapp.points.decision import Decision, settled
from posapp.points.lot import Contra
from posapp.points.operations import Reserve
from posapp.points.state import Account, Hold, HoldOutcome, State
from posapp.points.worksheet import Worksheet


def reserve(account: Account, operation: Reserve, sheet: Worksheet, hold_id: UUID) -> Decision:
    """Set points aside, by all the rules of spending them; nothing is counted before they are spent."""
    points = redeeming.points_to_spend(
        sheet, operation.lines, operation.points, status=account.status, proven=operation.proven
    )
    if points == 0:
        raise refusals.BadAmount
    ends = sheet.at.replace(microsecond=0) + timedelta(minutes=sheet.programme.hold_ttl_min)
    sheet.hold(Hold(hold_id, ends, sheet.spend(points, Contra.HOLD)))
    return Decision(sheet.account(), sheet.movements(), settled(sheet, {"held": points}), memory={"points": points})


def void(state: State, sheet: Worksheet) -> Decision:
    """Give everything back, once."""
    if state.hold is None:
        raise refusals.NoHold
    if state.hold.outcome is HoldOutcome.CAPTURED:
        raise refusals.HoldCaptured
    hold = next((each for each in sheet.holds if each.hold_id == state.hold.hold_id), None)
    if hold is None:
        raise refusals.HoldVoid
    sheet.release(hold)
    sheet.sweep()
    return Decision(
        sheet.account(),
        sheet.movements(),
        settled(sheet, {"released": hold.points}),
        about_id=hold.hold_id,
    )
