"""Goods come back to one card of the model."""

from typing import Any

from tests.points.model.calendar import day_of, given_term
from tests.points.model.purse import Card, Lot, No, Parts
from tests.points.model.receipts import Rules, Sold

Event = dict[str, Any]


def come(card: Card, sold: Sold, rules: Rules, event: Event, at: int) -> dict[str, Any]:
    """What a return gives back, takes back and refunds."""
    window = rules["return_window_days"]
    if window is not None and day_of(at, rules["cutover_hour"]) - sold.day > window:
        raise No("too_late")
    back = _counted(sold, event)
    give, take, money = sold.due(back)
    given, refund = give - sold.given, money - sold.refunded
    lapsed = _give(card, sold, rules, give, at)
    taken, missing = _take(card, sold, rules, take - sold.dealt - sold.forgotten, at)
    sold.back, sold.times, sold.given, sold.refunded = back, sold.times + 1, give, money
    kept = min(missing * sold.value, refund) if rules["negative_policy"] == "refund" else 0
    extra = {"lapsed": lapsed, "uncollected": missing, "deducted_minor": kept}
    answer = {"given_back": given, "taken_back": taken, "refund_minor": refund - kept}
    return answer | {name: value for name, value in extra.items() if value}


def _counted(sold: Sold, event: Event) -> dict[str, int]:
    bought = {name: amount for name, amount, _, _ in sold.lines}
    if event.get("all"):
        if sold.times and all(sold.back.get(name, 0) == amount for name, amount in bought.items()):
            raise No("over_return")
        return bought
    back = dict(sold.back)
    for line in event["lines"]:
        back[line["id"]] = back.get(line["id"], 0) + line["amount"]
        if back[line["id"]] > bought.get(line["id"], 0):
            raise No("over_return")
    return back


def _give(card: Card, sold: Sold, rules: Rules, total: int, at: int) -> int:
    """Spent points come back, those spent last first; gives how many are lost for good."""
    pieces = [lot for lot, points in sold.spent for _ in range(points)][::-1][sold.given : total]
    parts: Parts = []
    for lot in pieces:
        if parts and parts[-1][0] is lot:
            parts[-1] = (lot, parts[-1][1] + 1)
        else:
            parts.append((lot, 1))
    late = 0
    for lot, points in parts:
        if lot.is_over(at):
            late += points
        elif lot.card == card.name:
            card.put(lot, points, "REDEEM")
        else:
            card.open("restore", lot.term, points, "REDEEM")
    if late and rules["restore_grace_days"]:
        card.open("restore", given_term(rules, at, rules["restore_grace_days"]), late, "REDEEM")
        return 0
    return late


def _take(card: Card, sold: Sold, rules: Rules, due: int, at: int) -> tuple[int, int]:
    """Earned points are taken: from the receipt's own lots, then from any; gives those taken and those missing."""
    chain = [lot for first in sold.lots for lot in _heirs(first)]
    taken = _sum(card.take_some([lot for lot in card.in_order(at) if lot in chain], due, "TAKEBACK"))
    lost = min(due - taken, max(0, sum(lot.lapsed for lot in chain) - sold.forgotten))
    taken += _sum(card.take_some(card.in_order(at), due - taken - lost, "TAKEBACK"))
    missing = due - taken - lost
    sold.forgotten += lost
    sold.dealt += taken + missing
    if missing and rules["negative_policy"] == "debt":
        card.debt += missing
        card.sides["TAKEBACK"] += missing
        return taken + missing, 0
    return taken, missing


def _heirs(lot: Lot) -> list[Lot]:
    return [lot] if lot.heir is None else [lot, *_heirs(lot.heir)]


def _sum(parts: Parts) -> int:
    return sum(points for _, points in parts)
