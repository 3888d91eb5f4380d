"""Spending points on a receipt: how many may be, why not more, and how they lie over its lines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posapp.points import refusals
from posapp.points.lot import Contra, LotPart
from posapp.points.operations import Redeem
from posapp.points.programme import BASIS_POINTS, Programme
from posapp.points.receipt import Line, total_of
from posapp.points.state import Hold, Status
from posapp.points.worksheet import Worksheet


class Bound(StrEnum):
    """What keeps the points that may be spent from being more."""

    BALANCE = "balance"
    SHARE = "share"
    MIN_PAYABLE = "min_payable"
    DAY_POINTS = "limit_redeem_points"
    DAY_TIMES = "limit_redeem_ops"
    MINIMUM = "below_min"
    FROZEN = "frozen"
    NO_ELIGIBLE = "no_eligible"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most points that may be spent on a receipt, and the bound that says so."""

    points: int
    bound: Bound


def ceiling(sheet: Worksheet, lines: tuple[Line, ...], status: Status) -> Ceiling:
    """What `max` means for this receipt, now. Nothing when not even the least may be spent."""
    programme = sheet.programme
    if status is Status.FROZEN:
        return Ceiling(0, Bound.FROZEN)
    if _day_times_left(sheet) == 0:
        return Ceiling(0, Bound.DAY_TIMES)
    bounds = [(sheet.spendable, Bound.BALANCE), *_receipt_bounds(lines, programme)]
    if (points_left := _day_points_left(sheet)) is not None:
        bounds.append((points_left, Bound.DAY_POINTS))
    most, bound = min(bounds, key=lambda each: each[0])
    most -= most % programme.redeem_step
    if 0 < most < programme.redeem_min_points:
        return Ceiling(0, Bound.MINIMUM)
    return Ceiling(most, bound)


def points_to_spend(sheet: Worksheet, lines: tuple[Line, ...], asked: Redeem, *, status: Status, proven: bool) -> int:
    """The points that `asked` comes to, checked against every rule. Raises the refusal of the first one broken."""
    if asked == "max":
        if status is Status.FROZEN:
            raise refusals.Frozen
        asked = ceiling(sheet, lines, status).points
    if asked:
        _check(sheet, lines, asked, status)
        if asked >= sheet.programme.otp_threshold_points and not proven:
            raise refusals.CodeRequired
    return asked


def spend(sheet: Worksheet, points: int) -> tuple[LotPart, ...]:
    """Take the points out of the card and count them into its day."""
    sheet.count_redemption(points)
    return sheet.spend(points, Contra.REDEEM)


def capture(sheet: Worksheet, hold: Hold, lines: tuple[Line, ...], status: Status) -> tuple[LotPart, ...]:
    """Spend what was reserved, or as much of it as the finished receipt can take; the rest goes back to its lots."""
    if status is Status.FROZEN:
        raise refusals.Frozen
    spent = sheet.capture(hold, of_a_hold(hold.points, lines, sheet.programme))
    sheet.sweep()
    sheet.count_redemption(sum(part.points for part in spent))
    return spent


def shares(lines: tuple[Line, ...], points: int, programme: Programme) -> tuple[int, ...]:
    """Minor units of each line that were paid with points: largest remainder, ties to the earlier line."""
    weights = [0 if line.category in programme.no_redeem else line.amount_minor for line in lines]
    whole, money = sum(weights), points * programme.point_value_minor
    if not money:
        return (0,) * len(lines)
    parts = [money * weight // whole for weight in weights]
    by_remainder = sorted(range(len(lines)), key=lambda i: (-(money * weights[i] % whole), i))
    for i in by_remainder[: money - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


def of_a_hold(held: int, lines: tuple[Line, ...], programme: Programme) -> int:
    """How many of the points held this receipt takes: none, where it cannot take the least that may be spent."""
    most = min(held, most_for(lines, programme))
    most -= most % programme.redeem_step
    return most if most >= programme.redeem_min_points else 0


def most_for(lines: tuple[Line, ...], programme: Programme) -> int:
    """The most points that this receipt itself can take."""
    return min(points for points, _ in _receipt_bounds(lines, programme))


def _check(sheet: Worksheet, lines: tuple[Line, ...], points: int, status: Status) -> None:
    programme = sheet.programme
    if status is Status.FROZEN:
        raise refusals.Frozen
    if points < programme.redeem_min_points:
        raise refusals.BelowMinimum(least=programme.redeem_min_points)
    if points % programme.redeem_step:
        raise refusals.BadStep(step=programme.redeem_step)
    if points > (most := most_for(lines, programme)):
        raise refusals.OverShare(most=most)
    if _day_times_left(sheet) == 0:
        raise refusals.LimitRedemptions(limit=programme.limit_redeem_ops or 0)
    left = _day_points_left(sheet)
    if left is not None and points > left:
        raise refusals.LimitRedeemedPoints(left=left)
    if points > sheet.spendable:
        raise refusals.InsufficientPoints(spendable=sheet.spendable)


def _receipt_bounds(lines: tuple[Line, ...], programme: Programme) -> list[tuple[int, Bound]]:
    """What the receipt itself allows, in points."""
    eligible = sum(line.amount_minor for line in lines if line.category not in programme.no_redeem)
    share = eligible * programme.redeem_max_share_bp // (BASIS_POINTS * programme.point_value_minor)
    payable = max(0, total_of(lines) - programme.min_payable_minor) // programme.point_value_minor
    return [(share, Bound.SHARE if eligible else Bound.NO_ELIGIBLE), (payable, Bound.MIN_PAYABLE)]


def _day_times_left(sheet: Worksheet) -> int | None:
    """Redemptions left today; points that are set aside count as spent."""
    limit = sheet.programme.limit_redeem_ops
    return None if limit is None else max(0, limit - sheet.counters.redeem_ops - len(sheet.holds))


def _day_points_left(sheet: Worksheet) -> int | None:
    limit = sheet.programme.limit_redeem_points
    held = sum(hold.points for hold in sheet.holds)
    return None if limit is None else max(0, limit - sheet.counters.redeem_points - held)
