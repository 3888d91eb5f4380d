"""A quote: what a receipt would earn, and how many points could pay for it at most, with the reason in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from posapp.core.text import N_
from posapp.points import redeeming
from posapp.points.earning import BELOW_MIN_AMOUNT, LIMIT_EARN_OPS, Earned
from posapp.points.look import look_at
from posapp.points.programme import Programme
from posapp.points.receipt import ONE_TOTAL, Line, check_lines, total_of
from posapp.points.redeeming import Bound
from posapp.points.selling import earn_on
from posapp.points.spend import spend_since
from posapp.points.state import Account
from posapp.points.worksheet import Worksheet

WHY: Mapping[Bound, str] = MappingProxyType(
    {
        Bound.BALANCE: N_("these are all the points on the card"),
        Bound.SHARE: N_("points may pay %(share)s %% of the receipt"),
        Bound.MIN_PAYABLE: N_("a part of the receipt must be paid in money"),
        Bound.DAY_POINTS: N_("the card may spend %(limit)s points a day"),
        Bound.DAY_TIMES: N_("the card has paid with points %(limit)s times today, as often as it may"),
        Bound.MINIMUM: N_("at least %(least)s points are spent at once"),
        Bound.FROZEN: N_("this card is frozen: it collects points but cannot spend them"),
        Bound.NO_ELIGIBLE: N_("nothing on the receipt can be paid with points"),
    }
)
"""Why not more points: the second half of a sentence that begins with their number."""

NO_EARNING_GOODS, TOO_LITTLE = "no_earning_goods", "too_little"

EARN_NOTES: Mapping[str, str] = MappingProxyType(
    {
        BELOW_MIN_AMOUNT: N_("Receipts earn points from a higher amount on."),
        LIMIT_EARN_OPS: N_("The card has earned points as often as it may today."),
        NO_EARNING_GOODS: N_("Nothing on the receipt earns points."),
        TOO_LITTLE: N_("The amount is too small for a whole point."),
    }
)
"""Why a receipt earns nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Points and minor units, as they would be if the receipt were entered now."""

    total_minor: int
    spendable: int
    redeemed_today: int
    """Points spent on this day of business."""
    earn: int
    """When everything is paid in money."""
    earn_note: str | None
    """A key of `EARN_NOTES`, when it earns nothing."""
    eligible_minor: int
    """The part of the receipt that points may pay for, as far as its goods go."""
    redeem_max: int
    redeem_least: int
    """The fewest points that may be spent at once; more than `redeem_max` when none may."""
    redeem_step: int
    redeem_why: Bound
    """What keeps `redeem_max` from being more; `WHY` has the sentence, `why_values` its values."""
    why_values: Mapping[str, int]
    to_pay_minor: int
    """When `redeem_max` points are spent."""
    earn_with_max: int
    code_from_points: int
    """From this many points on a code is needed; from the first point at least."""
    point_value_minor: int
    earn_with: Callable[[int], int] = field(repr=False, compare=False)
    """What it would earn when so many points, up to `redeem_max`, pay for it."""

    @property
    def why(self) -> str:
        """The sentence of `redeem_why`, to be translated and filled with `why_values`."""
        return WHY[self.redeem_why]


def quote(member_id: UUID, *, lines_or_total: tuple[Line, ...] | int, store_id: UUID, at: datetime) -> Quote:
    """Raises BadAmount for a receipt that cannot be one, NoAccount for a card that does not exist."""
    lines = lines_or_total if isinstance(lines_or_total, tuple) else (Line(ONE_TOTAL, lines_or_total),)
    check_lines(lines)
    seen = look_at(member_id, store_id=store_id, at=at)
    spent = 0
    if len(seen.programme.tiers) > 1:
        spent = spend_since(seen.account.member_id, seen.programme, at)
    return quote_of(seen.account, lines, seen.programme, at, spend_minor=spent)


def quote_of(
    account: Account, lines: tuple[Line, ...], programme: Programme, at: datetime, *, spend_minor: int = 0
) -> Quote:
    """The same from values alone."""
    sheet = Worksheet(account, programme, at)
    most = redeeming.ceiling(sheet, lines, account.status)
    percent = programme.tier_percent(spend_minor)

    def earned_with(points: int) -> Earned:
        return earn_on(sheet, lines, redeeming.shares(lines, points, programme), tier_percent=percent)

    plain = earned_with(0)
    total = total_of(lines)
    return Quote(
        total_minor=total,
        spendable=sheet.spendable,
        redeemed_today=sheet.counters.redeem_points,
        earn=plain.total,
        earn_note=None if plain.total else plain.note or _why_nothing(lines, programme, percent),
        eligible_minor=sum(line.amount_minor for line in lines if line.category not in programme.no_redeem),
        redeem_max=most.points,
        redeem_least=max(1, programme.redeem_min_points),
        redeem_step=programme.redeem_step,
        redeem_why=most.bound,
        why_values=_values(programme, most.bound),
        to_pay_minor=total - most.points * programme.point_value_minor,
        earn_with_max=earned_with(most.points).total,
        code_from_points=max(1, programme.otp_threshold_points),
        point_value_minor=programme.point_value_minor,
        earn_with=lambda points: earned_with(points).total,
    )


def _why_nothing(lines: tuple[Line, ...], programme: Programme, tier_percent: int) -> str:
    earning = [line for line in lines if line.category not in programme.no_earn and programme.rate_bp(line.category)]
    return TOO_LITTLE if earning and tier_percent and programme.earn_cap_points != 0 else NO_EARNING_GOODS


def _values(programme: Programme, bound: Bound) -> dict[str, int]:
    match bound:
        case Bound.SHARE:
            return {"share": programme.redeem_max_share_bp // 100, "share_bp": programme.redeem_max_share_bp}
        case Bound.DAY_POINTS:
            return {"limit": programme.limit_redeem_points or 0}
        case Bound.DAY_TIMES:
            return {"limit": programme.limit_redeem_ops or 0}
        case Bound.MINIMUM:
            return {"least": programme.redeem_min_points}
        case _:
            return {}
