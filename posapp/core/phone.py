"""Phone numbers: read as people write them, kept as E.164, printed masked.

Promises:

- Every way of writing the same number gives the same value; what could be somebody else's number is refused.
- Being possible is not enough: a number must be valid, of a line that can get a text, in a country the policy allows.
- `str()`, `repr()` and every refusal are safe to log.
"""

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers as library
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, PhoneNumberType, ValidationResult

from posapp.core.phone_number import LineType, PhoneNumber
from posapp.core.phone_readings import readings
from posapp.core.phone_refusals import PhoneRefused
from posapp.core.phone_text import written

__all__ = [
    "ANY_COUNTRY",
    "LineType",
    "PhoneNumber",
    "PhonePolicy",
    "PhoneRefused",
    "example_placeholder",
    "national_length",
    "parse_phone",
]

_WORLD = "001"
"""The region of calling codes that belong to no country: satellites, international free-call and paid services."""

_UNREAD = {
    NumberParseException.NOT_A_NUMBER: "too_short",
    NumberParseException.TOO_SHORT_NSN: "too_short",
    NumberParseException.TOO_SHORT_AFTER_IDD: "too_short",
    NumberParseException.TOO_LONG: "too_long",
}
_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "too_short",
    ValidationResult.TOO_LONG: "too_long",
}
_UNSUITABLE = {LineType.TOLL_FREE: "toll_free", LineType.PREMIUM: "premium"}
_SEQUENCES = "01234567890123456789", "98765432109876543210"


@dataclass(frozen=True, slots=True)
class PhonePolicy:
    """To which numbers we write. As it stands: mobiles of every country."""

    regions: frozenset[str] | None = None
    """ISO codes; numbers are let through by the calling codes of these countries. None: every country."""

    line_types: frozenset[LineType] = frozenset({LineType.MOBILE, LineType.FIXED_LINE_OR_MOBILE})
    """Some countries (US, CA) do not tell mobiles from landlines, hence two."""

    refuse_dummies: bool = False
    """Refuse numbers that are valid, but that people give when they do not want to give their own (9999999999)."""

    def __post_init__(self) -> None:
        for region in self.regions or ():
            _check_region(region)

    def allows(self, phone: PhoneNumber) -> bool:
        """Whether the country is one of ours, by its calling code."""
        return self.regions is None or phone.calling_code in _calling_codes(self.regions)


ANY_COUNTRY = PhonePolicy()


def parse_phone(raw: object, region: str, *, policy: PhonePolicy = ANY_COUNTRY) -> PhoneNumber:
    """Read what a person wrote in a shop of `region` (ISO code); raises PhoneRefused.

    The reading at home comes first. Digits that mean nothing there are read as those of another country without plus.
    """
    _check_region(region)
    refusal: PhoneRefused | None = None
    for text in readings(written(raw), region):
        try:
            return _accepted(text, region, policy)
        except PhoneRefused as problem:
            # The first reading is what was written; only a foreign country found later says more than it.
            if refusal is None or (problem.code == "not_allowed_country" and refusal.code == "invalid"):
                refusal = problem
    raise refusal or PhoneRefused("unparsable")


@lru_cache(maxsize=256)
def example_placeholder(region: str) -> str:
    """A mobile number of the region as a hint for an empty field, in full international form."""
    _check_region(region)
    example = library.example_number_for_type(region, PhoneNumberType.MOBILE) or library.example_number(region)
    return library.format_number(example, PhoneNumberFormat.INTERNATIONAL) if example else ""


@lru_cache(maxsize=256)
def national_length(region: str) -> int:
    """How many digits follow the calling code in a mobile number of the region (the most, where it varies)."""
    _check_region(region)
    plan = PhoneMetadata.metadata_for_region(region)
    lengths = plan.mobile.possible_length if plan and plan.mobile else ()
    return max((length for length in lengths if length > 0), default=0)


def _accepted(text: str, region: str, policy: PhonePolicy) -> PhoneNumber:
    try:
        number = library.parse(text, region)
    except NumberParseException as problem:
        # Not chained: what the library says may repeat the number.
        raise PhoneRefused(_UNREAD.get(problem.error_type, "unparsable")) from None
    if not library.is_valid_number(number):
        raise PhoneRefused(_IMPOSSIBLE.get(library.is_possible_number_with_reason(number), "invalid"))
    phone = PhoneNumber.of(number)
    if phone.line_type not in policy.line_types or phone.region == _WORLD:
        raise PhoneRefused(_UNSUITABLE.get(phone.line_type, "not_mobile"))
    if not policy.allows(phone):
        raise PhoneRefused("not_allowed_country", region=phone.country)
    if policy.refuse_dummies and _is_dummy(phone.national):
        raise PhoneRefused("dummy")
    return phone


def _is_dummy(national: str) -> bool:
    """One digit all along, one digit and zeros, or a run up or down."""
    return len(set(national)) == 1 or not national[1:].strip("0") or any(national in run for run in _SEQUENCES)


@lru_cache(maxsize=64)
def _calling_codes(regions: frozenset[str]) -> frozenset[int]:
    return frozenset(library.country_code_for_region(region) for region in regions)


def _check_region(region: str) -> None:
    if region not in library.SUPPORTED_REGIONS:
        raise ValueError(f"{region!r} is not a country with phone numbers (two capital letters of ISO 3166)")
