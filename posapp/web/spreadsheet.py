"""Tables for spreadsheets: CSV that opens with a double click, and that no cell of can be run as a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

CSV = "text/csv; charset=utf-8"
"""What such a table is on the way."""

FORMULA_BEGINS = frozenset("=+-@\t\r\n")
"""What spreadsheets take for the beginning of a formula, or of another cell."""
NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,3})?")
"""An amount below zero begins like a formula and is none."""
SEPARATORS = {"ru": ";"}
"""Spreadsheets split at the separator of their own language; all others at a comma."""


def csv_of(head: Sequence[str], rows: Iterable[Sequence[str | int]], *, language: str) -> bytes:
    """UTF-8 with its mark, so that Cyrillic is read as Cyrillic; lines end with CR LF (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATORS.get(language, ","), lineterminator="\r\n")
    writer.writerow([literal(cell) for cell in head])
    writer.writerows([literal(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def literal(cell: str | int) -> str | int:
    """The cell as a number, or as text and nothing but text: what could be a formula is led by an apostrophe."""
    if isinstance(cell, int) or NUMBER.fullmatch(cell):
        return cell
    first = unicodedata.normalize("NFKC", cell.lstrip(" \u00a0"))[:1]
    return f"'{cell}" if first in FORMULA_BEGINS and first else cell
