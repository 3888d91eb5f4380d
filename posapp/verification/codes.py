"""The code: derived from a key of the ring and everything it is bound to, and never stored.

context = each part with its length before it:
          "otp/v1", challenge, number, store, till, shift, purpose, SHA-256 of the subject, nonce
key     = HMAC-SHA256(K_otp[kid], context)
code    = HOTP(key, digits=6, SHA-256) at the number of the send
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import pyotp

from posapp.core import keys
from posapp.core.canonical import canonical_json
from posapp.core.errors import Refusal
from posapp.core.text import N_

CODE_DIGITS = 6
NONCE_BYTES = 16
FIRST_SEND = 1

_CONTEXT = b"otp/v1"
_LENGTH_BYTES = 4
_SIX_DIGITS = re.compile(r"[0-9]{6}")
_SPACED = re.compile(r"([0-9]{3})[ -]([0-9]{3})")


class MalformedCode(Refusal):
    """What was typed is not six digits. Raised before anything is charged."""

    code = "malformed_code"
    status = 400
    sentence = N_("A code is six digits. Please type the digits that the customer reads to you.")


class Bound(Protocol):
    """Everything a code is bound to."""

    @property
    def id(self) -> UUID: ...
    @property
    def phone_index(self) -> UUID: ...
    @property
    def store_id(self) -> UUID: ...
    @property
    def till_id(self) -> UUID: ...
    @property
    def staff_session_id(self) -> UUID: ...
    @property
    def purpose(self) -> str: ...
    @property
    def subject(self) -> Mapping[str, Any]: ...
    @property
    def nonce(self) -> bytes: ...
    @property
    def kid(self) -> int: ...
    @property
    def send_no(self) -> int: ...


class Code:
    """Six digits that must not be seen: printing, formatting or logging one shows a mask."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        self._digits = digits

    def __repr__(self) -> str:
        return "Code(••• •••)"

    __str__ = __repr__

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a code is never written anywhere")

    def matches(self, digits: str) -> bool:
        """Is this what was typed? Takes as long for a near miss as for a far one."""
        return hmac.compare_digest(self._digits.encode(), digits.encode())

    def spoken(self) -> str:
        """The digits in two groups, as they are sent and read aloud. For the text of the message alone."""
        return f"{self._digits[:3]} {self._digits[3:]}"


def shape(typed: object) -> str:
    """The six digits of what was typed; one space or hyphen in the middle is dropped, nothing else is.

    Raises MalformedCode for anything but a string of six ASCII digits.
    """
    if not isinstance(typed, str):
        raise MalformedCode
    spaced = _SPACED.fullmatch(typed)
    digits = spaced[1] + spaced[2] if spaced else typed
    if not _SIX_DIGITS.fullmatch(digits):
        raise MalformedCode
    return digits


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


def digest_of(subject: Mapping[str, Any]) -> bytes:
    """SHA-256 of the subject's canonical JSON: sorted keys, no spaces, UTF-8.

    Raises TypeError for a float: two databases may write one in two ways.
    """
    _refuse_floats(subject)
    return hashlib.sha256(canonical_json(subject)).digest()


def code_for(challenge: Bound, send_no: int | None = None) -> Code:
    """The code of one send of the challenge, by default of the newest."""
    secret = base64.b32encode(_key_of(challenge)).decode()
    hotp = pyotp.HOTP(secret, digits=CODE_DIGITS, digest=hashlib.sha256)
    return Code(hotp.at(challenge.send_no if send_no is None else send_no))


def is_earlier(challenge: Bound, digits: str) -> bool:
    """Are these the digits of a code that a resend has replaced?"""
    earlier = [code_for(challenge, number).matches(digits) for number in range(FIRST_SEND, challenge.send_no)]
    return any(earlier)


def _key_of(challenge: Bound) -> bytes:
    parts = (
        _CONTEXT,
        challenge.id.bytes,
        challenge.phone_index.bytes,
        challenge.store_id.bytes,
        challenge.till_id.bytes,
        challenge.staff_session_id.bytes,
        str(challenge.purpose).encode(),
        digest_of(challenge.subject),
        challenge.nonce,
    )
    context = b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)
    return hmac.digest(keys.ring().otp[challenge.kid], context, "sha256")


def _refuse_floats(value: object) -> None:
    match value:
        case float():
            raise TypeError("a subject holds whole numbers and text, never a float")
        case Mapping():
            for inner in value.values():
                _refuse_floats(inner)
        case list() | tuple():
            for inner in value:
                _refuse_floats(inner)
