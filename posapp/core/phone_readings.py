"""The ways in which written digits can be meant as a number."""

from collections.abc import Iterator

import phonenumbers as library
from phonenumbers import NumberParseException, PhoneMetadata

from posapp.core.phone_text import Written

_TRUNK_EIGHT = frozenset({"AM", "AZ", "BY", "GE", "KG", "KZ", "LT", "LV", "EE", "MD", "RU", "TJ", "TM", "UA", "UZ"})
"""Where people dial, or used to dial, 8 before a long-distance number, and still write it."""

_TRUNK_WRITTEN_DIGITS_MAX = 11


def readings(given: Written, region: str) -> Iterator[str]:
    """Every way in which the digits can be meant, the likeliest first."""
    digits = given.digits
    # 00 calls abroad almost everywhere, and is written even where something else is dialled.
    plus = given.plus or digits.startswith("00")
    if digits.startswith("00"):
        digits = digits[2:]
    if plus:
        yield f"+{digits}"
        if digits.startswith(("0", "8")) and not _is_possible(f"+{digits}", region):
            yield digits
            yield from _without_old_trunk(digits, region)
        return
    yield digits
    if _may_be_foreign(digits, region):
        yield f"+{digits}"
    if not _is_valid(digits, region):
        yield from _without_old_trunk(digits, region)


def _may_be_foreign(digits: str, region: str) -> bool:
    """Whether digits without a plus may begin with a calling code.

    Not when they were written the way of the country, with its trunk prefix; and a number that exists at home gives
    way only when it is longer than people write it: Lipetsk 474 2123456 is not a mobile of Norway.
    """
    plan = PhoneMetadata.metadata_for_region(region)
    trunk = (plan.national_prefix if plan else None) or ("8" if region in _TRUNK_EIGHT else None)
    if trunk and digits.startswith(trunk) and len(digits) <= _TRUNK_WRITTEN_DIGITS_MAX:
        return False
    return len(digits) >= _TRUNK_WRITTEN_DIGITS_MAX or not _is_valid(digits, region)


def _without_old_trunk(digits: str, region: str) -> Iterator[str]:
    if region in _TRUNK_EIGHT and digits.startswith("8"):
        yield digits[1:]
        if digits.startswith("810"):
            yield f"+{digits[3:]}"


def _is_possible(text: str, region: str) -> bool:
    try:
        return library.is_possible_number(library.parse(text, region))
    except NumberParseException:
        return False


def _is_valid(text: str, region: str) -> bool:
    try:
        return library.is_valid_number(library.parse(text, region))
    except NumberParseException:
        return False
