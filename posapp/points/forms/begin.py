"""Beginning to work on other rules."""

from __future__ import annotations

from wtforms.validators import Optional

from posapp.points.forms.fields import CountField
from posapp.web.day_field import PLANNED_UNTIL, DayField
from posapp.web.forms import Form

VERSIONS = (0, 1_000_000_000)


class BeginForm(Form):
    """The version to begin with (0: the defaults), and a first day where it is known already."""

    version = CountField(bounds=VERSIONS)
    starts_on = DayField(latest=PLANNED_UNTIL, validators=[Optional()])
