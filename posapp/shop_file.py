"""The shop as its owner writes it down, in one TOML file: who it is, its stores and tills, its programme's rules.

``deploy/shop.example.toml`` shows every line. A file with faults is refused whole, each fault with a sentence that says
where it is and what to write instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from babel.numbers import get_currency_precision, list_currencies
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from posapp import settings
from posapp.core.phone import national_length
from posapp.points.programme import Programme

BRAND_CHARACTERS_MAX = 40
LINE_CHARACTERS_MAX = 200
NAME_CHARACTERS_MAX = 60
EXPONENT_MAX = 3

_RUSSIAN_INN = re.compile(r"[0-9]{10}|[0-9]{12}")
_TAXPAYER = re.compile(r"[0-9A-Za-z][0-9A-Za-z./ -]{0,30}")
_INSTEAD = {
    "missing": "is missing",
    "extra_forbidden": "there is no such line; check its spelling",
    "string_type": "write text in quotes",
    "bool_type": "write true or false",
    "int_type": "write a whole number",
    "list_type": "write a list in [brackets]",
    "dict_type": "write a section of its own",
    "model_type": "write a section of its own",
    "date_type": "write a day without quotes, such as 2027-01-31",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
    "too_short": "name at least one",
}


class ShopFileRefused(Exception):
    """The file cannot be applied; a sentence a line says why."""


def _line(longest: int) -> AfterValidator:
    """One line of text with single spaces."""

    def tidy(text: str) -> str:
        tidied = " ".join(text.split())
        if not 1 <= len(tidied) <= longest or not tidied.isprintable():
            raise ValueError(f"write 1 to {longest} characters in one line")
        return tidied

    return AfterValidator(tidy)


def _region(code: str) -> str:
    try:
        national_length(code)
    except ValueError:
        raise ValueError("write a country as two capital letters of ISO 3166, such as RU") from None
    if code not in settings.current().allowed_regions:
        raise ValueError(f"codes are not sent to {code}; add it to POSAPP_ALLOWED_REGIONS first")
    return code


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone; write an IANA name, such as Europe/Moscow")
    return name


def _currency(code: str) -> str:
    if code not in list_currencies():
        raise ValueError("write a currency as three capital letters of ISO 4217, such as RUB")
    if get_currency_precision(code) > EXPONENT_MAX:
        raise ValueError(f"amounts in {code} have more than {EXPONENT_MAX} digits after the point; none are kept")
    return code


Line = Annotated[str, _line(LINE_CHARACTERS_MAX)]
Name = Annotated[str, _line(NAME_CHARACTERS_MAX)]
Region = Annotated[str, AfterValidator(_region)]


class Section(BaseModel):
    """Nothing that is not known, nothing converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Questions(Section):
    """Which optional questions the questionnaire asks."""

    birthday: bool = True
    email: bool = True
    patronymic: bool = True
    referrer: bool = False


class ShopSection(Section):
    """The business, as consents and messages name it."""

    brand: Annotated[str, _line(BRAND_CHARACTERS_MAX)]
    legal_name: Line
    inn: Name
    address: Line
    contact: Line
    region: Region = Field(default_factory=lambda: settings.current().region, validate_default=True)
    currency: Annotated[str, AfterValidator(_currency)]
    questionnaire: Questions = Questions()

    @model_validator(mode="after")
    def _known_taxpayer(self) -> Self:
        if self.region == "RU" and not _RUSSIAN_INN.fullmatch(self.inn):
            raise ValueError("inn: write the 10 digits of a company or the 12 of an entrepreneur")
        if not _TAXPAYER.fullmatch(self.inn):
            raise ValueError("inn: write the taxpayer number in digits and Latin letters")
        return self

    @property
    def currency_exponent(self) -> int:
        """Digits after the point of an amount."""
        return int(get_currency_precision(self.currency))


class StoreSection(Section):
    """A place with tills. ``name`` is how it is known again."""

    name: Name
    address: Line
    timezone: Annotated[str, AfterValidator(_timezone)]
    cutover_hour: int = Field(0, ge=0, le=23)
    region: Region | None = None
    closed: bool = False
    tills: list[Name] = Field(min_length=1)

    @field_validator("tills")
    @classmethod
    def _each_once(cls, tills: list[str]) -> list[str]:
        return _once(tills)


class ProgrammeSection(Section):
    """The rules of the points by their names; those left out keep their defaults."""

    name: Name
    starts_on: date | None = None
    rules: dict[str, Any] = {}

    @field_validator("rules")
    @classmethod
    def _known_rules(cls, rules: dict[str, Any]) -> dict[str, Any]:
        if "exponent" in rules:
            raise ValueError("exponent: it comes with the currency; leave it out")
        Programme.from_config(rules)
        return rules


class ShopFile(Section):
    """The whole file."""

    shop: ShopSection
    stores: list[StoreSection] = Field(min_length=1)
    programme: ProgrammeSection

    @field_validator("stores")
    @classmethod
    def _each_once(cls, stores: list[StoreSection]) -> list[StoreSection]:
        _once([store.name for store in stores])
        return stores

    def rules(self) -> Programme:
        """The programme in the shop's currency; unless a rule says otherwise a point pays one whole unit of it."""
        exponent = self.shop.currency_exponent
        return Programme.from_config(
            {"point_value_minor": 10**exponent} | self.programme.rules | {"exponent": exponent}
        )


def read(path: Path) -> ShopFile:
    """The file at ``path``. Raises ShopFileRefused."""
    try:
        return described(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as problem:
        raise ShopFileRefused(f"{path} cannot be read: {problem}") from None
    except tomllib.TOMLDecodeError as problem:
        raise ShopFileRefused(f"{path} is not TOML: {problem}") from None


def described(content: Mapping[str, Any]) -> ShopFile:
    """What the file says, once it is understood. Raises ShopFileRefused."""
    try:
        return ShopFile.model_validate(content)
    except ValidationError as faults:
        raise ShopFileRefused("\n".join(_sentence(fault) for fault in faults.errors())) from None


def _once(names: list[str]) -> list[str]:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"“{twice[0]}” stands here twice; give each a name of its own")
    return names


def _sentence(fault: ErrorDetails) -> str:
    """Such as ``stores 2, timezone: there is no such time zone; …``."""
    place = ""
    for part in fault["loc"]:
        place += f" {part + 1}" if isinstance(part, int) else f"{', ' if place else ''}{part}"
    instead = _INSTEAD.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    return f"{place}: {instead.format(**fault['ctx']) if fault['type'] in _INSTEAD and 'ctx' in fault else instead}."
