"""Which six digits may be a shift's PIN."""

from __future__ import annotations

import re

from posapp.core.errors import Refusal
from posapp.core.text import N_

PIN_DIGITS = 6

_SHAPE = re.compile(r"[0-9]{6}")
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CENTURIES = ("19", "20")


class PinShape(Refusal):
    """Not six digits."""

    code = "pin_shape"
    status = 422
    sentence = N_("A PIN is six digits. Type all six.")


class PinTooEasy(Refusal):
    """Six digits that are tried first: rows, repeats, dates and years."""

    code = "pin_too_easy"
    status = 422
    sentence = N_("This PIN is easy to guess. Choose six digits that are not a row, a repeat, a date or a year.")


def parse_pin(typed: object) -> str:
    """The PIN's digits. Raises PinShape."""
    if not isinstance(typed, str) or not _SHAPE.fullmatch(typed):
        raise PinShape
    return typed


def refuse_easy(pin: str) -> None:
    """Raises PinTooEasy for about a sixth of all PINs: those that people choose most."""
    if _has_few_digits(pin) or _repeats(pin) or _runs(pin) or _is_date(pin) or _has_year(pin):
        raise PinTooEasy


def _has_few_digits(pin: str) -> bool:
    """111111, 121212, 112211."""
    return len(set(pin)) <= 2


def _repeats(pin: str) -> bool:
    """123123; 112233 is a repeat within pairs."""
    return pin == pin[:3] * 2 or (pin[::2] == pin[1::2] and _is_run(pin[::2]))


def _runs(pin: str) -> bool:
    """Both halves go up or down in equal steps: 123456, 987654, 123321, 147258."""
    return _is_run(pin[:3]) and _is_run(pin[3:])


def _is_run(digits: str) -> bool:
    first, second, third = map(int, digits)
    return (second - first) % 10 == (third - second) % 10


def _is_date(pin: str) -> bool:
    """Day, month and year in two digits each, in any of the three orders in use."""
    first, second, third = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    return _is_day(first, second) or _is_day(second, first) or _is_day(third, second)


def _is_day(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _DAYS_IN_MONTH[month - 1]


def _has_year(pin: str) -> bool:
    """A year of ours at the beginning or the end."""
    return pin.startswith(_CENTURIES) or pin[2:4] in _CENTURIES
