"""How long a text is on the air: GSM-7 in 160 or 153 to a part, anything else in UCS-2, 70 or 67 to a part.

Alphabet: 3GPP TS 23.038. One letter outside it makes the whole text UCS-2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each takes two places: an escape and itself."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """How many places one part has."""

    name: Literal["GSM-7", "UCS-2"]
    single: int
    joined: int
    """In each of several parts: the rest holds the header that joins them."""


GSM_7 = Alphabet("GSM-7", 160, 153)
UCS_2 = Alphabet("UCS-2", 70, 67)


@dataclass(frozen=True, slots=True)
class Length:
    """A text as the network counts it."""

    alphabet: Alphabet
    places: int
    parts: int


def measure(text: str) -> Length:
    """The alphabet, the places and the parts of ``text``. An empty text still takes one part."""
    alphabet = GSM_7 if all(c in _BASIC or c in _EXTENDED for c in text) else UCS_2
    widths = [_width(c, alphabet) for c in text]
    places = sum(widths)
    return Length(alphabet, places, 1 if places <= alphabet.single else _joined_parts(widths, alphabet.joined))


def estimate_parts(text: str) -> int:
    """How many parts the network makes, and bills, of ``text``."""
    return measure(text).parts


def _width(c: str, alphabet: Alphabet) -> int:
    if alphabet is GSM_7:
        return 2 if c in _EXTENDED else 1
    return 2 if ord(c) > 0xFFFF else 1


def _joined_parts(widths: list[int], room: int) -> int:
    """Parts needed when a sign of two places is never torn apart."""
    parts, left = 1, room
    for width in widths:
        if width > left:
            parts, left = parts + 1, room
        left -= width
    return parts
