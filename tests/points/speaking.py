"""Languages for sentences that are said without a request."""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

import posapp
from posapp.core.money import Currency
from posapp.points.speech import Speech

CATALOGUES = Path(posapp.__file__).with_name("translations")
ROUBLES = Currency("RUB", 2)


@cache
def speech(language: str, currency: Currency = ROUBLES) -> Speech:
    """The house's own words, in Russian from its catalogue."""
    words: NullTranslations = Translations.load(CATALOGUES, [language]) if language != "en" else NullTranslations()

    def gettext(text: str, **values: object) -> str:
        said = words.gettext(text)
        return said % values if values else said

    def ngettext(one: str, many: str, count: int, **values: object) -> str:
        return words.ngettext(one, many, count) % values

    return Speech(language, currency, gettext, ngettext)
