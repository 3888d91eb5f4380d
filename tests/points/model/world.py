"""The model itself: cards, receipts, reservations, and what each event of a scenario does to them."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.points.model import goods_back, merging, spending
from tests.points.model.calendar import day_of, given_term, year_of
from tests.points.model.purse import Card, Held, No
from tests.points.model.receipts import Rules, Sold, earning_of, shares_of
from tests.points.model.tiers import tier_of

Event = dict[str, Any]
Answer = dict[str, Any]
GIFTS = {"welcome": (200, 30), "birthday": (500, 30)}
RULES: Rules = {
    "cutover_hour": 0, "point_value_minor": 100, "earn_rate_bp": 500, "tiers": [[0, 100]], "tier_window_days": 365,
    "campaigns": [], "campaign_combine": "max", "earn_rounding": "floor", "earn_min_amount": 0,
    "earn_cap_points": None, "earn_on_points_part": False, "pending_days": 0, "valid_days": 365,
    "expiry_mode": "days", "redeem_max_share_bp": 5000, "min_payable_minor": 0, "redeem_min_points": 1,
    "redeem_step": 1, "otp_threshold_points": 0, "limit_earn_ops": None, "limit_redeem_ops": None,
    "limit_redeem_points": None, "hold_ttl_min": 15, "negative_policy": "debt", "restore_grace_days": 14,
    "return_window_days": None, "adjust_solo_limit": 500,
}  # fmt: skip


@dataclass
class World:
    """Everything that is so at one moment."""

    rules: Rules
    sides: Counter[str] = field(default_factory=Counter)
    cards: dict[str, Card] = field(default_factory=dict)
    receipts: dict[str, Sold] = field(default_factory=dict)
    holds: dict[str, Held] = field(default_factory=dict)

    def living(self, name: str) -> Card:
        card = self.cards[name]
        return card if card.into is None else self.living(card.into)


class Model:
    """Answers events as the ledger should."""

    def __init__(self, config: Rules) -> None:
        self.world = World(RULES | config)
        self._answers: dict[str, tuple[Event, Answer]] = {}

    def run(self, event: Event) -> Answer:
        """The answer; a refused event changes nothing, and is answered in the same way ever after."""
        asked = {name: value for name, value in event.items() if name not in ("at", "otp", "key")}
        if event["key"] in self._answers:
            before, answer = self._answers[event["key"]]
            return {**answer, "replayed": True} if before == asked else {"error": "key_conflict"}
        untouched, stays = pickle.dumps(self.world), True
        try:
            answer = DOES[event["type"]](self.world, event, moment(event["at"]))
        except No as refused:
            self.world, stays = pickle.loads(untouched), refused.stays  # noqa: S301 - our own bytes
            answer = {"error": refused.code}
        if stays:
            self._answers[event["key"]] = (asked, answer)
        return answer

    def report(self, as_of: str) -> dict[str, Any]:
        """The books in the format of scenarios; lots in order, without their numbers and face amounts."""
        cards = {name: _card(card, moment(as_of)) for name, card in self.world.cards.items()}
        sides = {name: points for name, points in sorted(self.world.sides.items()) if points}
        owned = sum(sum(lot.left for lot in card.lots) - card.debt for card in self.world.cards.values())
        return {"accounts": cards, "contra": sides, "trial_balance": owned + sum(sides.values())}


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def written(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _card(card: Card, at: int) -> dict[str, Any]:
    lots = [lot for lot in card.lots if lot.left]
    names = {"welcome": "bonus", "birthday": "bonus"}
    return {
        "status": card.status,
        "spendable": card.usable(at),
        "pending": sum(lot.left for lot in lots if lot.term[0] > at and not lot.is_over(at)),
        "lapsed_unswept": sum(lot.left for lot in lots if lot.is_over(at)),
        "debt": card.debt,
        "lots": [
            {"kind": names.get(lot.kind, lot.kind), "remaining": lot.left,
             "available_at": written(lot.term[0]), "expires_at": written(lot.term[1])}
            for lot in lots
        ],
    }  # fmt: skip


def _opens(world: World, event: Event, _at: int) -> Answer:
    world.cards[event["account"]] = Card(event["account"], world.sides)
    return {}


def _begun(world: World, event: Event, at: int) -> Card:
    card = world.living(event["account"])
    card.begin(at, day_of(at, world.rules["cutover_hour"]))
    return card


def _settled(card: Card, answer: Answer) -> Answer:
    return {**answer, "debt_settled": card.settled} if card.settled else answer


def _sale(world: World, event: Event, at: int) -> Answer:
    rules, lines, card = world.rules, event["lines"], _begun(world, event, at)
    if event["receipt"] in world.receipts:
        raise No("receipt_exists")
    held = world.holds.get(event["hold"]) if "hold" in event else None
    spent = spending.for_receipt(card, rules, event, held, at)
    points = sum(part for _, part in spent)
    shares = shares_of(rules, lines, points)
    tier = tier_of(rules, list(world.receipts.values()), card.name, at)
    earned = earning_of(rules, lines, shares, at=at, tier=tier, before=card.earned_times)
    lots = spending.credit(card, rules, earned, at)
    total = sum(line["amount"] for line in lines)
    world.receipts[event["receipt"]] = Sold(
        card.name, day_of(at, rules["cutover_hour"]), total - sum(shares), rules["point_value_minor"],
        [(line["id"], line["amount"], share, weight)
         for line, share, weight in zip(lines, shares, earned.weights, strict=True)],
        spent, earned.total, lots,
    )  # fmt: skip
    answer = {"redeemed": points, "earned": earned.total, "to_pay_minor": total - sum(shares)}
    return _settled(card, answer | ({"earn_note": earned.note} if earned.note else {}))


def _return(world: World, event: Event, at: int) -> Answer:
    sold = world.receipts.get(event["receipt"])
    if sold is None:
        raise No("no_receipt", stays=False)
    card = _begun(world, {"account": sold.card}, at)
    return _settled(card, goods_back.come(card, sold, world.rules, event, at))


def _hold(world: World, event: Event, at: int) -> Answer:
    card = _begun(world, event, at)
    points = spending.checked(card, world.rules, event, event["points"], at)
    if not points:
        raise No("bad_amount", stays=False)
    usable = [lot for lot in card.in_order(at) if lot.is_usable(at)]
    held = Held(card.name, at + 60 * world.rules["hold_ttl_min"], card.take_some(usable, points, "HOLD"))
    card.holds.append(held)
    world.holds[event["key"]] = held
    return _settled(card, {"held": points})


def _void(world: World, event: Event, at: int) -> Answer:
    held = world.holds.get(event["hold"])
    if held is None:
        raise No("no_hold", stays=False)
    card = _begun(world, {"account": held.card}, at)
    if held.card != card.name:
        raise No("no_hold")
    if held.state != "open":
        raise No("hold_captured" if held.state == "captured" else "hold_void")
    card.release(held, "void")
    card.sweep(at)
    return _settled(card, {"released": held.points})


def _expire(world: World, _event: Event, at: int) -> Answer:
    swept = 0
    for card in world.cards.values():
        if card.into is None:
            holds = list(card.holds)
            card.begin(at, card.day)
            if card.swept or card.holds != holds:
                card.turn(day_of(at, world.rules["cutover_hour"]))
            swept += card.swept
    return {"expired": swept}


def _bonus(world: World, event: Event, at: int) -> Answer:
    card, kind = _begun(world, event, at), event["kind"]
    stamp = year_of(at) if kind == "birthday" else 1
    if card.gifts.get(kind, 0) >= stamp:
        raise No("already")
    card.gifts[kind] = stamp
    points, days = GIFTS[kind]
    card.open(kind, given_term(world.rules, at, days), points, "BONUS")
    return _settled(card, {"granted": points})


def _adjust(world: World, event: Event, at: int) -> Answer:
    points, card = event["points"], _begun(world, event, at)
    if not points:
        raise No("bad_amount", stays=False)
    if abs(points) > world.rules["adjust_solo_limit"] and event.get("approver", event["author"]) == event["author"]:
        raise No("approval_required", stays=False)
    if points > 0:
        card.open("adjust", given_term(world.rules, at, event.get("valid_days")), points, "ADJUST")
    elif -points > sum(lot.left for lot in card.lots):
        raise No("insufficient")
    else:
        card.take_some(card.in_order(at), -points, "ADJUST")
    return _settled(card, {"adjusted": points})


def _merge(world: World, event: Event, at: int) -> Answer:
    goes, stays = world.living(event["from"]), world.living(event["into"])
    for card in (goes, stays):
        card.begin(at, day_of(at, world.rules["cutover_hour"]))
    return _settled(stays, {"moved": merging.merge(goes, stays, at)})


def _turn(world: World, event: Event, at: int) -> Answer:
    card, status = _begun(world, event, at), {"freeze": "frozen", "unfreeze": "active"}[event["type"]]
    if card.status == status:
        raise No("already")
    card.status = status
    return _settled(card, {})


DOES: dict[str, Callable[[World, Event, int], Answer]] = {
    "open": _opens, "sale": _sale, "return": _return, "hold": _hold, "void": _void, "expire": _expire,
    "bonus": _bonus, "adjust": _adjust, "merge": _merge, "freeze": _turn, "unfreeze": _turn,
}  # fmt: skip
