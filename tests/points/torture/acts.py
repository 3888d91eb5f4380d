"""What clients ask for: chosen by chance, written as JSON, and carried to the ledger by its services."""

import random
from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from posapp.core.db import transaction
from posapp.points import service
from posapp.points.posting import Posting
from posapp.points.receipt import Line, Receipt
from tests.points.torture.journal import Act, Written
from tests.points.torture.stage import Stage

KINDS = {
    "credit": 20, "redeem": 16, "max": 6, "back": 10, "back_all": 6, "give": 8, "take": 5, "hold": 8, "capture": 7,
    "void": 3, "expire": 4, "welcome": 2, "turn": 2, "contest": 4, "merge": 2, "conflict": 3,
}  # fmt: skip
HOT = 0.65
LATEST = 80


def choose(stage: Stage, slot: int, number: int, past: Written) -> Act:
    """The `number`th act of a client."""
    chance, name = stage.chance("own", slot, number), f"{slot}-{number}"
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    if kind == "conflict":
        return _conflict(chance, name, past) or _act(stage, chance, "credit", name)
    return _act(stage, chance, kind, name, past)


def shared(stage: Stage, number: int) -> Act:
    """The `number`th act that every client asks for, under one key and at about the same time."""
    chance = stage.chance("shared", number)
    kind = chance.choice(["credit", "redeem", "give", "hold", "take"])
    return _act(stage, chance, kind, f"shared-{number}") | {"card": number // 4 % 2}


def duel(stage: Stage, slot: int, number: int) -> Act:
    """What a client asks of a hot card when another one has read it too, and neither has written."""
    act = _act(stage, stage.chance("duel", slot, number), "give", f"duel-{number}-{slot}")
    return act | {"card": number // 4 % 2, "duel": number}


def carry(stage: Stage, act: Act) -> Posting | None:
    """Ask the ledger, in a transaction. Raises what the services raise."""
    at, actor, member = stage.now(), stage.actor, stage.cards[act["card"]]
    base: dict[str, Any] = {"key": act["key"], "actor": actor, "at": at}
    with transaction():
        match act["act"]:
            case "sale":
                receipt = Receipt(stage.store_id, act["receipt"], _lines(act["lines"]))
                asked = {"redeem": act["redeem"], "hold": act.get("hold"), "proven": True}
                return service.sale(member, receipt=receipt, **asked, **base)
            case "return":
                lines = None if act["lines"] is None else tuple((line, amount) for line, amount in act["lines"])
                place = {"store_id": stage.store_id, "receipt": act["receipt"], "lines": lines}
                return service.return_receipt(member, **place, **base)
            case "adjust":
                # Somebody else each time: what one person adjusts in a day is limited.
                people: dict[str, Any] = {"author": uuid5(stage.store_id, act["id"]), "approver": stage.store_id}
                points, days = act["points"], act["days"]
                return service.adjust(member, points=points, valid_days=days, reason="goodwill", **people, **base)
            case "hold":
                asked = {"points": act["points"], "lines": _lines(act["lines"]), "store_id": stage.store_id}
                return service.reserve(member, **asked, proven=True, **base)
            case "void":
                return service.void(member, hold=act["hold"], store_id=stage.store_id, **base)
            case "bonus":
                return service.give_bonus(member, gift="welcome", **base)
            case "turn":
                return (service.freeze if act["freeze"] else service.unfreeze)(member, **base)
            case "merge":
                return service.merge(member, into=stage.cards[act["into"]], **base)
            case _:
                return service.expire(member, **base)


def _act(stage: Stage, chance: random.Random, kind: str, key: str, past: Written | None = None) -> Act:
    size = stage.size
    card = chance.randrange(2) if chance.random() < HOT else chance.randrange(size.cards + size.small_cards)
    named = {"id": key, "key": key}
    act: Act = named | {"card": card, "act": "sale", "receipt": key, "lines": _bought(chance), "redeem": 0}
    match kind:
        case "redeem":
            return act | {"redeem": chance.randrange(1, 60)}
        case "max":
            return act | {"redeem": "max"}
        case "contest":  # one receipt that everybody enters, each on some card and under a key of its own
            return act | {"receipt": f"contest-{chance.randrange(size.operations // 20 + 1)}"}
        case "back" | "back_all":
            sale = _earlier(chance, past, "sale") or act
            lines = [[chance.choice("12"), chance.randrange(1, 40_000)]] if kind == "back" else None
            return named | {"act": "return", "card": sale["card"], "receipt": sale["receipt"], "lines": lines}
        case "give" | "take":
            points = chance.randrange(1, 90) * (1 if kind == "give" else -1)
            days = chance.choice([1, 2, 30]) if kind == "give" else None
            return named | {"act": "adjust", "card": card, "points": points, "days": days}
        case "hold":
            points = chance.randrange(1, 60)
            return named | {"act": "hold", "card": card, "points": points, "lines": [["1", 50_000, None]]}
        case "capture" | "void":
            hold = _earlier(chance, past, "hold") or {"card": card, "key": "none"}
            if kind == "void":
                return named | {"act": "void", "card": hold["card"], "hold": hold["key"]}
            return act | {"card": hold["card"], "hold": hold["key"], "lines": [["1", chance.randrange(50_000), None]]}
        case "welcome":
            return named | {"act": "bonus", "card": card}
        case "turn":  # the third card, so that the hot ones keep on spending
            return named | {"act": "turn", "card": 2, "freeze": chance.random() < 0.5}
        case "merge":  # each small card into a hot one or into its neighbour, over and over
            small = chance.randrange(size.small_cards)
            into = size.cards + small - 1 if small % 2 else small // 2 % 2
            return named | {"act": "merge", "card": size.cards + small, "into": into}
        case "expire":
            return named | {"act": "expire", "card": card}
    return act


def _conflict(chance: random.Random, name: str, past: Written) -> Act | None:
    """Another receipt under a key that has its answer."""
    stored = {each for each, answer in past.answers[-LATEST:] if is_stored(answer)}
    found = [act for act in past.asked[-LATEST:] if act["act"] == "sale" and act["key"] == act["id"] in stored]
    return chance.choice(found) | {"id": name, "receipt": f"{name}-other"} if found else None


def _earlier(chance: random.Random, past: Written | None, kind: str) -> Act | None:
    """One of the client's latest acts of this kind."""
    found = [act for act in past.asked[-LATEST:] if act["act"] == kind][-6:] if past else []
    return chance.choice(found) if found else None


def _bought(chance: random.Random) -> list[list[Any]]:
    return [[str(number), chance.randrange(60_000), chance.choice([None, "tobacco"])] for number in (1, 2)]


def _lines(rows: list[list[Any]]) -> tuple[Line, ...]:
    return tuple(Line(*row) for row in rows)


def is_stored(answer: Mapping[str, Any]) -> bool:
    """Is it an answer that stays under its key?"""
    return not answer.get("nothing") and answer.get("refusal") not in ("same_account", "key_conflict")
