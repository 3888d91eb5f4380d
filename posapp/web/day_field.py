"""A field for a day."""

from __future__ import annotations

import re
from datetime import date

from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.web.forms import ValueField

FIRST_DAY = date(2000, 1, 1)
"""No day before this is asked for: it is a slip of the finger."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DayUnreadable(Refusal):
    """The text is not a day."""

    code = "day_unreadable"
    status = 422
    sentence = N_("This is not a day. Choose it in the calendar, or type it as 2026-03-31.")


class DayTooEarly(DayUnreadable):
    """A day of another century."""

    code = "day_too_early"
    sentence = N_("This day is too long ago. Choose a later one.")


class DayField(ValueField):
    """A day; ``value`` holds it."""

    value: date | None = None

    def parse(self, text: str) -> date:
        written = text.strip()
        if not _DAY.fullmatch(written):
            raise DayUnreadable
        try:
            day = date.fromisoformat(written)
        except ValueError:
            raise DayUnreadable from None
        if day < FIRST_DAY:
            raise DayTooEarly
        return day
