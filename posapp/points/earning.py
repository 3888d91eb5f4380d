"""What a receipt earns: exact fractions over its lines, rounded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from posapp.points.programme import BASIS_POINTS, Programme
from posapp.points.receipt import Line, total_of

BELOW_MIN_AMOUNT = "below_min_amount"
LIMIT_EARN_OPS = "limit_earn_ops"

_WEIGHT_OF_ONE = BASIS_POINTS * 100 * 100
"""A line's weight is minor units × basis points × percent (campaign) × percent (tier), a whole number."""


@dataclass(frozen=True, slots=True)
class Gift:
    """Points of a campaign of their own, with their own term when it has one."""

    points: int
    valid_days: int | None


@dataclass(frozen=True, slots=True)
class Earned:
    """Points of the rates, gifts of campaigns, and the weight of each line in them, for when goods come back."""

    weights: tuple[int, ...]
    points: int = 0
    gifts: tuple[Gift, ...] = ()
    note: str | None = None
    """Why a receipt that would earn earns nothing."""

    @property
    def total(self) -> int:
        return self.points + sum(gift.points for gift in self.gifts)


def earn(
    lines: tuple[Line, ...],
    bases: tuple[int, ...],
    *,
    programme: Programme,
    day: date,
    tier_percent: int,
    earn_ops: int,
) -> Earned:
    """What `lines` earn on `bases`, the minor units of each line that count.

    `earn_ops` is how many receipts of this day have earned before.
    """
    weights = tuple(
        base * _rate(line, programme) * _multiplier(line, lines, programme, day) * tier_percent
        for line, base in zip(lines, bases, strict=True)
    )
    points = _rounded(Fraction(sum(weights), _WEIGHT_OF_ONE * programme.point_value_minor), programme.earn_rounding)
    gifts = _gifts(lines, programme, day) if any(bases) else ()
    earned = _capped(Earned(weights if any(weights) else bases, points, gifts), programme.earn_cap_points)
    if total_of(lines) < programme.earn_min_amount:
        return Earned(earned.weights, note=BELOW_MIN_AMOUNT)
    if programme.limit_earn_ops is not None and earn_ops >= programme.limit_earn_ops and earned.total:
        return Earned(earned.weights, note=LIMIT_EARN_OPS)
    return earned


def _rate(line: Line, programme: Programme) -> int:
    return 0 if line.category in programme.no_earn else programme.rate_bp(line.category)


def _earning(lines: tuple[Line, ...], programme: Programme) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.category not in programme.no_earn)


def _multiplier(line: Line, lines: tuple[Line, ...], programme: Programme, day: date) -> int:
    """Percent: the best campaign, or all of them added up."""
    extras = [
        campaign.mult_pct - 100
        for campaign in programme.campaigns
        if campaign.runs_on(day) and campaign.covers(line) and campaign.is_reached_by(_earning(lines, programme))
    ]
    return 100 + (sum(extras) if programme.campaign_combine == "sum" else max(extras, default=0))


def _gifts(lines: tuple[Line, ...], programme: Programme, day: date) -> tuple[Gift, ...]:
    earning = _earning(lines, programme)
    return tuple(
        Gift(campaign.bonus_points, campaign.valid_days)
        for campaign in programme.campaigns
        if campaign.bonus_points and campaign.runs_on(day) and campaign.is_reached_by(earning)
    )


def _capped(earned: Earned, cap: int | None) -> Earned:
    """Points of the rates fill the cap first, then the gifts in their order."""
    if cap is None or earned.total <= cap:
        return earned
    points = min(earned.points, cap)
    left, gifts = cap - points, []
    for gift in earned.gifts:
        given = min(gift.points, left)
        left -= given
        if given:
            gifts.append(Gift(given, gift.valid_days))
    return Earned(earned.weights, points, tuple(gifts))


def _rounded(exact: Fraction, rounding: str) -> int:
    return int(exact + Fraction(1, 2)) if rounding == "half_up" else int(exact)
