"""The value of a phone number: kept as E.164, printed masked."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import phonenumbers as library
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

DIGITS_HIDDEN_MIN = 5
"""Of a masked number: a hundred thousand subscribers look the same."""

_DIGITS_SHOWN_LAST = 2
_DIGITS_SHOWN_FIRST_MAX = 3


class LineType(StrEnum):
    """What the numbering plan says of a number."""

    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    FIXED_LINE = "fixed_line"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    OTHER = "other"


_LINE_TYPES = {
    PhoneNumberType.MOBILE: LineType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: LineType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.FIXED_LINE: LineType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE: LineType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: LineType.PREMIUM,
    PhoneNumberType.SHARED_COST: LineType.PREMIUM,
}


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber:
    """One subscriber's number. Printing it shows the mask; ask for `.e164` or `.pretty()` where the whole is meant."""

    e164: str
    calling_code: int = field(compare=False)
    national: str = field(compare=False)
    """The digits after the calling code."""

    country: str = field(compare=False)
    """ISO code of the country the number itself belongs to (KZ, GG): what the screen shows."""

    line_type: LineType = field(compare=False)

    @classmethod
    def restored(cls, e164: str) -> Self:
        """A number that was accepted before, as it was kept. Plans of numbering change, so nothing is judged again."""
        try:
            phone = cls.of(library.parse(e164))
        except NumberParseException:
            phone = None
        if phone is None or phone.e164 != e164:
            raise ValueError("a kept number is not in E.164")
        return phone

    @classmethod
    def of(cls, number: library.PhoneNumber) -> Self:
        """The value of what the library has read."""
        return cls(
            e164=library.format_number(number, PhoneNumberFormat.E164),
            calling_code=number.country_code or 0,
            national=library.national_significant_number(number),
            country=library.region_code_for_number(number)
            or library.region_code_for_country_code(number.country_code or 0),
            line_type=_LINE_TYPES.get(library.number_type(number), LineType.OTHER),
        )

    @property
    def region(self) -> str:
        """ISO code of the calling code's main country (RU for all of +7, GB for all of +44): what the gate goes by."""
        return library.region_code_for_country_code(self.calling_code)

    @property
    def masked(self) -> str:
        """The number with at least five digits hidden, as "+7 916 ···-··-67"."""
        spare = max(len(self.national) - DIGITS_HIDDEN_MIN, 0)
        shown_last = _DIGITS_SHOWN_LAST if spare >= _DIGITS_SHOWN_LAST else 0
        shown_first = min(spare - shown_last, _DIGITS_SHOWN_FIRST_MAX)
        written, place = [], -len(str(self.calling_code))
        for c in self.pretty():
            hidden = c.isdigit() and shown_first <= place < len(self.national) - shown_last
            written.append("·" if hidden else c)
            place += c.isdigit()
        return "".join(written)

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"<PhoneNumber {self.masked}>"

    def pretty(self) -> str:
        """The whole number as it is written internationally: +7 916 123-45-67."""
        return library.format_number(library.parse(self.e164), PhoneNumberFormat.INTERNATIONAL)
