"""The one-time code that enrols a till: how it is made, written down and read back."""

from __future__ import annotations

import hashlib
import re
import secrets

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""RFC 4648 base 32: five bits a letter, without the digits that look like letters."""
GROUPS, GROUP_LETTERS = 7, 4
CODE_LETTERS = GROUPS * GROUP_LETTERS
"""28 letters are 140 bits."""

_LOOKALIKES = str.maketrans("018", "OIB")
_BETWEEN = re.compile(r"[\s\u2010-\u2015-]+")
_SHAPE = re.compile(rf"[{ALPHABET}]{{{CODE_LETTERS}}}")


def fresh() -> str:
    """A new code in groups, such as ``K3QD-…-7XWA``."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
    return "-".join(letters[start : start + GROUP_LETTERS] for start in range(0, CODE_LETTERS, GROUP_LETTERS))


def parse(typed: str) -> str | None:
    """The code's letters, whatever the case, the spaces and the hyphens; None when it cannot be one of ours.

    0, 1 and 8 are not in the alphabet and are read as the letters they are mistaken for.
    """
    letters = _BETWEEN.sub("", typed).upper().translate(_LOOKALIKES)
    return letters if _SHAPE.fullmatch(letters) else None


def digest(letters: str) -> bytes:
    """What is kept of a code. It has 140 random bits, so a plain SHA-256 gives nothing away."""
    return hashlib.sha256(letters.encode()).digest()
