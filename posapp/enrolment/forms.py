"""The pages of an enrolment: what is asked, and what is wrong with an answer, in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from babel.dates import get_month_names
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from posapp import settings
from posapp.consent.purposes import ConsentPurpose
from posapp.core.drawing import SignatureRefused, Strokes
from posapp.core.phone import PhoneNumber, PhonePolicy
from posapp.enrolment.fields import NAME_LENGTH_MAX, is_birthday, is_name, tidy, tidy_email
from posapp.enrolment.outcomes import EndReason
from posapp.web.forms import Form, KeyField, PhoneField, TextField, required
from posapp.web.locale import LANGUAGES, language, say

BIRTHDAY = ("birthday_day", "birthday_month", "birthday_year")
OPTIONAL_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "patronymic": ("patronymic",),
    "birthday": BIRTHDAY,
    "email": ("email",),
    "referrer": ("referrer",),
}
"""Question → its fields; the shop may leave each of them out."""

TICKED = frozenset({"y", "on", "true", "1", True})


class NumberForm(Form):
    """The customer's number, in any way that people say it."""

    phone = PhoneField(_l("Customer's phone"), validators=[required(_l("Type the customer's number."))])

    def at(self, region: str) -> Self:
        """For a store in ``region``."""
        now = settings.current()
        self.phone.region = region
        self.phone.policy = PhonePolicy(frozenset(now.allowed_regions), refuse_dummies=now.refuse_dummy_numbers)
        return self


class NameField(TextField):
    """A name, in one spelling."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = tidy(self.data)

    def pre_validate(self, form: Any) -> None:
        if len(self.data or "") > NAME_LENGTH_MAX:
            raise ValidationError(_l("This is too long: 100 letters at most. Write it shorter."))
        if self.data and not is_name(self.data):
            raise ValidationError(_l("Write this with letters, spaces, hyphens and apostrophes only."))


class PartField(TextField):
    """A part of a date, or an address: short text without spaces around it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = tidy(self.data)


class ReferrerField(PhoneField):
    """Somebody else's number: kept as E.164 once it is right, shown as it is written."""

    def _value(self) -> str:
        try:
            return PhoneNumber.restored(self.data or "").pretty()
        except ValueError:
            return super()._value()


class QuestionnaireForm(Form):
    """Who the customer is. Questions that the shop has switched off are not there, and are not read when sent."""

    surname = NameField(_l("Surname"), validators=[DataRequired(_l("Write the surname."))])
    given_name = NameField(_l("Given name"), validators=[DataRequired(_l("Write the given name."))])
    patronymic = NameField(_l("Patronymic"))
    birthday_day = PartField(_l("Day"))
    birthday_month = SelectField(_l("Month"), validate_choice=False, default="")
    birthday_year = PartField(_l("Year"))
    email = PartField(_l("E-mail"))
    referrer = ReferrerField(_l("Who invited you? Phone number"))
    language = RadioField(
        _l("Customer's language"),
        choices=[SelectChoice(*pair) for pair in LANGUAGES.items()],
        validate_choice=False,
    )
    today = date.max
    own: PhoneNumber | None = None

    def asking(self, questions: Mapping[str, bool]) -> Self:
        """With the shop's questions alone."""
        for question, fields in OPTIONAL_QUESTIONS.items():
            for name in fields if not questions.get(question, True) else ():
                delattr(self, name)
        if "birthday_month" in self:
            names = get_month_names("wide", context="format", locale=language())
            self.birthday_month.choices = [
                SelectChoice("", "—"),
                *(SelectChoice(str(number), names[number]) for number in range(1, 13)),
            ]
        return self

    def on(self, today: date) -> Self:
        """Judged on this day."""
        self.today = today
        return self

    def of(self, phone: PhoneNumber, *, region: str) -> Self:
        """Of the customer with this number, in a store of ``region``."""
        self.own = phone
        if "referrer" in self:
            self.referrer.region = region
        return self

    def validate_birthday_day(self, field: PartField) -> None:
        day, month, year = (self[name].data or "" for name in BIRTHDAY)
        if (day or month or year) and not (day and month):
            raise ValidationError(_l("Give the day and the month of birth, or leave the birthday out."))
        if day and not is_birthday(day, month, year, today=self.today):
            raise ValidationError(_l("There is no such day. Check day, month and year; the year has four digits."))

    def validate_email(self, field: PartField) -> None:
        if not field.data:
            return
        address = tidy_email(field.data)
        if address is None:
            raise ValidationError(_l("This is not an e-mail address. Check it, or leave it out."))
        field.data = address

    def validate_referrer(self, field: ReferrerField) -> None:
        if field.value is None:
            return
        if field.value == self.own:
            raise ValidationError(_l("This is the customer's own number. Type the number of whoever invited them."))
        field.data = field.value.e164

    def validate_language(self, field: RadioField) -> None:
        if field.data not in LANGUAGES:
            raise ValidationError(_l("Choose the customer's language."))

    def answers(self) -> dict[str, str]:
        """What was typed, field by field, right or wrong."""
        return {field.name: str(field.data or "") for field in self if field.name != "language"}


class TickField(BooleanField):
    """A box that is ticked by what a box sends, and by nothing else."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = bool(valuelist) and isinstance(valuelist[0], str | bool) and valuelist[0] in TICKED


class CustomerForm(Form):
    """The customer's own page: one box for each document, and a signature."""

    personal_data = TickField(_l("I agree to the processing of my personal data"))
    rules = TickField(_l("I agree to the rules of the card"))
    advertising_sms = TickField(_l("I agree to advertising by SMS"))
    advertising_call = TickField(_l("I agree to advertising by phone call"))
    advertising_messenger = TickField(_l("I agree to advertising in messengers"))
    signature_points = TextField(_l("Signature"))
    by_code = TickField(_l("I agree by code instead: I will say the code from the message to the cashier"))
    documents = HiddenField()
    """Which texts the page has shown."""
    lang = HiddenField()
    """Sent by the buttons that change the language."""

    def validate_personal_data(self, field: TickField) -> None:
        if not field.data:
            raise ValidationError(_l("Tick this to get a card: without it we may not keep your data."))

    def validate_rules(self, field: TickField) -> None:
        if not field.data:
            raise ValidationError(_l("Tick this to get a card: the rules are what you and the shop agree on."))

    def validate_by_code(self, field: TickField) -> None:
        if field.data:
            return
        if not self.signature_points.data:
            raise ValidationError(_l("Sign in the box, or tick that you agree by code."))
        try:
            Strokes.parse(self.signature_points.data)
        except SignatureRefused as refusal:
            raise ValidationError(say(refusal)) from None

    def ticks(self) -> tuple[str, ...]:
        """The purposes whose box is ticked."""
        return tuple(purpose.value for purpose in ConsentPurpose if self[purpose.value].data)

    def drawing(self) -> str:
        """The drawn points that are worth keeping; nothing when the customer agrees by code."""
        points = self.signature_points.data
        if self.by_code.data or not isinstance(points, str):
            return ""
        try:
            Strokes.parse(points)
        except SignatureRefused:
            return ""
        return points


class TakeForm(Form):
    """The cashier's signature under the questionnaire."""

    key = KeyField()


class StopForm(Form):
    """The end without a card, and why."""

    reason = HiddenField()

    @property
    def end_reason(self) -> EndReason:
        """What the button said: the customer does not agree; anything else counts as abandoned."""
        refused = self.reason.data == EndReason.REFUSED_CONSENT
        return EndReason.REFUSED_CONSENT if refused else EndReason.ABANDONED
