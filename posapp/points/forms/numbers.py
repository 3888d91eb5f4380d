"""Numbers as people type them into rules."""

from __future__ import annotations

import re
from decimal import Decimal

from posapp.core.errors import Refusal
from posapp.core.text import N_

_SPACES = " \u00a0\u2009\u202f"
_WHOLE = re.compile(rf"[0-9]{{1,12}}|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}}){{1,3}}")
_PERCENT = re.compile(rf"([0-9]{{1,6}}(?:[.,][0-9]{{1,2}})?)[{_SPACES}]?%?")


class NumberRefused(Refusal):
    """The text is not a whole number between two others."""

    code = "number_refused"
    status = 422
    sentence = N_("Type a whole number from %(least)s to %(most)s.")


class PercentRefused(Refusal):
    """The text is not a share that the rule can take."""

    code = "percent_refused"
    status = 422
    sentence = N_("Type a percentage from 0 to %(most)s, such as 5 or 2.5.")


def parse_whole(text: str, *, least: int, most: int) -> int:
    """A whole number; spaces may stand between thousands. Raises NumberRefused."""
    written = text.strip(_SPACES)
    found = int(re.sub(f"[{_SPACES}]", "", written)) if _WHOLE.fullmatch(written) else -1
    if not least <= found <= most:
        raise NumberRefused(least=least, most=most)
    return found


def parse_percent(text: str, *, most: int) -> int:
    """A percentage with up to two decimals, in basis points, `most` of them at most. Raises PercentRefused."""
    found = _PERCENT.fullmatch(text.strip(_SPACES))
    basis_points = int(Decimal(found[1].replace(",", ".")).scaleb(2)) if found else most + 1
    if basis_points > most:
        raise PercentRefused(most=most // 100)
    return basis_points


def plain(value: int, decimals: int, mark: str) -> str:
    """A number with its decimals as somebody would type it: 550 with two is “5.5”, 500 is “5”."""
    whole, fraction = divmod(value, 10**decimals)
    digits = f"{fraction:0{decimals}}".rstrip("0") if fraction else ""
    return f"{whole}{mark}{digits}" if digits else str(whole)
