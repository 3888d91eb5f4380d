"""A programme: every rule by which points are earned, spent, kept and taken back.

Amounts are minor units of money, shares are basis points, multipliers are percent. A programme is a value: a change
makes a new one, in force from a given day, and what was earned under the old one keeps its terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Self

from posapp.core.business_day import CUTOVER_HOUR_MAX, business_day
from posapp.points.campaign import MULTIPLIER_PERCENT_MAX, Campaign, campaigns
from posapp.points.rule import (
    POINTS_MAX,
    BadRule,
    choice,
    composed,
    name,
    pairs,
    whole,
    whole_number,
    words,
    yes_or_no,
    zone,
)

BASIS_POINTS = 10_000
RATE_BP_MAX = 10 * BASIS_POINTS
DAYS_MAX = 36_500


def _rates(value: object) -> tuple[tuple[str, int], ...]:
    return tuple((name(category), whole_number(rate, 0, RATE_BP_MAX)) for category, rate in pairs(value))


def _tiers(value: object) -> tuple[tuple[int, int], ...]:
    read = [
        (whole_number(spend, 0, 10**15), whole_number(percent, 0, MULTIPLIER_PERCENT_MAX))
        for spend, percent in pairs(value)
    ]
    if not read or read[0][0] != 0 or [spend for spend, _ in read] != sorted({spend for spend, _ in read}):
        raise ValueError("tiers begin at 0 and rise")
    return tuple(read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The rules with their defaults. Raises BadRule for a value that a rule cannot take."""

    tz: str | None = zone()
    """None: the store's own."""
    cutover_hour: int | None = whole(None, high=CUTOVER_HOUR_MAX, optional=True)
    """Hours after midnight at which the day of business ends; none: the store's own."""
    exponent: int = whole(2, high=4)
    """Decimals of the currency: 2, JPY 0, KWD 3."""
    point_value_minor: int = whole(100, low=1, high=1_000_000)
    """What one point pays."""
    earn_rate_bp: int = whole(500, high=RATE_BP_MAX)
    category_rate_bp: tuple[tuple[str, int], ...] = composed((), _rates)
    no_earn: tuple[str, ...] = words("giftcard", "tobacco")
    no_redeem: tuple[str, ...] = words("giftcard", "tobacco", "alcohol")
    tiers: tuple[tuple[int, int], ...] = composed(((0, 100),), _tiers)
    """From this much paid for earlier receipts on, this multiplier in percent."""
    tier_window_days: int = whole(365, low=1, high=DAYS_MAX)
    campaigns: tuple[Campaign, ...] = composed((), campaigns)
    campaign_combine: str = choice("max", "sum")
    earn_rounding: str = choice("floor", "half_up")
    earn_min_amount: int = whole(0, high=10**12)
    earn_cap_points: int | None = whole(None, optional=True)
    earn_on_points_part: bool = yes_or_no(False)
    pending_days: int = whole(0, high=DAYS_MAX)
    valid_days: int = whole(365, low=1, high=DAYS_MAX)
    expiry_mode: str = choice("days", "eom", "never")
    redeem_max_share_bp: int = whole(5000, high=BASIS_POINTS)
    min_payable_minor: int = whole(0, high=10**12)
    redeem_min_points: int = whole(1)
    redeem_step: int = whole(1, low=1)
    otp_threshold_points: int = whole(0)
    limit_earn_ops: int | None = whole(None, optional=True)
    limit_redeem_ops: int | None = whole(None, optional=True)
    limit_redeem_points: int | None = whole(None, optional=True)
    hold_ttl_min: int = whole(15, low=1, high=10_080)
    welcome_points: int = whole(200)
    welcome_valid_days: int = whole(30, low=1, high=DAYS_MAX)
    birthday_points: int = whole(500)
    birthday_valid_days: int = whole(30, low=1, high=DAYS_MAX)
    referral_points: int = whole(0)
    referral_valid_days: int = whole(30, low=1, high=DAYS_MAX)
    negative_policy: str = choice("debt", "forgive", "refund")
    restore_grace_days: int = whole(14, high=DAYS_MAX)
    return_window_days: int | None = whole(None, high=DAYS_MAX, optional=True)
    adjust_solo_limit: int = whole(500, high=POINTS_MAX)

    def __post_init__(self) -> None:
        for rule in fields(self):
            try:
                object.__setattr__(self, rule.name, rule.metadata["read"](getattr(self, rule.name)))
            except ValueError as problem:
                raise BadRule(rule.name, str(problem)) from problem

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Defaults, overridden by `config`. Raises BadRule for a rule that does not exist or a value it cannot take."""
        known = {rule.name for rule in fields(cls)}
        for given in config:
            if given not in known:
                raise BadRule(str(given), "there is no such rule")
        return cls(**config)

    def to_config(self) -> dict[str, Any]:
        """Every rule, in JSON."""
        return {rule.name: _plain(getattr(self, rule.name)) for rule in fields(self)}

    def at_store(self, timezone: str, cutover_hour: int) -> Self:
        """The same rules with the store's own day, where the programme names none."""
        return replace(
            self,
            tz=self.tz or timezone,
            cutover_hour=cutover_hour if self.cutover_hour is None else self.cutover_hour,
        )

    @property
    def timezone(self) -> str:
        """Raises ValueError on a programme that was never brought to a store."""
        if self.tz is None:
            raise ValueError("only a store knows the time zone of this programme")
        return self.tz

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every category of goods that makes a difference to some rule, by name."""
        named = {*dict(self.category_rate_bp), *self.no_earn, *self.no_redeem}
        return tuple(sorted(named.union(*(campaign.categories for campaign in self.campaigns))))

    def business_day(self, at: datetime) -> date:
        return business_day(at, self.timezone, self.cutover_hour or 0)

    def rate_bp(self, category: str | None) -> int:
        """Basis points that a line of this category earns."""
        return dict(self.category_rate_bp).get(category or "", self.earn_rate_bp)

    def tier_percent(self, spend_minor: int) -> int:
        """The multiplier of a member who paid this much for earlier receipts."""
        return next(percent for spend, percent in reversed(self.tiers) if spend <= spend_minor)


def _plain(value: object) -> object:
    if isinstance(value, Campaign):
        return value.to_config()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
