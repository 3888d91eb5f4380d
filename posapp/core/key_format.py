"""How a key ring is written in its file: JSON, version 1, keys in base64."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

FORMAT_VERSION = 1

NUMBERED = ("seal", "index", "otp")
"""Purposes with several keys, one of them current."""

SINGLE = ("audit_mac", "audit_sign", "session")
"""Purposes with one key."""


class Malformed(Exception):
    """What is wrong with the content, in a few words without any of it."""


def write(values: Mapping[str, Any]) -> bytes:
    """The file's bytes for the values of a ring: the purposes, and `<purpose>_current` for the numbered ones."""
    content: dict[str, object] = {"version": FORMAT_VERSION}
    for name in NUMBERED:
        keys = {str(number): _written(key) for number, key in sorted(values[name].items())}
        content[name] = {"current": values[f"{name}_current"], "keys": keys}
    content |= {name: _written(values[name]) for name in SINGLE}
    return json.dumps(content, indent=2).encode() + b"\n"


def read(content: bytes) -> dict[str, Any]:
    """The values that make a ring, out of the file's bytes; raises Malformed."""
    try:
        told = json.loads(content, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError):
        raise Malformed("it is not JSON") from None
    if not isinstance(told, dict) or set(told) != {"version", *NUMBERED, *SINGLE}:
        raise Malformed("it has other parts than a key ring")
    if told["version"] != FORMAT_VERSION:
        raise Malformed("it is of a version that this program does not know")
    values: dict[str, Any] = {name: _key(told[name], name) for name in SINGLE}
    for name in NUMBERED:
        values[name], values[f"{name}_current"] = _numbered(told[name], name)
    return values


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Malformed("one of its names stands there twice")
    return dict(pairs)


def _numbered(part: object, name: str) -> tuple[dict[int, bytes], int]:
    match part:
        case {"current": int(current), "keys": dict(keys), **more} if not more:
            if not all(re.fullmatch(r"[1-9][0-9]{0,4}", number) for number in keys):
                raise Malformed(f"a key number of {name!r} is not a number")
            return {int(number): _key(text, f"{name} {number}") for number, text in keys.items()}, current
        case _:
            raise Malformed(f"{name!r} must hold 'current' and 'keys'")


def _key(text: object, name: str) -> bytes:
    if not isinstance(text, str):
        raise Malformed(f"the key {name!r} is not base64")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(f"the key {name!r} is not base64") from None


def _written(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")
