"""Slow comparison of passwords and PINs: Argon2id, a few at a time; where there is nothing to compare, as slow."""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore
from uuid import UUID

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from posapp.core import seal

HASHINGS_AT_ONCE_MAX = 4
"""Per process: a flood of sign-ins waits in line and does not take all the memory."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
"""OWASP's first choice: 19 MiB and two passes, some 20 ms."""
_NOBODY = _HASHER.hash("nobody's password")
_line = BoundedSemaphore(HASHINGS_AT_ONCE_MAX)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    with _line:
        return _HASHER.hash(_canonical(password))


def password_matches(kept: str, password: str) -> bool:
    """Is this the password?"""
    return _matches(kept, _canonical(password))


def pretend_to_compare(password: str) -> None:
    """Take as long as a comparison takes, where there is no account or it is not to be tried."""
    _matches(_NOBODY, _canonical(password))


def hash_pin(pin: str, session_id: UUID) -> str:
    """What is kept of a shift's PIN. Without the key ring it cannot be guessed from the database."""
    with _line:
        return _HASHER.hash(_peppered(pin, session_id))


def pin_matches(kept: str, pin: str, session_id: UUID) -> bool:
    """Is this the shift's PIN?"""
    return _matches(kept, _peppered(pin, session_id))


def _matches(kept: str, given: str | bytes) -> bool:
    with _line:
        try:
            return _HASHER.verify(kept, given)
        except (VerifyMismatchError, InvalidHashError):
            return False


def _peppered(pin: str, session_id: UUID) -> bytes:
    return seal.keyed_hash("shift-pin", f"{session_id}|{pin}")


def _canonical(password: str) -> bytes:
    # "surrogatepass": a stray half of a character is a wrong password, not a broken page.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
