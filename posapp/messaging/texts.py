"""What the messages say: one small template for each text and language, in ``templates/sms``.

Promises
- Purpose and sum come first, the code last, and the text says who may hear it. No link, no price, no name.
- A code fits one part: when it would not, the shop's name is shortened, and nothing else.
- A text is promised without its code; the code is added when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from posapp.messaging.parts import measure

FOLDER = Path(__file__).parents[2] / "templates" / "sms"
LANGUAGES = ("ru", "en")

_LOOSE_ENDS = " «“\"'(-–—,.&№"
_SIX_DIGITS = re.compile(r"([0-9]{3})[ -]?([0-9]{3})")


@dataclass(frozen=True, slots=True)
class Text:
    """What a text needs to be said."""

    promised: frozenset[str]
    """Named when it is promised."""
    derived: frozenset[str] = frozenset()
    """Known only when it is sent, and never stored."""

    @property
    def is_code(self) -> bool:
        return "code" in self.derived


TEXTS = {
    "code_enrol": Text(frozenset({"shop"}), frozenset({"code"})),
    "code_redeem": Text(frozenset({"shop", "points"}), frozenset({"code"})),
    "code_earn": Text(frozenset({"shop"}), frozenset({"code"})),
    "code_change_number": Text(frozenset({"shop"}), frozenset({"code"})),
    "code_merge_cards": Text(frozenset({"shop"}), frozenset({"code"})),
    "code_privacy_request": Text(frozenset({"shop"}), frozenset({"code"})),
    "redeemed": Text(frozenset({"shop", "points", "balance"})),
}


class UnknownText(Exception):
    """There is no such text, or not in this language, or something that it says is missing or may not be stored."""


def check_promise(template: str, language: str, parameters: Mapping[str, Any]) -> None:
    """Raises UnknownText when ``parameters`` cannot become this text, or hold what must never be stored."""
    text = TEXTS.get(template)
    if text is None or language not in LANGUAGES:
        raise UnknownText(f"{template}.{language}")
    if missing := text.promised - parameters.keys():
        raise UnknownText(f"{template} needs {', '.join(sorted(missing))}")
    if forbidden := {"code", *text.derived} & parameters.keys():
        raise UnknownText(f"{', '.join(sorted(forbidden))} is derived when {template} is sent")


def render(template: str, language: str, parameters: Mapping[str, Any]) -> str:
    """The text itself, on one line. Raises UnknownText when there is no such text."""
    text = TEXTS.get(template)
    if text is None or language not in LANGUAGES:
        raise UnknownText(f"{template}.{language}")
    values = {**parameters, "shop": _one_line(parameters["shop"])}
    if text.is_code:
        values["code"] = _spoken(values["code"])
        return _in_one_part(template, language, values)
    return _rendered(template, language, values)


def _in_one_part(template: str, language: str, values: dict[str, Any]) -> str:
    """Shorten the shop's name until the text fits; letters of the name may even decide the alphabet."""
    said = _rendered(template, language, values)
    while (length := measure(said)).parts > 1 and values["shop"]:
        over = length.places - length.alphabet.single
        values = {**values, "shop": values["shop"][: -max(over // 2, 1)].rstrip(_LOOSE_ENDS)}
        said = _rendered(template, language, values)
    return said


def _rendered(template: str, language: str, values: Mapping[str, Any]) -> str:
    return _one_line(_environment().get_template(f"{template}.{language}.txt").render(values))


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # a text message is not HTML
    )
    environment.filters.update(number=_number, points_en=_points_en, points_ru=_points_ru)
    return environment


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _spoken(code: str) -> str:
    """Two groups of three digits, as a person reads them aloud."""
    found = _SIX_DIGITS.fullmatch(code)
    return f"{found[1]} {found[2]}" if found else code


def _number(value: int) -> str:
    """Whole thousands apart, by a plain space: a no-break one would cost the short alphabet."""
    return f"{value:,}".replace(",", " ")


def _points_en(value: int) -> str:
    return f"{_number(value)} {'point' if value == 1 else 'points'}"


def _points_ru(value: int) -> str:
    last, last_two = value % 10, value % 100
    if last == 1 and last_two != 11:
        word = "балл"
    elif last in (2, 3, 4) and last_two not in (12, 13, 14):
        word = "балла"
    else:
        word = "баллов"
    return f"{_number(value)} {word}"
