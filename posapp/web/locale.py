"""Whose language a page speaks, and how numbers and moments are written in it.

The staff's choice is a cookie; the customer's page speaks the customer's language, whatever the cashier's is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, get_currency_symbol
from flask import Flask, g, has_request_context, request
from flask.wrappers import Response
from flask_babel import Babel, gettext
from flask_babel import refresh as _refresh

from posapp import settings
from posapp.core import clock
from posapp.core.errors import Refusal
from posapp.core.money import format_amount
from posapp.web import cookies
from posapp.web.access import visitor

LANGUAGES = {"ru": "Русский", "en": "English"}
LANGUAGE_COOKIE = "lang"
REMEMBERED = timedelta(days=365)


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=language, default_translation_directories="translations")
    for name in (points, signed, amount, local_time, local_date, local_day, local_datetime):
        app.add_template_filter(name)
    app.add_template_global(currency_sign)


def language() -> str:
    """The language of this answer: forced by the page, chosen by the reader, or the shop's own."""
    if "language" in g:
        return str(g.language)
    chosen = request.cookies.get(cookies.name(LANGUAGE_COOKIE)) if has_request_context() else None
    return chosen if chosen in LANGUAGES else settings.current().default_language


def speak(chosen: str) -> None:
    """Answer this request in ``chosen``, whatever the reader's cookie says. Unknown languages change nothing."""
    if chosen in LANGUAGES:
        g.language = chosen
        _refresh()


def remember(answer: Response, chosen: str | None) -> Response:
    """Speak ``chosen`` to this reader from now on. Unknown languages change nothing."""
    if chosen in LANGUAGES:
        cookies.put(answer, LANGUAGE_COOKIE, chosen, REMEMBERED)
    return answer


def say(refusal: Refusal) -> str:
    """A refusal's sentence in the language of this answer, its numbers written the way that language writes them."""
    values = {name: points(value) if isinstance(value, int) else value for name, value in refusal.values.items()}
    return gettext(refusal.sentence, **values)


def points(value: int) -> str:
    """A whole number with the language's grouping."""
    return format_decimal(value, locale=language())


def signed(value: int) -> str:
    """The same for a change: what is added has its sign too."""
    return f"{'+' if value > 0 else '−'}{points(abs(value))}" if value else points(0)


def amount(minor: int) -> str:
    """Minor units of the shop's currency as people write money."""
    return format_amount(minor, visitor().currency.exponent, language())


def currency_sign() -> str:
    """The sign of the shop's currency as the reader knows it; its letters where there is none."""
    return str(get_currency_symbol(visitor().currency.code, locale=language()))


def local_time(at: datetime, zone: str | None = None) -> str:
    """Hours and minutes on the store's clock."""
    return format_time(at.astimezone(_zone(zone)), "HH:mm", locale=language())


def local_datetime(at: datetime, zone: str | None = None) -> str:
    """Day and time on the store's clock."""
    return format_datetime(at.astimezone(_zone(zone)), "d MMM yyyy, HH:mm", tzinfo=_zone(zone), locale=language())


def local_date(day: date | datetime, zone: str | None = None) -> str:
    """A day; for a moment, the day it is in the store."""
    shown = day.astimezone(_zone(zone)).date() if isinstance(day, datetime) else day
    return format_date(shown, "d MMMM yyyy", locale=language())


def local_day(at: datetime, zone: str | None = None) -> str:
    """The day that a moment is in the store; without the year where it is this one."""
    shown, today = (moment.astimezone(_zone(zone)).date() for moment in (at, clock.now()))
    return format_date(shown, "d MMMM" if shown.year == today.year else "d MMMM yyyy", locale=language())


def _zone(name: str | None) -> ZoneInfo:
    if name is None:
        till = visitor().till
        name = till.timezone if till else "UTC"
    return ZoneInfo(name)
