"""A campaign: more points for a while, for some goods, on some days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from posapp.points.receipt import Line
from posapp.points.rule import POINTS_MAX, name, names, sequence, whole_number

MULTIPLIER_PERCENT_MAX = 10_000

_KEYS = frozenset(
    {"id", "from", "to", "weekdays", "categories", "min_amount", "mult_pct", "bonus_points", "valid_days"}
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """Multiplies what its lines earn (`mult_pct`), or gives points of its own (`bonus_points`), or both.

    Runs from `first_day` to `last_day`, days of business, both included; on `weekdays` (1 Monday … 7 Sunday) when any
    are named; for `categories` when any are named; from `min_amount` (minor units, of its own lines) on.
    """

    id: str
    first_day: date
    last_day: date
    weekdays: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    min_amount: int = 0
    mult_pct: int = 100
    bonus_points: int = 0
    valid_days: int | None = None
    """Term of the bonus points; none: the programme's."""

    def runs_on(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day and (not self.weekdays or day.isoweekday() in self.weekdays)

    def covers(self, line: Line) -> bool:
        return not self.categories or line.category in self.categories

    def is_reached_by(self, earning_lines: tuple[Line, ...]) -> bool:
        """Do the lines that it covers come to its minimum?"""
        covered = [line.amount_minor for line in earning_lines if self.covers(line)]
        return bool(covered) and sum(covered) >= self.min_amount

    def to_config(self) -> dict[str, Any]:
        return {
            "id": self.id, "from": self.first_day.isoformat(), "to": self.last_day.isoformat(),
            "weekdays": list(self.weekdays), "categories": list(self.categories), "min_amount": self.min_amount,
            "mult_pct": self.mult_pct, "bonus_points": self.bonus_points, "valid_days": self.valid_days,
        }  # fmt: skip


def campaigns(value: object) -> tuple[Campaign, ...]:
    """Campaigns from a list of objects (or of campaigns). Raises ValueError for what cannot be one."""
    found = tuple(each if isinstance(each, Campaign) else _campaign(each) for each in sequence(value))
    if len({each.id for each in found}) != len(found):
        raise ValueError("two campaigns have the same id")
    return found


def _campaign(value: object) -> Campaign:
    if not isinstance(value, Mapping):
        raise ValueError("an object is needed for each campaign")
    if unknown := set(value) - _KEYS:
        raise ValueError(f"a campaign knows no {', '.join(sorted(map(str, unknown)))}")
    valid_days = value.get("valid_days")
    made = Campaign(
        id=name(value.get("id")),
        first_day=_day(value.get("from")),
        last_day=_day(value.get("to")),
        weekdays=tuple(whole_number(each, 1, 7) for each in sequence(value.get("weekdays", ()))),
        categories=names(value.get("categories", ())),
        min_amount=whole_number(value.get("min_amount", 0), 0, POINTS_MAX),
        mult_pct=whole_number(value.get("mult_pct", 100), 100, MULTIPLIER_PERCENT_MAX),
        bonus_points=whole_number(value.get("bonus_points", 0), 0, POINTS_MAX),
        valid_days=None if valid_days is None else whole_number(valid_days, 1, 36_500),
    )
    if made.last_day < made.first_day:
        raise ValueError(f"campaign {made.id} ends before it begins")
    return made


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise ValueError("a day such as 2026-03-31 is needed")
    return date.fromisoformat(value)
