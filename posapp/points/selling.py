"""A sale: points are spent on the receipt, and what is left of it earns."""

from __future__ import annotations

from posapp.points import redeeming, refusals
from posapp.points.decision import Decision, settled
from posapp.points.earning import Earned, earn
from posapp.points.joining import join
from posapp.points.lot import Contra, LotKind, LotPart, Opening
from posapp.points.operations import Sale
from posapp.points.receipt import Line
from posapp.points.sold import Sold, SoldLine
from posapp.points.state import Account, HoldOutcome, HoldState, State
from posapp.points.stored import sold_to_json
from posapp.points.terms import earned_term
from posapp.points.worksheet import Worksheet


def sale(account: Account, state: State, operation: Sale, sheet: Worksheet) -> Decision:
    """Points of the receipt itself cannot pay for it: it is spent first, earned after."""
    if state.receipt is not None:
        raise refusals.ReceiptExists
    lines, programme = operation.receipt.lines, sheet.programme
    spent = _spend(account, state.hold, operation, sheet)
    redeemed = sum(part.points for part in spent)
    shares = redeeming.shares(lines, redeemed, programme)
    percent = programme.tier_percent(state.spend_minor) if operation.tier_pct is None else operation.tier_pct
    earned = earn_on(sheet, lines, shares, tier_percent=percent)
    join(sheet, state.definitions)
    lots = _credit(earned, sheet)
    sold = Sold(
        day=sheet.day,
        point_value_minor=programme.point_value_minor,
        lines=tuple(
            SoldLine(line.id, line.amount_minor, share, weight)
            for line, share, weight in zip(lines, shares, earned.weights, strict=True)
        ),
        spent=spent,
        earned=earned.total,
        earned_lots=lots,
    )
    paid = operation.receipt.total_minor - sum(shares)
    result: dict[str, int | str] = {"redeemed": redeemed, "earned": earned.total, "to_pay_minor": paid}
    if earned.note:
        result["earn_note"] = earned.note
    return Decision(
        sheet.account(),
        sheet.movements(),
        settled(sheet, result),
        memory=sold_to_json(sold),
        money_minor=paid,
        about_id=state.hold.hold_id if state.hold else None,
    )


def earn_on(sheet: Worksheet, lines: tuple[Line, ...], shares: tuple[int, ...], *, tier_percent: int) -> Earned:
    """What lines earn of which `shares` (minor units) are paid with points: on the rest, or on all of it where the
    programme says so.
    """
    points_count = sheet.programme.earn_on_points_part
    return earn(
        lines,
        tuple(line.amount_minor - (0 if points_count else share) for line, share in zip(lines, shares, strict=True)),
        programme=sheet.programme,
        day=sheet.day,
        tier_percent=tier_percent,
        earn_ops=sheet.counters.earn_ops,
    )


def _spend(account: Account, hold: HoldState | None, operation: Sale, sheet: Worksheet) -> tuple[LotPart, ...]:
    lines, status = operation.receipt.lines, account.status
    if operation.hold is None:
        asked = redeeming.points_to_spend(sheet, lines, operation.redeem, status=status, proven=operation.proven)
        return redeeming.spend(sheet, asked)
    if hold is None:
        raise refusals.NoHold
    if hold.outcome is HoldOutcome.CAPTURED:
        raise refusals.HoldCaptured
    if hold.outcome is HoldOutcome.VOID:
        raise refusals.HoldVoid
    held = next((each for each in sheet.holds if each.hold_id == hold.hold_id), None)
    if held is not None:
        return redeeming.capture(sheet, held, lines, status)
    # The reservation has ended by itself: spend afresh what it was for, if that can still be. The code was given then.
    late = redeeming.of_a_hold(hold.points, lines, sheet.programme)
    return redeeming.spend(sheet, redeeming.points_to_spend(sheet, lines, late, status=status, proven=True))


def _credit(earned: Earned, sheet: Worksheet) -> tuple[int, ...]:
    """Open the lots of what was earned: one for the rates, one for each campaign that gives points of its own."""
    lots = []
    if earned.total:
        sheet.count_earning()
    if earned.points:
        opening = Opening(LotKind.EARN, earned_term(sheet.programme, sheet.at))
        lots.append(sheet.open_lot(opening, earned.points, Contra.EARN))
    for gift in earned.gifts:
        opening = Opening(LotKind.BONUS, earned_term(sheet.programme, sheet.at, valid_days=gift.valid_days))
        lots.append(sheet.open_lot(opening, gift.points, Contra.BONUS))
    return tuple(lots)
