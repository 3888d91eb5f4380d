"""Whole days asked for in an address: the first to the last, both among them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from posapp.core.text import N_
from posapp.web.day_field import DayField, DayUnreadable
from posapp.web.forms import Form

DAYS_MAX = 366


class DayNotYet(DayUnreadable):
    """A day that has not come."""

    code = "day_not_yet"
    sentence = N_("This day has not come yet. Choose today or an earlier day.")


class DaysTurned(DayUnreadable):
    """The last day lies before the first."""

    code = "days_turned"
    sentence = N_("The last day is before the first. Choose them the other way round.")


class TooManyDays(DayUnreadable):
    """More than is shown at once."""

    code = "too_many_days"
    sentence = N_("At most %(days)s days are shown at once. Choose fewer.")


class DaysForm(Form):
    """From a first day to a last; what the address leaves out is filled in."""

    first = DayField(_l("From"), name="from")
    last = DayField(_l("To"), name="to")

    def __init__(self, *, today: date, begin: date | None = None) -> None:
        """Without a last day, ``today``; without a first one, ``begin``, or else the last."""
        super().__init__(formdata=request.args)
        self._today = today
        self.last.data = self.last.data or today.isoformat()
        self.first.data = self.first.data or (begin.isoformat() if begin else self.last.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each day by itself, then both together."""
        return super().validate(extra_validators) and self._check_together()

    def days(self) -> tuple[date, date]:
        """The first and the last day, once they have been checked."""
        return self.first.value or self._today, self.last.value or self._today

    def _check_together(self) -> bool:
        first, last = self.days()
        if last > self._today:
            self.refuse("last", DayNotYet())
        elif last < first:
            self.refuse("last", DaysTurned())
        elif (last - first).days >= DAYS_MAX:
            self.refuse("first", TooManyDays(days=DAYS_MAX))
        return not self.errors
