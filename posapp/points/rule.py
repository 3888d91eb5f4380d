"""What values one rule of a programme may take: checked when a programme is made, whoever makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

POINTS_MAX = 1_000_000_000
"""More than any rule needs; it keeps every sum far inside 64 bits."""

NAME_LENGTH_MAX = 64

Read = Callable[[object], object]


class BadRule(ValueError):
    """A programme was given a rule that does not exist, or a value that the rule cannot take."""

    def __init__(self, rule: str, problem: str) -> None:
        super().__init__(f"{rule}: {problem}")
        self.rule = rule
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which whole numbers a rule lies, and whether it may be none."""

    low: int
    high: int
    optional: bool


def bounds_of(programme: type, rule: str) -> Bounds:
    """The bounds of a rule that is a whole number."""
    found: Bounds = next(each for each in fields(programme) if each.name == rule).metadata["bounds"]
    return found


def whole(default: int | None, *, low: int = 0, high: int = POINTS_MAX, optional: bool = False) -> Any:
    """A rule that is a whole number between `low` and `high`; `optional`: or none."""

    def read(value: object) -> int | None:
        return None if optional and value is None else whole_number(value, low, high)

    return _rule(default, read, bounds=Bounds(low, high, optional))


def choice(default: str, *others: str) -> Any:
    """A rule that is one word of a few."""
    return _rule(default, lambda value: one_of(value, (default, *others)))


def yes_or_no(default: bool) -> Any:
    """A rule that is on or off."""
    return _rule(default, _boolean)


def words(*default: str) -> Any:
    """A rule that is a list of names."""
    return _rule(default, names)


def zone() -> Any:
    """A rule that is a time zone, or the store's own when none is given."""
    return _rule(None, _zone)


def composed(default: Any, read: Read) -> Any:
    """A rule with a shape of its own."""
    return _rule(default, read)


def whole_number(value: object, low: int, high: int) -> int:
    """The whole number itself; raises ValueError for anything else, `True` and 1.0 among them."""
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"a whole number from {low} to {high} is needed")
    return value


def one_of(value: object, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"one of {', '.join(allowed)} is needed")
    return value


def name(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= NAME_LENGTH_MAX:
        raise ValueError(f"a name of 1 to {NAME_LENGTH_MAX} characters is needed")
    return value


def names(value: object) -> tuple[str, ...]:
    return tuple(name(each) for each in sequence(value))


def sequence(value: object) -> tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("a list is needed")
    return tuple(value)


def pairs(value: object) -> tuple[tuple[object, object], ...]:
    """Each entry of a list of two-element lists, or of an object."""
    rows = value.items() if isinstance(value, dict) else sequence(value)
    found = [sequence(row) for row in rows]
    if any(len(row) != 2 for row in found):
        raise ValueError("pairs are needed")
    return tuple((row[0], row[1]) for row in found)


def _rule(default: object, read: Read, *, bounds: Bounds | None = None) -> Any:
    return field(default=default, metadata={"read": read, "bounds": bounds})


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")
    return value


def _zone(value: object) -> str | None:
    if value is None:
        return None
    try:
        return ZoneInfo(name(value)).key
    except (ZoneInfoNotFoundError, OSError) as unknown:
        raise ValueError("a time zone such as Europe/Moscow is needed") from unknown
