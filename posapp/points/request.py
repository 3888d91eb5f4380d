"""A request to the ledger: what is asked, under which key, by whom and when. Plain values, fit to be stored.

The fingerprint covers what is asked and nothing else. The clock of the till, the person and the code that proved the
number are not part of it: the same request sent again an hour later, or after a second code, is the same request.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from posapp.core.actor import Actor

KEY_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request for one card. `body` is JSON: the operation, as it was asked."""

    member_id: UUID
    kind: str
    body: Mapping[str, Any]
    key: str
    actor: Actor
    at: datetime
    store_id: UUID | None = None
    receipt: str | None = None
    challenge_id: UUID | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= KEY_LENGTH_MAX:
            raise ValueError(f"a key has 1 to {KEY_LENGTH_MAX} characters")

    @property
    def fingerprint(self) -> bytes:
        return fingerprint_of(self.kind, self.body)


def fingerprint_of(kind: str, body: Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) of the kind and the body in canonical JSON."""
    asked = json.dumps([kind, body], ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(asked.encode()).digest()
