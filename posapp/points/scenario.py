"""A scenario: a programme, what happens to some cards, and what is expected then. Read strictly: what is not known is
an error, never ignored, so that a misspelt rule cannot pass for a tried one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

from posapp.points.operations import (
    Adjust,
    Bonus,
    BonusKind,
    Expire,
    Freeze,
    Merge,
    Open,
    Operation,
    Reserve,
    Return,
    Sale,
    Unfreeze,
    Void,
)
from posapp.points.programme import Programme
from posapp.points.receipt import Line, Receipt
from posapp.points.rule import BadRule

_REQUIRED: Mapping[str, frozenset[str]] = {
    "open": frozenset({"account"}),
    "sale": frozenset({"account", "receipt", "lines"}),
    "return": frozenset({"receipt"}),
    "hold": frozenset({"account", "points", "lines", "key"}),
    "void": frozenset({"hold"}),
    "expire": frozenset(),
    "bonus": frozenset({"account", "kind"}),
    "adjust": frozenset({"account", "points", "reason", "author"}),
    "merge": frozenset({"from", "into"}),
    "freeze": frozenset({"account"}),
    "unfreeze": frozenset({"account"}),
    "quote": frozenset({"account", "lines"}),
}
_OPTIONAL: Mapping[str, frozenset[str]] = {
    "sale": frozenset({"redeem", "otp", "hold", "tier"}),
    "return": frozenset({"lines", "all"}),
    "hold": frozenset({"otp"}),
    "adjust": frozenset({"approver", "valid_days"}),
}
_EVERY = frozenset({"type", "at"})
_NAMES = frozenset({"account", "from", "into", "key", "kind"})
"""Values that name something in the scenario itself."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_SCENARIO = frozenset({"id", "title", "rule", "config", "events", "as_of", "expect"})


class BadScenario(ValueError):
    """A scenario cannot be read: the text says which and why."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens. `values` are as written, checked to be known and complete."""

    type: str
    at: datetime
    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One vector of a file."""

    id: str
    programme: Programme
    events: tuple[Event, ...]
    as_of: datetime
    expect: Mapping[str, Any] | None


def parse(text: str) -> object:
    """The document in a text. Raises ValueError for what is no JSON, BadScenario for a name that stands twice."""
    return json.loads(text, object_pairs_hook=_object)


def read_scenarios(document: object, base: Mapping[str, Any] | None = None) -> list[Scenario]:
    """The scenarios of a parsed JSON document. Each `config` overrides `base`. Raises BadScenario."""
    if not isinstance(document, dict) or set(document) != {"format", "vectors"} or document["format"] != 1:
        raise BadScenario('a file of scenarios is {"format": 1, "vectors": [...]}')
    if not isinstance(document["vectors"], list):
        raise BadScenario("vectors are a list")
    found = [_scenario(vector, base or {}) for vector in document["vectors"]]
    if twice := [name for name, times in Counter(each.id for each in found).items() if times > 1]:
        raise BadScenario(f"two scenarios are called {', '.join(twice)}")
    return found


def operation_of(event: Event, cards: Mapping[str, UUID], store_id: UUID) -> Operation:
    """What an event asks of the ledger. Raises the refusal of an amount that is none."""
    values = event.values
    match event.type:
        case "open":
            return Open()
        case "sale":
            return Sale(
                Receipt(store_id, values["receipt"], lines_of(event)),
                redeem=values.get("redeem", 0),
                hold=values.get("hold"),
                proven=values.get("otp", False),
                tier_pct=values.get("tier"),
            )
        case "return":
            return Return(store_id, values["receipt"], _returned(event))
        case "hold":
            return Reserve(values["points"], lines_of(event), proven=values.get("otp", False))
        case "void":
            return Void(values["hold"])
        case "bonus":
            if values["kind"] not in get_args(BonusKind):
                raise BadScenario(f"{event.key}: there is no bonus {values['kind']}")
            return Bonus(values["kind"])
        case "adjust":
            return Adjust(
                values["points"], values["reason"], values["author"], values.get("approver"), values.get("valid_days")
            )
        case "merge":
            if values["from"] not in cards:
                raise BadScenario(f"{event.key}: there is no account {values['from']}")
            return Merge(cards[values["from"]])
        case "freeze":
            return Freeze()
        case "unfreeze":
            return Unfreeze()
        case _:
            return Expire()


def lines_of(event: Event) -> tuple[Line, ...]:
    """The lines of a receipt. Raises BadScenario for an unknown key, BadAmount for an amount that is none."""
    return tuple(Line(row["id"], row["amount"], row.get("cat")) for row in _rows(event, {"id", "amount", "cat"}))


def _returned(event: Event) -> tuple[tuple[str, int], ...] | None:
    if event.values.get("all") is True and "lines" not in event.values:
        return None
    if "all" in event.values or "lines" not in event.values:
        raise BadScenario("a return names its lines, or says all")
    return tuple((row["id"], row["amount"]) for row in _rows(event, {"id", "amount"}))


def _rows(event: Event, known: set[str]) -> Sequence[Mapping[str, Any]]:
    rows = event.values["lines"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadScenario("lines are a list of objects")
    for row in rows:
        if set(row) - known or not {"id", "amount"} <= set(row):
            raise BadScenario(f"a line has {', '.join(sorted(known))}, not {', '.join(sorted(map(str, row)))}")
    return rows


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadScenario(f"a name stands twice among {', '.join(name for name, _ in pairs)}")
    return found


def _scenario(vector: object, base: Mapping[str, Any]) -> Scenario:
    if not isinstance(vector, dict) or not isinstance(vector.get("id"), str):
        raise BadScenario("each vector is an object with an id")
    try:
        if unknown := set(vector) - _SCENARIO:
            raise BadScenario(f"a scenario knows no {', '.join(sorted(unknown))}")
        if not isinstance(vector.get("config", {}), dict) or not isinstance(vector.get("expect"), dict | None):
            raise BadScenario("config and expect are objects")
        if not isinstance(vector["events"], list):
            raise BadScenario("events are a list")
        return Scenario(
            id=vector["id"],
            programme=Programme.from_config({**base, **vector.get("config", {})}),
            events=tuple(_event(event, f"event {i}") for i, event in enumerate(vector["events"], start=1)),
            as_of=_moment(vector["as_of"]),
            expect=vector.get("expect"),
        )
    except (BadScenario, BadRule, KeyError) as problem:
        raise BadScenario(f"{vector['id']}: {problem}") from problem


def _event(event: object, key: str) -> Event:
    if not isinstance(event, dict) or not isinstance(event.get("type"), str) or event["type"] not in _REQUIRED:
        raise BadScenario(f"{key}: no such event")
    kind = event["type"]
    if missing := _REQUIRED[kind] - set(event):
        raise BadScenario(f"{key}: {kind} needs {', '.join(sorted(missing))}")
    known = _REQUIRED[kind] | _OPTIONAL.get(kind, frozenset()) | _EVERY | {"key"}
    if unknown := set(event) - known:
        raise BadScenario(f"{key}: {kind} knows no {', '.join(sorted(unknown))}")
    values = {name: value for name, value in event.items() if name not in _EVERY | {"key"}}
    for name in _NAMES & set(event):
        if not isinstance(event[name], str):
            raise BadScenario(f"{key}: {name} is a text")
    if not isinstance(event.get("otp", False), bool):
        raise BadScenario(f"{key}: otp is true or false")
    return Event(kind, _moment(event.get("at")), event.get("key", key), values)


def _moment(value: object) -> datetime:
    if not isinstance(value, str) or not value.endswith("Z"):
        raise BadScenario("a moment is written in UTC, such as 2026-03-02T10:00:00Z")
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
    except ValueError as problem:
        raise BadScenario(f"{value} is no moment") from problem
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise BadScenario(f"{value} is not between {_FIRST_YEAR} and {_LAST_YEAR}")
    return moment
