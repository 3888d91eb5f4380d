"""What the rules are called, and from when on they count."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.web.choices import NameField
from posapp.web.day_field import PLANNED_UNTIL, DayField
from posapp.web.forms import Form

YEARS_AHEAD = 3


class TooEarly(Refusal):
    """The rules would change receipts of today or earlier."""

    code = "day_too_soon"
    status = 422
    sentence = N_("The first day is %(day)s at the earliest: receipts of today must not change. Choose a later day.")


class TooFarAhead(Refusal):
    """So far ahead that it must be a slip of the finger."""

    code = "day_too_far"
    status = 422
    sentence = N_("This is years ahead. Choose an earlier day.")


class StartForm(Form):
    """A name and a first day."""

    name = NameField(_l("Name of these rules"), description=_l("For you and your colleagues."))
    starts_on = DayField(_l("First day"), latest=PLANNED_UNTIL, validators=[Optional()])

    def check(self, earliest: date, said: str) -> bool:
        """Each field by itself, then the day beside the `earliest`, which people read as `said`."""
        self.validate()
        first = self.starts_on.value
        if first is not None and first < earliest:
            self.refuse("starts_on", TooEarly(day=said))
        elif first is not None and first.year > earliest.year + YEARS_AHEAD:
            self.refuse("starts_on", TooFarAhead())
        return not self.errors

    @staticmethod
    def shown(name: str, starts_on: date | None) -> dict[str, Any]:
        return {"name": name, "starts_on": starts_on and starts_on.isoformat()}
