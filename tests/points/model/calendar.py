"""Days of business and the terms of points, by plain arithmetic."""

from calendar import monthrange
from datetime import date, timedelta

HOUR, DAY = 3_600, 86_400
EAST = 3 * HOUR
EPOCH = date(1970, 1, 1)

Term = tuple[int, int | None]
"""From when (inclusive) until when (exclusive; None: for ever)."""


def day_of(at: int, cutover_hour: int) -> int:
    """The number of the day of business."""
    return (at + EAST - cutover_hour * HOUR) // DAY


def year_of(at: int) -> int:
    return (EPOCH + timedelta(days=(at + EAST) // DAY)).year


def midnight(day: int) -> int:
    """When a local day begins."""
    return day * DAY - EAST


def earned_term(rules: dict[str, int | str], at: int, valid_days: int | None = None) -> Term:
    """The term of what a receipt earns: it may be pending first."""
    pending = int(rules["pending_days"])
    first = day_of(at, int(rules["cutover_hour"])) + pending
    return (midnight(first) if pending else at, _end(rules, first, valid_days))


def given_term(rules: dict[str, int | str], at: int, valid_days: int | None = None) -> Term:
    """The term of what is given: never pending."""
    return (at, _end(rules, day_of(at, int(rules["cutover_hour"])), valid_days))


def _end(rules: dict[str, int | str], first: int, valid_days: int | None) -> int | None:
    if valid_days is not None:
        return midnight(first + valid_days + 1)
    if rules["expiry_mode"] == "never":
        return None
    last = EPOCH + timedelta(days=first + int(rules["valid_days"]))
    if rules["expiry_mode"] == "eom":
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return midnight((last - EPOCH).days + 1)
