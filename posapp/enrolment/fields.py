"""What people write about themselves: names in any script, a birthday with or without its year, an e-mail address."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from email_validator import EmailNotValidError, validate_email

NAME_LENGTH_MAX = 100
TYPED_LENGTH_MAX = 300
"""Longer text is cut before it is kept: a draft has room for a person, not for a book."""
YEAR_MIN = 1900

_BETWEEN_LETTERS = frozenset(" -.'’ʼ`‐‑")
_DAY, _YEAR = re.compile(r"[0-9]{1,2}"), re.compile(r"[0-9]{4}")
_LEAP_YEAR = 2000


def tidy(text: str | None) -> str:
    """The text in one spelling: composed letters, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())[:TYPED_LENGTH_MAX]


def is_name(text: str) -> bool:
    """Letters of any script, and what stands between them; at least one letter."""
    letters = [c for c in text if unicodedata.category(c)[0] == "L"]
    others = {c for c in text if unicodedata.category(c)[0] not in "LM"}
    return bool(letters) and others <= _BETWEEN_LETTERS and len(text) <= NAME_LENGTH_MAX


def is_birthday(day: str, month: str, year: str, *, today: date) -> bool:
    """A day of the calendar, not in the future. Without a year 29 February is one, too."""
    if not (_DAY.fullmatch(day) and _DAY.fullmatch(month)) or (year and not _YEAR.fullmatch(year)):
        return False
    try:
        found = date(int(year or _LEAP_YEAR), int(month), int(day))
    except ValueError:
        return False
    return not year or date(YEAR_MIN, 1, 1) <= found <= today


def tidy_email(text: str) -> str | None:
    """The address in one spelling; None when it is none. Whether it receives mail is not asked."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None
