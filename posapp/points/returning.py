"""Goods come back: points that were spent return to their lots, points that were earned are taken back.

Every figure is worked out on all that has come back of the receipt so far and floored on that total, less what was
settled before; so any split of a return gives exactly what the whole gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from posapp.points import refusals
from posapp.points.decision import Decision, settled
from posapp.points.lot import Contra, LotKind, LotPart, Opening, Origin
from posapp.points.operations import Return
from posapp.points.sold import Returned, Sold
from posapp.points.state import ReceiptState, State
from posapp.points.stored import returned_to_json
from posapp.points.terms import given_term
from posapp.points.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Totals:
    """What is due after so much of a receipt has come back, over all of its returns."""

    give_back: int
    take_back: int
    refund_minor: int


@dataclass(frozen=True, slots=True)
class Collected:
    """How the earned points of one return were dealt with; `uncollected` are forgiven or kept from the money."""

    taken: int
    absorbed: int
    uncollected: int


def return_goods(state: State, operation: Return, sheet: Worksheet) -> Decision:
    """Give back first, so that what comes back can be taken for what was earned, and pays the debt."""
    receipt = state.receipt
    if receipt is None:
        raise refusals.NoReceipt
    _check_window(receipt.sold, sheet)
    by_line = _returned_lines(receipt, operation)
    before, due = receipt.returned, totals(receipt.sold, by_line)
    lapsed = _give_back(receipt, due.give_back, sheet)
    refund = due.refund_minor - before.refunded_minor
    collected = _take_back(receipt, due.take_back, sheet)
    deducted = 0
    if sheet.programme.negative_policy == "refund":
        deducted = min(collected.uncollected * receipt.sold.point_value_minor, refund)
    result: dict[str, int | str] = {"given_back": due.give_back - before.given_back, "taken_back": collected.taken}
    extra = {"lapsed": lapsed, "uncollected": collected.uncollected, "deducted_minor": deducted}
    result |= {name: value for name, value in extra.items() if value}
    result["refund_minor"] = refund - deducted
    return Decision(
        sheet.account(),
        sheet.movements(),
        settled(sheet, result),
        memory=returned_to_json(_after(before, by_line, due, collected)),
        money_minor=-refund,
        about_id=receipt.posting_id,
    )


def totals(sold: Sold, by_line: Mapping[str, int]) -> Totals:
    """What is due when so many minor units of each line have come back, from the beginning."""
    came_back = {
        line.id: Fraction(by_line.get(line.id, 0), line.amount_minor) for line in sold.lines if line.amount_minor
    }
    lines = [line for line in sold.lines if line.amount_minor]
    points_money = sum((line.share_minor * came_back[line.id] for line in lines), Fraction(0))
    money = sum(((line.amount_minor - line.share_minor) * came_back[line.id] for line in lines), Fraction(0))
    weight = sum(line.weight for line in lines)
    gone = sum((line.weight * came_back[line.id] for line in lines), Fraction(0))
    kept = int(sold.earned * (weight - gone) / weight) if weight else sold.earned
    return Totals(int(points_money / sold.point_value_minor), sold.earned - kept, int(money))


def _check_window(sold: Sold, sheet: Worksheet) -> None:
    window = sheet.programme.return_window_days
    if window is not None and (sheet.day - sold.day).days > window:
        raise refusals.TooLate(days=window)


def _returned_lines(receipt: ReceiptState, operation: Return) -> dict[str, int]:
    """Minor units of each line that have come back, this return among them."""
    before = receipt.returned.by_line
    bought = {line.id: line.amount_minor for line in receipt.sold.lines}
    if operation.lines is None:
        if receipt.returned.times and all(before.get(line, 0) == amount for line, amount in bought.items()):
            raise refusals.OverReturn
        return bought
    after = dict(before)
    for line, amount in operation.lines:
        after[line] = after.get(line, 0) + amount
        if after[line] > bought.get(line, 0):
            raise refusals.OverReturn
    return after


def _give_back(receipt: ReceiptState, total: int, sheet: Worksheet) -> int:
    """Give spent points back to the lots last consumed first; gives how many of them have lapsed for good."""
    late = 0
    for part in _last_consumed(receipt.sold.spent, receipt.returned.given_back, total):
        if part.term.is_lapsed(sheet.at):
            late += part.points
        elif receipt.merged_from is None:
            sheet.put_back(part, Contra.REDEEM)
        else:
            origin = Origin(receipt.merged_from, part.lot)
            sheet.open_lot(Opening(LotKind.RESTORE, part.term, origin), part.points, Contra.REDEEM)
    grace = sheet.programme.restore_grace_days
    if late and grace:
        term = given_term(sheet.programme, sheet.at, valid_days=grace)
        sheet.open_lot(Opening(LotKind.RESTORE, term), late, Contra.REDEEM)
        return 0
    return late


def _last_consumed(spent: tuple[LotPart, ...], before: int, total: int) -> list[LotPart]:
    """The points from the `before`-th to the `total`-th, counted from the end of what was spent."""
    found, passed = [], 0
    for part in reversed(spent):
        points = min(passed + part.points, total) - max(passed, before)
        passed += part.points
        if points > 0:
            found.append(LotPart(part.lot, points, part.term))
    return found


def _take_back(receipt: ReceiptState, total: int, sheet: Worksheet) -> Collected:
    """Take earned points from the receipt's own lots, then from the others; what lapsed unspent is not owed."""
    before = receipt.returned
    due = total - before.collected - before.absorbed
    taken = 0
    for lot in [lot for lot in sheet.lots if lot.number in receipt.own_lots]:
        part = min(due - taken, receipt.own_part(lot.number, lot.remaining))
        taken += _sum(sheet.take_from([lot], part, Contra.TAKEBACK))
    lapsed = receipt.lapsed_unspent(sheet.expired)
    absorbed = min(due - taken, max(0, lapsed - before.absorbed))
    taken += _sum(sheet.take_from(sheet.lots, due - taken - absorbed, Contra.TAKEBACK))
    missing = due - taken - absorbed
    if missing and sheet.programme.negative_policy == "debt":
        sheet.owe(missing, Contra.TAKEBACK)
        return Collected(taken + missing, absorbed, 0)
    return Collected(taken, absorbed, missing)


def _sum(parts: tuple[LotPart, ...]) -> int:
    return sum(part.points for part in parts)


def _after(before: Returned, by_line: Mapping[str, int], due: Totals, collected: Collected) -> Returned:
    return Returned(
        times=before.times + 1,
        by_line=dict(by_line),
        given_back=due.give_back,
        collected=before.collected + collected.taken + collected.uncollected,
        absorbed=before.absorbed + collected.absorbed,
        refunded_minor=due.refund_minor,
    )
