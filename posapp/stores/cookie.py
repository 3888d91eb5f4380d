"""What a browser holds: whose it is and a secret, as ``<subject id>.<secret>``. Of the secret we keep a digest.

The subject's id lets the row be found by its shard key; the secret proves that the browser is the one it was given to.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from posapp import settings

SECRET_BYTES = 32
TILL, SESSION = "till", "sid"
"""The tablet's cookie, and the one of who is signed in."""
TILL_LIFE_SECONDS = 400 * 24 * 3600
"""As long as browsers allow; the till's row decides, not the browser."""

_VALUE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Token:
    """A cookie's content, the secret already digested."""

    subject: UUID
    secret_hash: bytes


NO_TOKEN = Token(UUID(int=0), b"")
"""Matches no row: no id is zero and no digest is empty."""


def fresh(subject: UUID) -> tuple[str, bytes]:
    """A new cookie value for ``subject``, and the digest to keep."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return f"{subject}.{secret}", _digest(secret)


def parse(value: str | None) -> Token:
    """The token in a cookie value; NO_TOKEN when there is none or it has another shape."""
    found = _VALUE.fullmatch(value or "")
    return Token(UUID(found[1]), _digest(found[2])) if found else NO_TOKEN


def name(plain: str) -> str:
    """The cookie's name: with the ``__Host-`` prefix, which binds it to https and to this host, wherever https is."""
    return f"__Host-{plain}" if is_secure() else plain


def is_secure() -> bool:
    """May the cookie travel by https alone? In production always; elsewhere the till speaks plain http."""
    return settings.current().is_production


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
