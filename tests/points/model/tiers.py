"""The multiplier of a member, by what was paid on the same card before and kept."""

from tests.points.model.calendar import day_of
from tests.points.model.receipts import Rules, Sold


def tier_of(rules: Rules, receipts: list[Sold], card: str, at: int) -> int:
    first = day_of(at, rules["cutover_hour"]) - rules["tier_window_days"]
    kept = sum(sold.paid - sold.refunded for sold in receipts if sold.card == card and sold.day >= first)
    return int(max((spend, percent) for spend, percent in rules["tiers"] if spend <= kept)[1])
