"""Fields of rules: people's units on the page, the programme's behind it. `value` is what the programme takes."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from posapp.core.errors import Refusal
from posapp.core.money import parse_amount
from posapp.core.text import N_
from posapp.points.forms.numbers import parse_percent, parse_whole, plain
from posapp.points.programme import RATE_BP_MAX, Programme
from posapp.points.receipt import AMOUNT_MINOR_MAX
from posapp.points.rule import bounds_of
from posapp.web.access import visitor
from posapp.web.forms import ValueField
from posapp.web.locale import language


class ZoneUnknown(Refusal):
    """There is no time zone of this name."""

    code = "zone_unknown"
    status = 422
    sentence = N_("There is no such time zone. Type it as Europe/Moscow, or leave it empty.")


class AmountTooSmall(Refusal):
    """Nothing, where something is needed."""

    code = "amount_too_small"
    status = 422
    sentence = N_("Type an amount above zero.")


class AmountTooLarge(Refusal):
    """More than a rule can hold."""

    code = "amount_too_large"
    status = 422
    sentence = N_("This amount is too large. Type a smaller one.")


class RuleField(ValueField):
    """A field with the name of its rule. Empty is none, where the rule may be none."""

    def __init__(self, label: Any = None, *, may_be_empty: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.may_be_empty = may_be_empty

    def show(self, value: Any) -> str:
        """The value as somebody would type it."""
        return str(value)

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else self.show(value)

    def pre_validate(self, form: Any) -> None:
        if (self.data or "").strip():
            super().pre_validate(form)
        elif not self.may_be_empty:
            raise ValidationError(_l("Fill this in."))


class CountField(RuleField):
    """A whole number, within the bounds of its rule or those given."""

    def __init__(self, label: Any = None, *, bounds: tuple[int, int] | None = None, **options: Any) -> None:
        super().__init__(label, **options)
        self._bounds = bounds

    def parse(self, text: str) -> int:
        least, most = self._bounds or self._bounds_of_rule()
        return parse_whole(text, least=least, most=most)

    def _bounds_of_rule(self) -> tuple[int, int]:
        found = bounds_of(Programme, self.short_name)
        return found.low, found.high


class PercentField(RuleField):
    """A share: percent on the page, basis points behind it."""

    def __init__(self, label: Any = None, *, most: int = RATE_BP_MAX, **options: Any) -> None:
        super().__init__(label, **options)
        self._most = most

    def parse(self, text: str) -> int:
        return parse_percent(text, most=self._most)

    def show(self, value: Any) -> str:
        return plain(value, 2, _mark())


class MoneyField(RuleField):
    """Money of the shop, minor units behind it."""

    def __init__(self, label: Any = None, *, least: int = 0, most: int = AMOUNT_MINOR_MAX, **options: Any) -> None:
        super().__init__(label, **options)
        self._least, self._most = least, most

    def parse(self, text: str) -> int:
        minor = parse_amount(text, visitor().currency.exponent)
        if minor < self._least:
            raise AmountTooSmall
        if minor > self._most:
            raise AmountTooLarge
        return minor

    def show(self, value: Any) -> str:
        return plain(value, visitor().currency.exponent, _mark())


class ZoneField(RuleField):
    """The name of a time zone."""

    def parse(self, text: str) -> str:
        if text.strip() not in available_timezones():
            raise ZoneUnknown
        return text.strip()


def _mark() -> str:
    """The mark before decimals, in the reader's language."""
    return str(Locale.parse(language()).number_symbols["latn"]["decimal"])
