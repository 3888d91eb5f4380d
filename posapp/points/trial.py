"""Trying rules on a small story, before they are switched on.

The story is written as a scenario and runs through the same reading, decisions and gate as every scenario and every
till, on a database that lives in memory for as long as it takes (`thrown_away`). It is not bound to the house's own
engine, so nothing of the house can be touched, and several can run beside each other in one web process. A process of
its own would take longer to start than the story takes to run (some 0.1 s); the pure decisions alone would leave out
what the ledger adds: keys, receipts that are entered once, returns of what was posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from posapp.core.db import thrown_away
from posapp.points.lot import LotKind
from posapp.points.midday import midday
from posapp.points.operations import Redeem
from posapp.points.programme import Programme
from posapp.points.refusals import PointsRefusal
from posapp.points.scenario import read_scenarios
from posapp.points.scenarios import Run

CARD, FIRST, SECOND = "card", "1", "2"
A_WHILE = timedelta(hours=1)
"""Between two things that happen on one day."""
TEAR = timedelta(seconds=1)

Lines = tuple[tuple[int, str | None], ...]
"""Minor units and kind of goods of each line."""


class Sequel(StrEnum):
    """What happens after the first receipt."""

    TIME = "time"
    RECEIPT = "receipt"
    WHOLE_RETURN = "whole_return"
    PART_RETURN = "part_return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """The second half of a story."""

    what: Sequel
    days: int
    amount_minor: int = 0
    """Of the second receipt, or of what comes back from the first line of the first one."""
    kind: str | None = None
    redeem: Redeem = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A card with some points, a receipt, and what comes after it."""

    day: date
    balance: int
    lines: Lines
    redeem: Redeem
    tier_pct: int
    then: Then

    @property
    def last_day(self) -> date:
        return self.day + timedelta(days=self.then.days)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: its result, or why it was refused."""

    type: str
    day: date
    amount_minor: int
    result: Mapping[str, Any]
    refusal: PointsRefusal | None


@dataclass(frozen=True, slots=True)
class Lot:
    """Points left on the card, and their first and last day."""

    kind: LotKind
    left: int
    first_day: date
    last_day: date | None
    """None: they never lapse."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The card when the story is over."""

    day: date
    spendable: int
    pending: int
    debt: int
    lots: tuple[Lot, ...]


def play(programme: Programme, story: Story) -> tuple[list[Step], Ending]:
    """What comes of a story by these rules, which have been brought to a store."""
    with thrown_away():
        (scenario,) = read_scenarios(_document(programme, story))
        run = Run(scenario)
        told = [(event, run.result(event)) for event in scenario.events]
        books = run.books(scenario.as_of)["accounts"][CARD]
        steps = [
            Step(
                event.type, programme.business_day(event.at), _amount(event.values), result, run.refusals.get(event.key)
            )
            for event, result in told
            if event.type in ("sale", "return")
        ]
    return steps, _ending(books, programme, scenario.as_of)


def _document(programme: Programme, story: Story) -> dict[str, Any]:
    """The story in the format of scenarios."""
    at = midday(programme, story.day)
    later = midday(programme, story.last_day) + A_WHILE
    vector = {
        "id": "trial",
        "config": programme.to_config(),
        "events": [*_beginning(story, at), *_end(story, later)],
        "as_of": _written(later),
    }
    return {"format": 1, "vectors": [vector]}


def _beginning(story: Story, at: datetime) -> Iterator[dict[str, Any]]:
    yield {"type": "open", "account": CARD, "at": _written(at)}
    if story.balance:
        yield {
            "type": "adjust", "account": CARD, "points": story.balance, "reason": "trial", "author": "one",
            "approver": "another", "at": _written(at),
        }  # fmt: skip
    yield _sale(FIRST, story.lines, story.redeem, at) | {"tier": story.tier_pct}


def _end(story: Story, at: datetime) -> Iterator[dict[str, Any]]:
    then = story.then
    match then.what:
        case Sequel.RECEIPT:
            yield _sale(SECOND, ((then.amount_minor, then.kind),), then.redeem, at) | {"tier": story.tier_pct}
        case Sequel.WHOLE_RETURN:
            yield {"type": "return", "receipt": FIRST, "all": True, "at": _written(at)}
        case Sequel.PART_RETURN:
            back = [{"id": "1", "amount": then.amount_minor}]
            yield {"type": "return", "receipt": FIRST, "lines": back, "at": _written(at)}
        case _:
            yield {"type": "expire", "at": _written(at)}


def _sale(receipt: str, lines: Lines, redeem: Redeem, at: datetime) -> dict[str, Any]:
    written = [
        {"id": str(number), "amount": amount, "cat": kind} for number, (amount, kind) in enumerate(lines, start=1)
    ]
    return {
        "type": "sale", "account": CARD, "receipt": receipt, "lines": written, "redeem": redeem, "otp": True,
        "at": _written(at),
    }  # fmt: skip


def _amount(values: Mapping[str, Any]) -> int:
    return sum(line["amount"] for line in values.get("lines", ()))


def _ending(account: Mapping[str, Any], programme: Programme, at: datetime) -> Ending:
    lots = tuple(_lot(lot, programme) for lot in account["lots"])
    return Ending(programme.business_day(at), account["spendable"], account["pending"], account["debt"], lots)


def _lot(lot: Mapping[str, Any], programme: Programme) -> Lot:
    """A term ends at a local midnight, so its last day is the day of the moment before."""
    zone = ZoneInfo(programme.timezone)
    first, gone = _read(lot["available_at"]), lot["expires_at"]
    last = None if gone is None else (_read(gone) - TEAR).astimezone(zone).date()
    return Lot(LotKind(lot["kind"]), lot["remaining"], first.astimezone(zone).date(), last)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(moment: str) -> datetime:
    return datetime.fromisoformat(moment)
