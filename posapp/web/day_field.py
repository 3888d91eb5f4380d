"""A field for a day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.web.forms import ValueField

FIRST_DAY = date(2000, 1, 1)
"""No day before this is asked for: it is a slip of the finger."""

PLANNED_UNTIL = date(2099, 12, 31)
"""For what is planned: a later day is a slip of the finger too."""

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


class DayTooLate(DayUnreadable):
    """A day that nobody plans for."""

    code = "day_too_late"
    sentence = N_("This day is too far ahead. Choose an earlier one.")


class DayField(ValueField):
    """A day; ``value`` holds it. ``latest``: no day after it is taken."""

    value: date | None = None

    def __init__(self, label: Any = None, *, latest: date = date.max, **options: Any) -> None:
        super().__init__(label, **options)
        self._latest = latest

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
        if day > self._latest:
            raise DayTooLate
        return day
