"""Personal data at rest: sealed to its row and column, and found again by a keyed index.

Promises:

- A sealed value opens only at the table, column and row it was sealed for: moved, cut or changed, it is refused.
- A failure names the place and the reason, never the content.
- The index is keyed: whoever has the database but not the key ring cannot try out all the numbers there are.

A blob is: version (1 byte) ‖ key number (2) ‖ nonce (12) ‖ ciphertext and tag (16 more than the text). Nonces are
random, which is safe for some 2³² values under one key: a chain of shops rotates its key long before.
"""

import hashlib
import hmac
import json
import secrets
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from posapp.core.canonical import canonical_json, utf8
from posapp.core.keys import derived, ring
from posapp.core.phone import PhoneNumber

_VERSION = 1
_NONCE_BYTES = 12
_HEADER_BYTES = 3
_TAG_BYTES = 16
OVERHEAD_BYTES = _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES


class SealBroken(Exception):
    """A sealed value that does not open where it lies: damaged, moved, forged, or sealed under a key we do not have.

    `reason` is one of truncated, unknown_version, unknown_key, tampered, not_text, not_json.
    """

    def __init__(self, reason: str, place: str) -> None:
        super().__init__(f"sealed value at {place} does not open: {reason}")
        self.reason = reason
        self.place = place


def seal(plaintext: bytes, *, table: str, column: str, row_id: UUID) -> bytes:
    """Seal under the current key, for this table, column and row alone."""
    keys = ring()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    header = bytes([_VERSION]) + keys.seal_current.to_bytes(2, "big")
    place = _place(table, column, row_id).encode()
    return header + nonce + _cipher(keys.seal[keys.seal_current]).encrypt(nonce, plaintext, place)


def unseal(blob: bytes, *, table: str, column: str, row_id: UUID) -> bytes:
    """Open what was sealed for this place; raises SealBroken."""
    place = _place(table, column, row_id)
    key = ring().seal.get(_checked_key_number(blob, place))
    if key is None:
        raise SealBroken("unknown_key", place)
    nonce, sealed = blob[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES], blob[_HEADER_BYTES + _NONCE_BYTES :]
    try:
        return _cipher(key).decrypt(nonce, sealed, place.encode())
    except InvalidTag:
        raise SealBroken("tampered", place) from None


def seal_text(text: str, *, table: str, column: str, row_id: UUID) -> bytes:
    """Seal a text."""
    return seal(utf8(text), table=table, column=column, row_id=row_id)


def unseal_text(blob: bytes, *, table: str, column: str, row_id: UUID) -> str:
    """Open a sealed text; raises SealBroken."""
    try:
        return unseal(blob, table=table, column=column, row_id=row_id).decode()
    except UnicodeDecodeError:
        # Python's own error would carry the bytes.
        raise SealBroken("not_text", _place(table, column, row_id)) from None


def seal_json(value: object, *, table: str, column: str, row_id: UUID) -> bytes:
    """Seal a value as canonical JSON."""
    return seal(canonical_json(value), table=table, column=column, row_id=row_id)


def unseal_json(blob: bytes, *, table: str, column: str, row_id: UUID) -> Any:
    """Open a sealed JSON value; raises SealBroken."""
    try:
        return json.loads(unseal(blob, table=table, column=column, row_id=row_id))
    except ValueError:
        raise SealBroken("not_json", _place(table, column, row_id)) from None


def key_number(blob: bytes) -> int:
    """Under which key a value is sealed: tells what is left to re-seal, and whether the ring has all it needs."""
    return _checked_key_number(blob, "an unnamed place")


def blind_index(phone: PhoneNumber, *, version: int | None = None) -> bytes:
    """What a phone is found by: 32 bytes, equal for every way of writing the same number."""
    return _keyed("phone-index", phone.e164, version)


def phone_index(phone: PhoneNumber, *, version: int | None = None) -> UUID:
    """The first 128 bits of the blind index, as the shard key of everything that belongs to a number."""
    return UUID(bytes=blind_index(phone, version=version)[:16])


def keyed_hash(purpose: str, value: str, *, version: int | None = None) -> bytes:
    """32 bytes that stand for `value` in one list (`purpose`) and cannot be linked with those of another list.

    A list that outlives the values it was made from cannot be made anew when the index key changes: look up the
    hashes of every version in the ring (`ring().index`), write that of the current one.
    """
    return _keyed(f"keyed-hash/{purpose}", value, version)


def _keyed(purpose: str, value: str, version: int | None) -> bytes:
    keys = ring()
    base = keys.index[keys.index_current if version is None else version]
    return hmac.digest(derived(base, purpose), utf8(value), hashlib.sha256)


def _place(table: str, column: str, row_id: UUID) -> str:
    if "|" in table or "|" in column:
        raise ValueError("a name with | in it would make two places look the same")
    return f"{table}|{column}|{row_id}"


def _checked_key_number(blob: bytes, place: str) -> int:
    if len(blob) < OVERHEAD_BYTES:
        raise SealBroken("truncated", place)
    if blob[0] != _VERSION:
        raise SealBroken("unknown_version", place)
    return int.from_bytes(blob[1:_HEADER_BYTES], "big")


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
