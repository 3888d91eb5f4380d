"""Finds the sentences of the code and templates, and says which of them a catalogue cannot show."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

METHODS = [("posapp/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
PLACE = re.compile(r"%\(\w+\)[sd]")

Message = str | tuple[str, ...]


def sentences(root: Path) -> dict[Message, str]:
    """Every sentence marked for people, and where it stands first."""
    found: dict[Message, str] = {}
    for part in ("posapp", "templates"):
        methods = [(pattern.removeprefix(f"{part}/"), how) for pattern, how in METHODS if pattern.startswith(part)]
        for file, line, message, _, _ in extract_from_dir(root / part, methods, keywords=KEYWORDS):
            found.setdefault(message, f"{part}/{file}:{line}")
    return found


def catalogue(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def faults(said: dict[Message, str], catalog: Catalog) -> Iterator[str]:
    """What is missing, empty, unsure, of another shape, or no longer said by anybody."""
    for message, place in said.items():
        key = message[0] if isinstance(message, tuple) else message
        entry = catalog.get(key)
        if entry is None:
            yield f"{place}: {key!r} is not in the catalogue; run `make translations`"
            continue
        texts = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
        if entry.fuzzy or not all(texts):
            yield f"{place}: {key!r} is not translated"
        elif isinstance(message, tuple) and len(texts) != catalog.num_plurals:
            yield f"{place}: {key!r} needs {catalog.num_plurals} plural forms"
        elif any(not set(PLACE.findall(text)) <= _places(message) for text in texts):
            yield f"{place}: {key!r} is translated with a place that nobody fills"
        elif not isinstance(message, tuple) and set(PLACE.findall(texts[0])) != _places(message):
            yield f"{place}: {key!r} loses a place in translation"
    known = {message[0] if isinstance(message, tuple) else message for message in said}
    for entry in catalog:
        key = entry.id[0] if isinstance(entry.id, tuple | list) else entry.id
        if key and key not in known:
            yield f"{key!r} is translated, and nobody says it; run `make translations`"


def _places(message: Message) -> set[str]:
    return set(PLACE.findall(" ".join(message) if isinstance(message, tuple) else message))
