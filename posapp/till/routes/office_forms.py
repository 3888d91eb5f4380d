"""What a manager types about cards: shape only."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError
from wtforms.validators import Length, Optional

from posapp.points.programme import DAYS_MAX
from posapp.till.adjusting import Adjustment
from posapp.till.forms import REASON_LENGTH_MAX
from posapp.web.day_field import DayField
from posapp.web.days import DaysForm
from posapp.web.forms import Form, KeyField, PhoneField, PointsField, TextField, required

ADD, TAKE = "add", "take"


class ReasonField(TextField):
    """Why something is done: words, and not spaces alone."""

    def __init__(self, asked: Any, **options: Any) -> None:
        """``asked``: what is said where nothing was written."""
        short = Length(3, REASON_LENGTH_MAX, _l("Write the reason in 3 to 200 characters."))
        super().__init__(_l("Reason"), validators=[required(asked), short], filters=[_stripped], **options)


def _stripped(text: str | None) -> str | None:
    return text and text.strip()


class FindCardForm(Form):
    """The whole number of a customer."""

    phone = PhoneField(_l("Customer's phone"), validators=[required(_l("Type the customer's number."))])


class AdjustForm(Form):
    """Points to be given or taken by hand."""

    direction = RadioField(_l("What to do"), validate_choice=False)
    points = PointsField(_l("Points"), validators=[required(_l("Type a number of points."))])
    valid_days = PointsField(_l("Valid for days"), validators=[Optional()])
    reason = ReasonField(_l("Write why the points change."))
    key = KeyField()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.direction.choices = [(ADD, _l("Give points")), (TAKE, _l("Take points away"))]

    def validate_direction(self, field: RadioField) -> None:
        if field.data not in (ADD, TAKE):
            raise ValidationError(_l("Choose whether points are given or taken away."))

    def validate_valid_days(self, field: PointsField) -> None:
        if field.value is not None and field.value > DAYS_MAX:
            raise ValidationError(gettext("Type a number of days up to %(most)s.", most=DAYS_MAX))
        if field.value is not None and self.direction.data == TAKE:
            raise ValidationError(_l("Only points that are given have a term. Leave this empty."))

    def wanted(self) -> Adjustment:
        """What was typed, once it has been checked."""
        points = self.points.value if self.direction.data == ADD else -self.points.value
        return Adjustment(points, self.reason.data, self.valid_days.value)


class FreezeForm(Form):
    """Freezing a card, or letting it go."""

    freeze_reason = ReasonField(_l("Write the reason."))
    key = KeyField()


class RefuseForm(Form):
    """Saying no to a request."""

    reason = ReasonField(_l("Write why it is refused."))
    key = KeyField()


class StatementForm(DaysForm):
    """The days of a statement."""

    first = DayField(_l("From"), name="since")
    last = DayField(_l("To"), name="until")
