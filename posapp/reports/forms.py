"""What a report is asked for: days and a store."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from posapp.core.text import N_
from posapp.reports.period import Period
from posapp.stores.choosing import ALL_STORES
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
    """More than a report shows at once."""

    code = "too_many_days"
    sentence = N_("A report covers at most %(days)s days. Choose fewer.")


class ReportForm(Form):
    """Whole days, the first to the last; without them, today."""

    first = DayField(_l("From"), name="from")
    last = DayField(_l("To"), name="to")
    store = SelectField(_l("Store"), validate_choice=False)

    def __init__(self, *, today: date, stores: list[tuple[str, str]]) -> None:
        super().__init__(formdata=request.args)
        choices = [(ALL_STORES, _l("All my stores")), *stores]
        self.store.choices = [SelectChoice(value, label) for value, label in choices]
        self.store.data = self.store.data or ALL_STORES
        self._today = today
        self.last.data = self.last.data or today.isoformat()
        self.first.data = self.first.data or self.last.data

    def validate(self, extra_validators: Any = None) -> bool:
        """Each day by itself, then both together."""
        return super().validate(extra_validators) and self._check_together()

    def period(self) -> Period:
        """The days asked for, once they have been checked."""
        return Period(self.first.value or self._today, self.last.value or self._today)

    def _check_together(self) -> bool:
        period = self.period()
        if period.last > self._today:
            self.refuse("last", DayNotYet())
        elif not len(period):
            self.refuse("last", DaysTurned())
        elif len(period) > DAYS_MAX:
            self.refuse("first", TooManyDays(days=DAYS_MAX))
        return not self.errors
