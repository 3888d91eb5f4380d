"""Fields for choosing, and for naming: what was chosen is ``value``, and what is wrong is said in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from posapp.web.forms import TextField

NAME_LENGTH_MAX = 64


class ChoiceField(RadioField):
    """One of a few: a value and a label each."""

    def __init__(self, label: Any = None, *, options: Mapping[str, Any], **more: Any) -> None:
        super().__init__(label, choices=[SelectChoice(value, said) for value, said in options.items()], **more)

    def pre_validate(self, form: Any) -> None:
        if self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_l("Choose one of these."))

    @property
    def value(self) -> Any:
        return self.data


class ListField(SelectField):
    """One of a list."""

    def offer(self, options: Mapping[str, Any]) -> None:
        """What can be chosen: a value and a label each."""
        self.choices = [SelectChoice(value, said) for value, said in options.items()]

    def pre_validate(self, form: Any) -> None:
        if self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_l("Choose one of the list."))


class YesField(BooleanField):
    """On or off."""

    @property
    def value(self) -> bool:
        return bool(self.data)


class NameField(TextField):
    """What something is called; ``value`` has single spaces."""

    def __init__(self, label: Any = None, *, may_be_empty: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.may_be_empty = may_be_empty

    def pre_validate(self, form: Any) -> None:
        if not self.value and not self.may_be_empty:
            raise ValidationError(_l("Fill this in."))
        if not self.value.isprintable():
            raise ValidationError(_l("There is a character in it that cannot be written. Type it in by hand."))
        if len(self.value) > NAME_LENGTH_MAX:
            raise ValidationError(_l("This name is too long. Make it shorter than 65 characters."))

    @property
    def value(self) -> str:
        return " ".join((self.data or "").split())


def complain(field: Any, sentence: Any) -> None:
    """Say that something is wrong with a field that was right by itself."""
    field.errors = [*field.errors, sentence]
