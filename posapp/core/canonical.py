"""One way of writing a value as bytes, so that equal values have equal digests."""

import json


def canonical_json(value: object) -> bytes:
    """JSON in UTF-8 with sorted names and no spaces. NaN, infinity and broken text raise ValueError."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return utf8(text)


def utf8(text: str) -> bytes:
    """The text in UTF-8. The ValueError for broken text does not repeat it, as Python's own would."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueError("the text holds half of a surrogate pair") from None
