"""Short words for scenarios: `play({...rules}, open_(), sale("R1", 1000_00))` runs them by decisions alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from posapp.points.scenario import read_scenarios
from tests.points.pure_ledger import PureLedger

Event = dict[str, Any]
NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""Noon in Moscow, on a Monday."""


@dataclass(frozen=True)
class Played:
    """Answers in the order of the events, and the books after the last one."""

    results: list[dict[str, Any]]
    books: dict[str, Any]

    @property
    def last(self) -> dict[str, Any]:
        return self.results[-1]

    def account(self, name: str = "A") -> dict[str, Any]:
        found: dict[str, Any] = self.books["accounts"][name]
        return found

    def lots(self, name: str = "A") -> list[tuple[str, int]]:
        """Kind and remaining of each open lot, by number."""
        return [(lot["kind"], lot["remaining"]) for lot in self.account(name)["lots"]]


def play(config: dict[str, Any], *events: Event, as_of: str | None = None) -> Played:
    """Run events under the rules, and check that the books come to nothing."""
    vector = {"id": "play", "config": config, "events": list(events), "as_of": as_of or events[-1]["at"]}
    (scenario,) = read_scenarios({"format": 1, "vectors": [vector]})
    ledger = PureLedger(scenario.programme)
    results = [dict(ledger.run(event)) for event in scenario.events]
    books = ledger.report(scenario.as_of)
    assert books["trial_balance"] == 0
    return Played(results, books)


def at(days: int = 0, minutes: int = 0, seconds: int = 0) -> str:
    """Some time after noon of the first day."""
    moment = NOON + timedelta(days=days, minutes=minutes, seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def line(id_: str, amount: int, cat: str | None = None) -> Event:
    return {"id": id_, "amount": amount} | ({"cat": cat} if cat else {})


def opened(account: str = "A") -> Event:
    return {"type": "open", "account": account, "at": at()}


def given(points: int, *, account: str = "A", day: int = 0, valid_days: int | None = None) -> Event:
    extra = {} if valid_days is None else {"valid_days": valid_days}
    return {
        "type": "adjust", "account": account, "points": points, "reason": "goodwill", "author": "m1",
        "approver": "m2", "at": at(day), **extra,
    }  # fmt: skip


def sale(receipt: str, lines: int | list[Event], *, day: int = 0, account: str = "A", **extra: Any) -> Event:
    found = [line("1", lines)] if isinstance(lines, int) else lines
    return {
        "type": "sale", "account": account, "receipt": receipt, "lines": found, "at": at(day), "otp": True, **extra
    }  # fmt: skip


def back(receipt: str, lines: list[Event] | None = None, *, day: int = 1, **extra: Any) -> Event:
    what = {"all": True} if lines is None else {"lines": lines}
    return {"type": "return", "receipt": receipt, "at": at(day), **what, **extra}


def hold(points: int, lines: int, key: str = "h", *, minutes: int = 0) -> Event:
    return {
        "type": "hold", "account": "A", "points": points, "lines": [line("1", lines)], "otp": True, "key": key,
        "at": at(minutes=minutes),
    }  # fmt: skip
