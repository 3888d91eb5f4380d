"""What a report is asked for: days and a store."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from posapp.reports.period import Period
from posapp.stores.choosing import ALL_STORES
from posapp.web.days import DaysForm


class ReportForm(DaysForm):
    """Whole days, the first to the last; without them, today."""

    store = SelectField(_l("Store"), validate_choice=False)

    def __init__(self, *, today: date, stores: list[tuple[str, str]]) -> None:
        super().__init__(today=today)
        choices = [(ALL_STORES, _l("All my stores")), *stores]
        self.store.choices = [SelectChoice(value, label) for value, label in choices]
        self.store.data = self.store.data or ALL_STORES

    def period(self) -> Period:
        """The days asked for, once they have been checked."""
        return Period(*self.days())
