"""The key ring: every secret key of the house, in one file that is never in the database nor in its backups.

Sealing, index and one-time-code keys carry numbers, so that new ones can be added while rows under old ones are still
read. A number is never used again for another key.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from posapp.core import key_format
from posapp.core.key_file import KeyRingRefused, read_private, refuse_inside_repository, write_once
from posapp.core.key_format import NUMBERED, SINGLE

__all__ = ["KEY_BYTES", "KeyRing", "KeyRingRefused", "derived", "install", "ring"]

KEY_BYTES = 32
KEY_NUMBER_MAX = 65_535
"""A number takes two bytes in every sealed value."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class KeyRing:
    """All keys, 32 bytes each, every one for a single purpose. Printing a ring shows the numbers, never a key."""

    seal: Mapping[int, bytes]
    """AES-256-GCM keys of personal data, by key number."""

    seal_current: int
    index: Mapping[int, bytes]
    """What the blind index and the keyed hashes are derived from, by version."""

    index_current: int
    otp: Mapping[int, bytes]
    """What one-time codes are derived from, by key number."""

    otp_current: int
    audit_mac: bytes
    audit_sign: bytes
    """The private seed of the Ed25519 key that signs audit checkpoints."""

    session: bytes
    """Signs what a browser is given to carry: CSRF tokens, parked forms."""

    def __post_init__(self) -> None:
        for name in NUMBERED:
            keys: Mapping[int, bytes] = getattr(self, name)
            object.__setattr__(self, name, MappingProxyType(dict(keys)))
            _check_numbers(name, keys, getattr(self, f"{name}_current"))
        _check_keys({**self._numbered_keys(), **{name: getattr(self, name) for name in SINGLE}})

    def _numbered_keys(self) -> dict[str, bytes]:
        return {f"{name} {number}": key for name in NUMBERED for number, key in getattr(self, name).items()}

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name} {sorted(getattr(self, name))}" for name in NUMBERED)
        return f"<KeyRing: {numbers}>"

    @classmethod
    def generate(cls) -> Self:
        """A new ring with one fresh key for each purpose."""
        values: dict[str, Any] = {name: secrets.token_bytes(KEY_BYTES) for name in SINGLE}
        for name in NUMBERED:
            values |= {name: {1: secrets.token_bytes(KEY_BYTES)}, f"{name}_current": 1}
        return cls(**values)

    def save(self, path: Path) -> None:
        """Write the ring to a new file of mode 0400; raises KeyRingRefused when there is a file already."""
        write_once(path, key_format.write({field.name: getattr(self, field.name) for field in fields(self)}))

    @classmethod
    def load(cls, path: Path, *, production: bool = False) -> Self:
        """Read a ring; raises KeyRingRefused with a sentence for the operator when it must not be used."""
        if production:
            refuse_inside_repository(path)
        try:
            return cls(**key_format.read(read_private(path)))
        except key_format.Malformed as problem:
            raise KeyRingRefused(
                f"The key ring at {path} is damaged: {problem}. Restore it from its own backup."
            ) from None


def _check_numbers(name: str, keys: Mapping[int, bytes], current: int) -> None:
    if not all(type(number) is int and 1 <= number <= KEY_NUMBER_MAX for number in keys):
        raise KeyRingRefused(f"The key numbers of {name!r} must be whole numbers from 1 to {KEY_NUMBER_MAX}.")
    if type(current) is not int or current not in keys:
        raise KeyRingRefused(f"The current key of {name!r} is not among its keys.")


def _check_keys(keys: Mapping[str, bytes]) -> None:
    for name, key in keys.items():
        if len(key) != KEY_BYTES:
            raise KeyRingRefused(
                f"The key {name!r} must have exactly {KEY_BYTES} bytes. Make a ring with `flask keys make`."
            )
        if _is_typed(key):
            raise KeyRingRefused(
                f"The key {name!r} is not random: somebody typed it. Make a ring with `flask keys make`."
            )
    if len(set(keys.values())) != len(keys):
        raise KeyRingRefused(
            "The same key stands in two places. Each key serves one purpose: make a ring with `flask keys make`."
        )


def _is_typed(key: bytes) -> bool:
    """Few different bytes, letters only, or a count: random bytes look like none of these once in 10¹³ rings."""
    steps = {(later - sooner) % 256 for sooner, later in pairwise(key)}
    return len(set(key)) < KEY_BYTES // 4 or len(steps) == 1 or all(32 <= byte < 127 for byte in key)


@lru_cache(maxsize=256)
def derived(key: bytes, purpose: str) -> bytes:
    """A sub-key for one purpose alone (HKDF-SHA256): whoever learns it learns nothing about `key` or its siblings."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"posapp/v1/" + purpose.encode()).derive(key)


_installed: KeyRing | None = None


def install(keys: KeyRing) -> None:
    """Make `keys` the ring of this process."""
    global _installed
    _installed = keys


def ring() -> KeyRing:
    """The ring of this process."""
    if _installed is None:
        raise KeyRingRefused("No key ring is installed: the application was not started by create_app().")
    return _installed
