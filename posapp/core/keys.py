"""The key ring: every secret key of the house, in one file that is never in the database nor in its backups.

Sealing, index and one-time-code keys carry numbers, so that new ones can be added while rows under old ones are still
read. A number is never used again for another key.
"""

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from posapp.core.key_file import KeyRingRefused, read_private, refuse_inside_repository, write_once

__all__ = ["KEY_BYTES", "KeyRing", "KeyRingRefused", "derived", "install", "ring"]

KEY_BYTES = 32
KEY_NUMBER_MAX = 65_535
"""A number takes two bytes in every sealed value."""

FORMAT_VERSION = 1

_NUMBERED = ("seal", "index", "otp")
_SINGLE = ("audit_mac", "audit_sign", "session")


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
        for name in _NUMBERED:
            keys: Mapping[int, bytes] = getattr(self, name)
            object.__setattr__(self, name, MappingProxyType(dict(keys)))
            _check_numbers(name, keys, getattr(self, f"{name}_current"))
        _check_keys({**self._numbered_keys(), **{name: getattr(self, name) for name in _SINGLE}})

    def _numbered_keys(self) -> dict[str, bytes]:
        return {f"{name} {number}": key for name in _NUMBERED for number, key in getattr(self, name).items()}

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name} {sorted(getattr(self, name))}" for name in _NUMBERED)
        return f"<KeyRing: {numbers}>"

    @classmethod
    def generate(cls) -> Self:
        """A new ring with one fresh key for each purpose."""
        values: dict[str, Any] = {name: secrets.token_bytes(KEY_BYTES) for name in _SINGLE}
        for name in _NUMBERED:
            values |= {name: {1: secrets.token_bytes(KEY_BYTES)}, f"{name}_current": 1}
        return cls(**values)

    def save(self, path: Path) -> None:
        """Write the ring to a new file of mode 0400; raises KeyRingRefused when there is a file already."""
        content: dict[str, object] = {"version": FORMAT_VERSION}
        for name in _NUMBERED:
            keys = {str(number): _written(key) for number, key in sorted(getattr(self, name).items())}
            content[name] = {"current": getattr(self, f"{name}_current"), "keys": keys}
        content |= {name: _written(getattr(self, name)) for name in _SINGLE}
        write_once(path, json.dumps(content, indent=2).encode() + b"\n")

    @classmethod
    def load(cls, path: Path, *, production: bool = False) -> Self:
        """Read a ring; raises KeyRingRefused with a sentence for the operator when it must not be used."""
        if production:
            refuse_inside_repository(path)
        try:
            return cls(**_read(read_private(path)))
        except _Malformed as problem:
            raise KeyRingRefused(
                f"The key ring at {path} is damaged: {problem}. Restore it from its own backup."
            ) from None


class _Malformed(Exception):
    """What is wrong with the content, in a few words without any of it."""


def _check_numbers(name: str, keys: Mapping[int, bytes], current: int) -> None:
    if not all(type(number) is int and 1 <= number <= KEY_NUMBER_MAX for number in keys):
        raise KeyRingRefused(f"The key numbers of {name!r} must be whole numbers from 1 to {KEY_NUMBER_MAX}.")
    if type(current) is not int or current not in keys:
        raise KeyRingRefused(f"The current key of {name!r} is not among its keys.")


def _check_keys(keys: Mapping[str, bytes]) -> None:
    for name, key in keys.items():
        if len(key) != KEY_BYTES:
            raise KeyRingRefused(
                f"The key {name!r} must have exactly {KEY_BYTES} bytes. Make a ring with `flask keys new`."
            )
        if _is_typed(key):
            raise KeyRingRefused(
                f"The key {name!r} is not random: somebody typed it. Make a ring with `flask keys new`."
            )
    if len(set(keys.values())) != len(keys):
        raise KeyRingRefused(
            "The same key stands in two places. Each key serves one purpose: make a ring with `flask keys new`."
        )


def _is_typed(key: bytes) -> bool:
    """Few different bytes, letters only, or a count: random bytes look like none of these once in 10¹³ rings."""
    steps = {(later - sooner) % 256 for sooner, later in pairwise(key)}
    return len(set(key)) < KEY_BYTES // 4 or len(steps) == 1 or all(32 <= byte < 127 for byte in key)


def _written(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _read(content: bytes) -> dict[str, Any]:
    """The constructor's values out of the file's bytes; raises _Malformed."""
    try:
        told = json.loads(content, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError):
        raise _Malformed("it is not JSON") from None
    if not isinstance(told, dict) or set(told) != {"version", *_NUMBERED, *_SINGLE}:
        raise _Malformed("it has other parts than a key ring")
    if told["version"] != FORMAT_VERSION:
        raise _Malformed("it is of a version that this program does not know")
    values: dict[str, Any] = {name: _key(told[name], name) for name in _SINGLE}
    for name in _NUMBERED:
        values[name], values[f"{name}_current"] = _numbered(told[name], name)
    return values


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _Malformed("one of its names stands there twice")
    return dict(pairs)


def _numbered(part: object, name: str) -> tuple[dict[int, bytes], int]:
    match part:
        case {"current": int(current), "keys": dict(keys), **more} if not more:
            if not all(re.fullmatch(r"[1-9][0-9]{0,4}", number) for number in keys):
                raise _Malformed(f"a key number of {name!r} is not a number")
            return {int(number): _key(text, f"{name} {number}") for number, text in keys.items()}, current
        case _:
            raise _Malformed(f"{name!r} must hold 'current' and 'keys'")


def _key(text: object, name: str) -> bytes:
    if not isinstance(text, str):
        raise _Malformed(f"the key {name!r} is not base64")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _Malformed(f"the key {name!r} is not base64") from None


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
