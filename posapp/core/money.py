"""Amounts of money and numbers of points: whole minor units inside, people's writing outside. Never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal

from posapp.core.errors import Refusal
from posapp.core.text import N_

_SPACES = " \u00a0\u2009\u202f"
"""Ordinary, no-break, thin and narrow no-break: what people and formatters put between thousands."""

_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?:[.,][0-9]*)?")
_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")
_FINE_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,3}))?")
"""For the few currencies whose smallest unit is a thousandth."""

_POINTS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Currency:
    """The money of a shop: its ISO 4217 code, and how many digits follow the point."""

    code: str
    exponent: int


UNKNOWN = Currency("RUB", 2)
"""Before there is a shop."""


class AmountRefused(Refusal):
    """The text is not an amount of money as people write it."""

    code = "amount_unreadable"
    status = 400
    sentence = N_("This is not an amount. Type it in digits, for example 1234.56.")


class AmountTooFine(AmountRefused):
    """The amount has more digits after the point than the currency has."""

    code = "amount_too_fine"
    sentence = N_("There are too many digits after the point. At most %(digits)s fit here.")


class PointsRefused(Refusal):
    """The text is not a whole positive number of points."""

    code = "points_unreadable"
    status = 400
    sentence = N_("This is not a number of points. Type a whole number from %(least)s to 999999999.")


def parse_amount(text: object, exponent: int = 2) -> int:
    """Read an amount as minor units ("1 234,5" with exponent 2 is 123450). Zero is an amount.

    Spaces count as thousands separators only where thousands are. Raises AmountRefused.
    """
    if not isinstance(text, str):
        raise AmountRefused
    written = text.strip(_SPACES)
    if _GROUPED.fullmatch(written):
        written = re.sub(f"[{_SPACES}]", "", written)
    found = (_AMOUNT if exponent < 3 else _FINE_AMOUNT).fullmatch(written)
    if found is None:
        raise AmountRefused
    whole, fraction = found[1], found[2] or ""
    if len(fraction) > exponent:
        raise AmountTooFine(digits=exponent)
    return int(whole + fraction.ljust(exponent, "0"))


def format_amount(minor: int, exponent: int, locale: str, *, grouped: bool = True) -> str:
    """Write minor units as the reader does: 123456 → "1 234,56" (ru, with a no-break space), "1,234.56" (en).

    Not ``grouped``, for a spreadsheet: "1234,56" (ru), "1234.56" (en).
    """
    pattern = "#,##0" + ("." + "0" * exponent if exponent else "")
    return format_decimal(Decimal(minor).scaleb(-exponent), format=pattern, locale=locale, group_separator=grouped)


def parse_points(text: object, *, least: int = 1) -> int:
    """Read a number of points: one to nine ASCII digits, not under `least`. Raises PointsRefused."""
    if not isinstance(text, str) or not _POINTS.fullmatch(text.strip(_SPACES)):
        raise PointsRefused(least=least)
    points = int(text.strip(_SPACES))
    if points < least:
        raise PointsRefused(least=least)
    return points
