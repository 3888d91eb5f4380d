"""Points that no receipt earned: the gifts of the programme, and what people adjust."""

from __future__ import annotations

from dataclasses import replace

from posapp.points import refusals, watch
from posapp.points.decision import Decision, settled
from posapp.points.lot import Contra, LotKind, Opening
from posapp.points.operations import Adjust, Bonus, BonusKind
from posapp.points.state import Account, Granted
from posapp.points.terms import given_term
from posapp.points.worksheet import Worksheet


def give_bonus(account: Account, operation: Bonus, sheet: Worksheet) -> Decision:
    """Welcome once ever, birthday once in a calendar year of the store, referral as often as friends come."""
    granted = _granted(account.granted, operation, sheet)
    points = credit_gift(operation.gift, sheet)
    result = settled(sheet, {"granted": points})
    return Decision(replace(sheet.account(), granted=granted), sheet.movements(), result)


def credit_gift(gift: BonusKind, sheet: Worksheet) -> int:
    """Open the lot of a gift; gives its points, which the programme may have set to none."""
    programme = sheet.programme
    points, valid_days = {
        "welcome": (programme.welcome_points, programme.welcome_valid_days),
        "birthday": (programme.birthday_points, programme.birthday_valid_days),
        "referral": (programme.referral_points, programme.referral_valid_days),
    }[gift]
    if points:
        term = given_term(programme, sheet.at, valid_days=valid_days)
        sheet.open_lot(Opening(LotKind(gift), term), points, Contra.BONUS)
    return points


def adjust(operation: Adjust, sheet: Worksheet) -> Decision:
    """Give or take points with a reason; beyond the limit of one person, a second one approves."""
    points, limit = operation.points, sheet.programme.adjust_solo_limit
    watch.stop_own_card(operation.watch)
    if abs(points) > limit and (not operation.approver or operation.approver == operation.author):
        raise refusals.ApprovalRequired(limit=limit)
    if points > 0:
        term = given_term(sheet.programme, sheet.at, valid_days=operation.valid_days)
        sheet.open_lot(Opening(LotKind.ADJUST, term), points, Contra.ADJUST)
    elif -points > sheet.balance:
        raise refusals.InsufficientPoints(spendable=sheet.balance)
    else:
        sheet.take_from(sheet.lots, -points, Contra.ADJUST)
    return Decision(sheet.account(), sheet.movements(), settled(sheet, {"adjusted": points}))


def _granted(granted: Granted, operation: Bonus, sheet: Worksheet) -> Granted:
    """What has been given, after this. Raises Already when it was given before."""
    if operation.gift == "welcome":
        if granted.welcome:
            raise refusals.Already
        return replace(granted, welcome=True)
    if operation.gift == "birthday":
        year = sheet.calendar_year(operation.due_at or sheet.at)
        if granted.birthday_year is not None and granted.birthday_year >= year:
            raise refusals.Already
        return replace(granted, birthday_year=year)
    return granted
