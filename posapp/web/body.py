"""What was sent: a form or one JSON object, each field once; anything else is refused before a route sees it."""

from __future__ import annotations

import json
from typing import Any

from flask import abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def fields() -> MultiDict[str, Any]:
    """The body's fields, JSON values as they are; 400 for other shapes and repeated names, 415 for other types."""
    if request.is_json:
        return MultiDict(_object(request.get_data(cache=True)))
    if request.mimetype not in FORM_TYPES and request.content_length:
        abort(415)
    if any(len(values) > 1 for _, values in request.form.lists()):
        abort(400)
    return MultiDict(request.form)


def frozen() -> ImmutableMultiDict[str, Any]:
    """The same, for a form to read."""
    return ImmutableMultiDict(fields())


def _object(text: bytes) -> list[tuple[str, Any]]:
    """The object's pairs; lists and other odd values stay one value each, so that the field refuses them itself."""
    try:
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(found, dict):
        abort(400)
    return list(found.items())


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")
