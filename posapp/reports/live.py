"""Counting what has happened, from the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, union_all

from posapp.core.db import db
from posapp.reports.bounds import Bounds
from posapp.reports.period import Span
from posapp.reports.sources import looks
from posapp.reports.tally import Count

SPANS_OF_STATEMENT_MAX = 12
"""Databases bound the length of a statement; days that nobody has counted yet may be many."""


def counted_live(spans: Sequence[Span]) -> Iterator[Count]:
    """What happened in these days. The figures of a day come from one statement, so they are of one moment."""
    for start in range(0, len(spans), SPANS_OF_STATEMENT_MAX):
        some = spans[start : start + SPANS_OF_STATEMENT_MAX]
        values = [Bounds(number).values(span) for number, span in enumerate(some)]
        found = db.session.execute(_statement(len(some)), {name: each[name] for each in values for name in each})
        yield from (Count(*row) for row in found)


@lru_cache(maxsize=SPANS_OF_STATEMENT_MAX)
def _statement(spans: int) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(*(look for number in range(spans) for look in looks(Bounds(number))))
