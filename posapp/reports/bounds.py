"""The bounds of a day of business, as statements ask for them: marks in the text, and the values put in.

A statement's text depends on the number of its spans alone, so it is made once and planned well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Date, Uuid, bindparam
from sqlalchemy.types import TypeEngine

from posapp.core.db import UtcDateTime
from posapp.reports.period import Span

CHALLENGE_LIFE_MAX = timedelta(hours=1)
"""No code is sent or matched longer than this after it was asked for."""
RECEIPT_AWAITED_MAX = timedelta(days=3)
"""Receipts that come later than this after the code was asked for count nowhere."""
CLOCKS_APART_MAX = timedelta(minutes=1)


class Bounds:
    """The places in a statement where the bounds of one span are put in; a statement with several numbers them."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.day = self._mark("day", Date())
        self.store_ids = self._mark("store_ids", Uuid(), expanding=True)
        self.begins = self._mark("begins", UtcDateTime())
        self.ends = self._mark("ends", UtcDateTime())
        self.code_since = self._mark("code_since", UtcDateTime())
        self.receipt_since = self._mark("receipt_since", UtcDateTime())
        self.code_id = self._mark("code_id", Uuid())
        self.receipt_id = self._mark("receipt_id", Uuid())
        self.last_id = self._mark("last_id", Uuid())

    def values(self, span: Span) -> dict[str, Any]:
        """What to put in for this span."""
        code_since, receipt_since = span.begins - CHALLENGE_LIFE_MAX, span.begins - RECEIPT_AWAITED_MAX
        given = {
            "day": span.day,
            "store_ids": span.store_ids,
            "begins": span.begins,
            "ends": span.ends,
            "code_since": code_since,
            "receipt_since": receipt_since,
            "code_id": _smallest_id(code_since - CLOCKS_APART_MAX),
            "receipt_id": _smallest_id(receipt_since - CLOCKS_APART_MAX),
            "last_id": _smallest_id(span.ends + CLOCKS_APART_MAX),
        }
        return {f"{name}_{self._number}": value for name, value in given.items()}

    def _mark(self, name: str, kind: TypeEngine[Any], *, expanding: bool = False) -> BindParameter[Any]:
        return bindparam(f"{name}_{self._number}", type_=kind, expanding=expanding)


def _smallest_id(at: datetime) -> UUID:
    return UUID(int=int(at.timestamp() * 1000) << 80)
