"""The chain's arithmetic: one canonical form of a row, and its keyed code."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

FIRST_PREV = bytes(32)
CHAINED = (
    "stream", "seq", "at", "tag", "actor_kind", "staff_id", "role", "session_id", "store_id", "till_id",
    "object_id", "outcome", "reason", "request_id", "details", "prev",
)  # fmt: skip


def mac_of(row: Mapping[str, Any], key: bytes) -> bytes:
    """HMAC-SHA256 (32 bytes) of a row's chained columns in canonical JSON."""
    form = {name: _plain(row[name]) for name in CHAINED}
    text = json.dumps(form, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat(timespec="microseconds")
        case UUID():
            return str(value)
        case bytes():
            return value.hex()
        case Enum():
            return value.value
        case _:
            return value
