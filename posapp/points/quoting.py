"""A quote: what a receipt would earn, and how many points could pay for it at most, with the reason in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from posapp.core.text import N_
from posapp.points import redeeming
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

EARN_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "below_min_amount": N_("Receipts earn points from a higher amount on."),
        "limit_earn_ops": N_("The card has earned points as often as it may today."),
    }
)
"""Why a receipt that would earn earns nothing."""


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
    """A key of `EARN_NOTES`, when it earns nothing that it could."""
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
    plain, with_max = (
        earn_on(sheet, lines, redeeming.shares(lines, points, programme), tier_percent=percent)
        for points in (0, most.points)
    )
    total = total_of(lines)
    return Quote(
        total_minor=total,
        spendable=sheet.spendable,
        redeemed_today=sheet.counters.redeem_points,
        earn=plain.total,
        earn_note=plain.note,
        redeem_max=most.points,
        redeem_least=max(1, programme.redeem_min_points),
        redeem_step=programme.redeem_step,
        redeem_why=most.bound,
        why_values=_values(programme, most.bound),
        to_pay_minor=total - most.points * programme.point_value_minor,
        earn_with_max=with_max.total,
        code_from_points=max(1, programme.otp_threshold_points),
        point_value_minor=programme.point_value_minor,
    )


def _values(programme: Programme, bound: Bound) -> dict[str, int]:
    match bound:
        case Bound.SHARE:
            return {"share": programme.redeem_max_share_bp // 100}
        case Bound.DAY_POINTS:
            return {"limit": programme.limit_redeem_points or 0}
        case Bound.DAY_TIMES:
            return {"limit": programme.limit_redeem_ops or 0}
        case Bound.MINIMUM:
            return {"least": programme.redeem_min_points}
        case _:
            return {}
