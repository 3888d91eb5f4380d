"""How rules are said: the reader's language, the shop's money, and the phrases that every sentence needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol

from posapp.core.money import Currency

_FRACTION = ".00"


@dataclass(frozen=True, slots=True)
class Speech:
    """A language with its catalogue: `gettext(text, **values)` and `ngettext(one, many, count, **values)`."""

    language: str
    currency: Currency
    gettext: Callable[..., str]
    ngettext: Callable[..., str]

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.language))

    def percent(self, basis_points: int) -> str:
        """500 is “5 %” to a Russian reader, 25 is “0.25%” to an English one."""
        share = Decimal(basis_points).scaleb(-4)
        pattern = Locale.parse(self.language).percent_formats[None].pattern
        return str(format_percent(share, format=pattern.replace("#,##0", "#,##0.##"), locale=self.language))

    def money(self, minor: int) -> str:
        """An amount with its sign; without decimals where they are all noughts."""
        exponent = self.currency.exponent
        amount = Decimal(minor).scaleb(-exponent)
        pattern = Locale.parse(self.language).currency_formats["standard"].pattern
        digits = "." + "0" * exponent if minor % 10**exponent else ""
        shown = pattern.replace(_FRACTION, digits)
        if get_currency_symbol(self.currency.code, locale=self.language).isalpha():
            shown = shown.replace("¤#", "¤\u00a0#")
        return str(format_currency(amount, self.currency.code, shown, locale=self.language, currency_digits=False))

    def day(self, day: date) -> str:
        return str(format_date(day, "d MMMM yyyy", locale=self.language))

    def weekdays(self, days: tuple[int, ...]) -> str:
        """Days of the week (1 Monday … 7 Sunday) by their short names."""
        names = get_day_names("abbreviated", "stand-alone", locale=self.language)
        return ", ".join(names[day - 1] for day in sorted(days))

    def points(self, count: int) -> str:
        return self.ngettext("%(points)s point", "%(points)s points", count, points=self.number(count))

    def days(self, count: int) -> str:
        return self.ngettext("%(days)s day", "%(days)s days", count, days=self.number(count))
