"""How numbers of a country are typed: what the keypad page must know to look up at the last digit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers as library

from posapp.core.phone import national_length


@dataclass(frozen=True, slots=True)
class Dialling:
    """The calling code, the digits after it, the prefix of calls inside the country, and how the digits are grouped."""

    code: str
    length: int
    trunk: str
    trunk_typed: str
    """Trunk prefix and first digit, typed after the code by people who say their number from its beginning."""
    groups: str


@lru_cache(maxsize=32)
def dialling_of(region: str) -> Dialling:
    """For an ISO country code. Raises ValueError when the country has no mobile numbers."""
    example = library.example_number_for_type(region, library.PhoneNumberType.MOBILE)
    if example is None:
        raise ValueError(f"{region} has no mobile numbers")
    shown = library.format_number(example, library.PhoneNumberFormat.INTERNATIONAL)
    code = str(library.country_code_for_region(region))
    groups = re.findall(r"[0-9]+", shown.removeprefix(f"+{code}"))
    trunk = library.ndd_prefix_for_region(region, True) or ""
    return Dialling(
        code=code,
        length=national_length(region),
        trunk=trunk,
        trunk_typed=f"{trunk}{groups[0][0]}" if trunk else "",
        groups=" ".join(str(len(group)) for group in groups),
    )
