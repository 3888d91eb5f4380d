"""What the model knows of receipts: earning, shares of lines, and what is due when goods come back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.points.model.calendar import day_of
from tests.points.model.purse import Lot, Parts

Rules = dict[str, Any]
Line = Mapping[str, Any]
NOT_EARNING, NOT_PAYABLE = ("giftcard", "tobacco"), ("giftcard", "tobacco", "alcohol")


@dataclass
class Earning:
    """Points of the rates, of gifts with their own days, and how much each line has to do with them."""

    points: int
    gifts: list[tuple[int, int | None]]
    weights: list[Fraction]
    note: str | None = None

    @property
    def total(self) -> int:
        return self.points + sum(points for points, _ in self.gifts)


@dataclass(eq=False)
class Sold:
    """A receipt that was entered, and all that has come back of it."""

    card: str
    day: int
    paid: int
    value: int
    lines: list[tuple[str, int, int, Fraction]]
    """Id, amount, the part paid with points, weight."""
    spent: Parts
    earned: int
    lots: list[Lot]
    back: dict[str, int] = field(default_factory=dict)
    times: int = 0
    given: int = 0
    dealt: int = 0
    forgotten: int = 0
    """Earned points that had lapsed unspent when they would have been taken back."""
    refunded: int = 0

    def due(self, back: dict[str, int]) -> tuple[int, int, int]:
        """Points to give, points to take, money to refund when so much has come back, all from the beginning."""
        parts = [(Fraction(back.get(name, 0), amount), amount, share, weight)
                 for name, amount, share, weight in self.lines if amount]  # fmt: skip
        whole = sum((weight for *_, weight in parts), Fraction(0))
        gone = sum((part * weight for part, _, _, weight in parts), Fraction(0))
        kept = floor(self.earned * (whole - gone) / whole) if whole else self.earned
        give = floor(sum((part * share for part, _, share, _ in parts), Fraction(0)) / self.value)
        money = floor(sum((part * (amount - share) for part, amount, share, _ in parts), Fraction(0)))
        return give, self.earned - kept, money


def floor(exact: Fraction) -> int:
    return exact.numerator // exact.denominator


def most_of(rules: Rules, lines: list[Line]) -> int:
    """The most points that a receipt takes."""
    total = sum(line["amount"] for line in lines)
    payable = sum(line["amount"] for line in lines if line.get("cat") not in NOT_PAYABLE)
    share = floor(Fraction(payable * rules["redeem_max_share_bp"], 10_000 * rules["point_value_minor"]))
    return min(share, int(max(0, total - rules["min_payable_minor"]) // rules["point_value_minor"]))


def shares_of(rules: Rules, lines: list[Line], points: int) -> list[int]:
    """Money paid with points, line by line: whole units first, the odd ones to the largest remainders."""
    amounts = [0 if line.get("cat") in NOT_PAYABLE else line["amount"] for line in lines]
    money, whole = points * rules["point_value_minor"], sum(amounts)
    if not money:
        return [0] * len(lines)
    exact = [Fraction(money * amount, whole) for amount in amounts]
    found = [floor(each) for each in exact]
    while sum(found) < money:
        furthest = max(range(len(lines)), key=lambda n: (exact[n] - found[n], -n))
        found[furthest] += 1
    return found


def earning_of(rules: Rules, lines: list[Line], shares: list[int], *, at: int, tier: int, before: int) -> Earning:
    """What a receipt earns; `before` receipts of this day have earned already."""
    day = day_of(at, rules["cutover_hour"])
    bases = [line["amount"] - (0 if rules["earn_on_points_part"] else share) for line, share in zip(
        lines, shares, strict=True)]  # fmt: skip
    running = [each for each in rules["campaigns"] if _reached(each, lines, day)]
    weights = []
    for line, base in zip(lines, bases, strict=True):
        extra = [each.get("mult_pct", 100) - 100 for each in running if _covers(each, line)] + [0]
        times = 100 + (sum(extra) if rules["campaign_combine"] == "sum" else max(extra))
        rate = 0 if line.get("cat") in NOT_EARNING else rules["earn_rate_bp"]
        weights.append(Fraction(base * rate * times * tier, 10_000 * 100 * 100))
    exact = sum(weights, Fraction(0)) / rules["point_value_minor"]
    points = floor(exact + Fraction(1, 2)) if rules["earn_rounding"] == "half_up" else floor(exact)
    gifts = [(each["bonus_points"], each.get("valid_days")) for each in running if each.get("bonus_points")]
    found = _capped(rules, points, gifts if any(bases) else [])
    found.weights = weights if any(weights) else [Fraction(base) for base in bases]
    if sum(line["amount"] for line in lines) < rules["earn_min_amount"]:
        return Earning(0, [], found.weights, "below_min_amount")
    if rules["limit_earn_ops"] is not None and before >= rules["limit_earn_ops"] and found.total:
        return Earning(0, [], found.weights, "limit_earn_ops")
    return found


def _capped(rules: Rules, points: int, gifts: list[tuple[int, int | None]]) -> Earning:
    room = rules["earn_cap_points"]
    if room is None:
        return Earning(points, gifts, [])
    points, left = min(points, room), max(0, room - points)
    kept = []
    for gift, days in gifts:
        kept.append((min(gift, left), days))
        left -= min(gift, left)
    return Earning(points, [each for each in kept if each[0]], [])


def _covers(campaign: Mapping[str, Any], line: Line) -> bool:
    return not campaign.get("categories") or line.get("cat") in campaign["categories"]


def _reached(campaign: Mapping[str, Any], lines: list[Line], day: int) -> bool:
    """Its goods that earn come to its least amount, on one of its weekdays; the model's campaigns last for ever."""
    weekday = (day + 3) % 7 + 1  # the first day of 1970 was a Thursday
    covered = [line["amount"] for line in lines if _covers(campaign, line) and line.get("cat") not in NOT_EARNING]
    on_day = not campaign.get("weekdays") or weekday in campaign["weekdays"]
    return on_day and bool(covered) and sum(covered) >= campaign.get("min_amount", 0)
