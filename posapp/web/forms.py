"""Forms: shape only, value objects made at the door, every fault a sentence at its field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired

from posapp.core.errors import Refusal
from posapp.core.money import parse_amount, parse_points
from posapp.core.phone import PhoneNumber, PhonePolicy, parse_phone
from posapp.web import body
from posapp.web.access import visitor
from posapp.web.idempotency import new_key, read_key
from posapp.web.locale import say

UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of pairs: no keyboard makes them and no database keeps them."""


class Problem(NamedTuple):
    """One fault: the id of its field, the field's label, what to do."""

    field_id: str
    label: str
    message: str


class Form(FlaskForm):
    """A form that reads the strict body (form or JSON) and lists its problems for the summary."""

    class Meta(FlaskForm.Meta):
        csrf = False  # the token is checked for every unsafe request before its route

    def __init__(self, **options: Any) -> None:
        options.setdefault("formdata", body.frozen() if request.method == "POST" else None)
        super().__init__(**options)

    def problems(self) -> list[Problem]:
        """Every fault, in the order of the fields."""
        return [
            Problem(field.id, str(field.label.text), sentence)
            for field in self
            for sentence in _sentences(field.errors)
        ]

    def refuse(self, name: str, refusal: Refusal) -> None:
        """Put a service's refusal at the field it speaks of."""
        field = self[name]
        field.errors = [*field.errors, say(refusal)]


def _sentences(errors: Any) -> Iterator[str]:
    """The sentences in the errors of a field; those of a list of lines lie deeper."""
    if isinstance(errors, Mapping):
        errors = errors.values()
    elif not isinstance(errors, list | tuple):
        yield str(errors)
        return
    for each in errors:
        yield from _sentences(each)


class TextField(StringField):
    """A line of text; anything in a JSON body that is not text is a fault, never converted."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and not isinstance(valuelist[0], str):
            self.data = None
            raise ValueError(gettext("Type this in as text."))
        if valuelist and UNWRITABLE.search(valuelist[0]):
            self.data = UNWRITABLE.sub("", valuelist[0])
            raise ValueError(gettext("There is a character in it that cannot be written. Type it in by hand."))
        super().process_formdata(valuelist)


class ValueField(TextField):
    """Text on the page, a value object behind it."""

    value: Any = None
    """What the text means, once it has been checked."""

    def parse(self, text: str) -> Any:
        """The value object. Raises Refusal."""
        raise TypeError("each field says how it parses")

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            self.value = self.parse(self.data)
        except Refusal as refusal:
            raise ValidationError(say(refusal)) from None


class AmountField(ValueField):
    """Money of the shop; ``minor`` holds minor units."""

    def parse(self, text: str) -> int:
        return parse_amount(text, visitor().currency.exponent)

    @property
    def minor(self) -> int:
        return int(self.value)


class PointsField(ValueField):
    """Whole points."""

    def parse(self, text: str) -> int:
        return parse_points(text)


class PhoneField(ValueField):
    """A phone number in any way that people write it; ``region`` is the store's country."""

    region = "RU"
    policy = PhonePolicy()

    def parse(self, text: str) -> PhoneNumber:
        return parse_phone(text, self.region, policy=self.policy)


class KeyField(HiddenField):
    """The idempotency key, put in by the server."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default=new_key, **options)

    @property
    def key(self) -> UUID:
        """What was sent, never the default. Raises KeyMissing."""
        return read_key(self.raw_data[0] if self.raw_data else None)


def required(message: Any = None) -> InputRequired:
    """The field must be filled in; says so in one sentence."""
    return InputRequired(message or _l("Fill this in."))
