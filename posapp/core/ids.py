"""Names of rows. The application makes them, so that a row can be named, sealed and sent before it is stored."""

import hashlib
import re
import secrets
import threading
from datetime import datetime
from uuid import UUID, uuid4

from posapp.core import clock
from posapp.core.errors import Refusal
from posapp.core.text import N_

CLOCK_STEP_BACK_HELD_MS = 10_000
"""A clock corrected backwards by up to this much does not disturb the order; one set further back starts anew."""

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TAIL_BITS = 74
_STEP_MAX = 1 << 32


class NotAnId(Refusal):
    """The text is not an identifier in the one form that we write."""

    code = "not_found"
    status = 404
    sentence = N_("There is nothing at this address. Check the link, or go back and choose again.")


class _Sequence:
    """The last UUIDv7 of this process: a millisecond and the 74 bits below it, which only grow inside it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ms = 0
        self._tail = 0

    def next(self, ms: int) -> tuple[int, int]:
        with self._lock:
            if ms > self._ms or ms < self._ms - CLOCK_STEP_BACK_HELD_MS:
                # The top bit starts at zero, so that the tail has room to grow.
                self._ms, self._tail = ms, secrets.randbits(_TAIL_BITS - 1)
            else:
                self._tail += 1 + secrets.randbelow(_STEP_MAX)
                if self._tail >> _TAIL_BITS:
                    self._ms, self._tail = self._ms + 1, secrets.randbits(_TAIL_BITS - 1)
            return self._ms, self._tail


_sequence = _Sequence()


def uuid7(at: datetime | None = None) -> UUID:
    """A name that sorts by time (RFC 9562, version 7): later calls of this process give greater values.

    `at` (aware) says which moment it carries; without it, the clock is asked.
    """
    moment = clock.now() if at is None else at
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be put into an id")
    ms, tail = _sequence.next(int(moment.timestamp() * 1000))
    return _shaped(ms << 80 | (tail >> 62) << 64 | tail & ((1 << 62) - 1), version=7)


def random_id() -> UUID:
    """A name that says nothing: 122 random bits (version 4)."""
    return uuid4()


def digest_id(*parts: bytes | str) -> UUID:
    """A name made of what it names: the same parts in the same order always give the same UUID (version 8).

    SHA-256 over the parts, each preceded by its length, so ("ab", "c") and ("a", "bc") differ. Anyone who knows
    the parts can compute it: where the parts are secret or guessable, use a keyed hash.
    """
    digest = hashlib.sha256()
    for part in parts:
        octets = part.encode() if isinstance(part, str) else part
        digest.update(len(octets).to_bytes(8, "big") + octets)
    return _shaped(int.from_bytes(digest.digest()[:16], "big"), version=8)


def parse_id(text: object) -> UUID:
    """Read an id as we write it: lower case, with its four hyphens. Anything else raises NotAnId."""
    if not isinstance(text, str) or not _CANONICAL.fullmatch(text):
        raise NotAnId
    return UUID(text)


def _shaped(value: int, *, version: int) -> UUID:
    """Set the version and variant bits of RFC 9562."""
    value &= ~(0xF << 76) & ~(0b11 << 62)
    return UUID(int=value | version << 76 | 0b10 << 62)
