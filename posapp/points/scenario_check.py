"""What came of a scenario against what was expected: every difference, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_FOR_READING = frozenset({"lot", "amount"})
"""Lots compare by kind, remaining and term; their number and face amount are for reading."""


def differences(expect: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """Where `got` is not what `expect` says. Lots are compared in any order."""
    return list(_differences("", _comparable(expect), _comparable(got)))


def _differences(where: str, expect: object, got: object) -> Iterator[str]:
    if isinstance(expect, dict) and isinstance(got, dict):
        for name in sorted(set(expect) | set(got)):
            if name not in expect or name not in got:
                yield f"{where}{name}: {'not expected' if name in got else 'missing'}"
            else:
                yield from _differences(f"{where}{name}.", expect[name], got[name])
    elif isinstance(expect, list) and isinstance(got, list) and len(expect) == len(got):
        for i, (left, right) in enumerate(zip(expect, got, strict=True), start=1):
            yield from _differences(f"{where}{i}.", left, right)
    elif expect != got or type(expect) is not type(got):
        yield f"{where.rstrip('.')}: expected {expect!r}, got {got!r}"


def _comparable(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: _comparable(each, key) for key, each in value.items()}
    if name == "lots" and isinstance(value, list):
        return sorted(({key: lot[key] for key in lot if key not in _FOR_READING} for lot in value), key=repr)
    return [_comparable(each) for each in value] if isinstance(value, list) else value
