"""Spending and earning on one card of the model."""

from typing import Any

from tests.points.model.calendar import earned_term
from tests.points.model.purse import Card, Held, Lot, No, Parts
from tests.points.model.receipts import Earning, Rules, most_of

Event = dict[str, Any]


def for_receipt(card: Card, rules: Rules, event: Event, held: Held | None, at: int) -> Parts:
    """The points that pay for a receipt: asked for, or reserved before."""
    if "hold" not in event:
        return _spend(card, checked(card, rules, event, event.get("redeem", 0), at), at)
    if held is None or held.card != card.name:
        raise No("no_hold")
    if held.state in ("captured", "void"):
        raise No("hold_captured" if held.state == "captured" else "hold_void")
    points = min(held.points, most_of(rules, event["lines"]))
    points -= points % rules["redeem_step"]
    points = 0 if points < rules["redeem_min_points"] else points
    if held.state == "ended":
        spent = _spend(card, checked(card, rules, event | {"otp": True}, points, at), at)
        held.state = "captured"
        return spent
    if card.status == "frozen":
        raise No("frozen")
    return _capture(card, held, points, at)


def checked(card: Card, rules: Rules, event: Event, asked: int | str, at: int) -> int:
    """The points to spend, by every rule."""
    frozen, most = card.status == "frozen", most_of(rules, event["lines"])
    times, room = rules["limit_redeem_ops"], rules["limit_redeem_points"]
    is_full = times is not None and card.spent_times + len(card.holds) >= times
    left = 10**12 if room is None else max(0, room - card.spent_points - card.reserved)
    if asked == "max":
        if frozen:
            raise No("frozen")
        best = 0 if is_full else min(card.usable(at), most, left)
        best -= best % rules["redeem_step"]
        asked = best if best >= rules["redeem_min_points"] else 0
    points = int(asked)
    broken = {
        "frozen": frozen,
        "below_min": points < rules["redeem_min_points"],
        "bad_step": points % rules["redeem_step"] != 0,
        "over_share": points > most,
        "limit_redeem_ops": is_full,
        "limit_redeem_points": points > left,
        "insufficient": points > card.usable(at),
        "otp_required": points >= rules["otp_threshold_points"] and not event.get("otp"),
    }
    for code, is_broken in broken.items():
        if points and is_broken:
            raise No(code, stays=code != "otp_required")
    return points


def credit(card: Card, rules: Rules, earned: Earning, at: int) -> list[Lot]:
    card.earned_times += bool(earned.total)
    lots = [card.open("earn", earned_term(rules, at), earned.points, "EARN")] if earned.points else []
    return lots + [card.open("bonus", earned_term(rules, at, days), points, "BONUS") for points, days in earned.gifts]


def _spend(card: Card, points: int, at: int) -> Parts:
    card.count_spent(points)
    return card.take_some([lot for lot in card.in_order(at) if lot.is_usable(at)], points, "REDEEM")


def _capture(card: Card, held: Held, points: int, at: int) -> Parts:
    """The first of the reserved points are spent, the others go back to where they came from."""
    card.holds.remove(held)
    held.state = "captured"
    spent: Parts = []
    for lot, part in held.parts:
        used = min(points, part)
        points -= used
        if used:
            card.sides["HOLD"] -= used
            card.sides["REDEEM"] += used
            spent.append((lot, used))
        if used < part:
            card.put(lot, part - used, "HOLD")
    card.sweep(at)
    card.count_spent(sum(part for _, part in spent))
    return spent
