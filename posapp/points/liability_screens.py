"""What the page and the file show of the points that are owed, row by row, in the language of the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_percent

from posapp.core.text import N_
from posapp.points.liability_position import NEVER
from posapp.points.liability_report import FLOWS, POSITIONS, Figures, LiabilityReport, Row, first_of
from posapp.stores.queries import StoreRow
from posapp.web.locale import amount, language, points

Say = Callable[[str], str]
"""A sentence in the reader's language."""

MONTHS_AHEAD = 13
"""The month under way and a year after it: the usual life of a point."""
LABELS_EVERY = 3
"""From the second month on, so that the names under the chart fit on a phone."""

SHOWN_FLOWS = ("issued", "redeemed", "given_back", "taken_back", "withdrawn", "lapsed")
WORDS = {
    "outstanding": N_("Outstanding"),
    "pending": N_("Pending"),
    "reserved": N_("Reserved"),
    "debt": N_("Owed by customers"),
    "issued": N_("Issued"),
    "redeemed": N_("Redeemed"),
    "given_back": N_("Given back"),
    "taken_back": N_("Taken back"),
    "withdrawn": N_("Withdrawn"),
    "lapsed": N_("Lapsed"),
    "moved": N_("Moved with merged cards"),
}
OVERDUE, LATER, FOR_EVER = N_("Overdue"), N_("Later"), N_("Never")


def chart(report: LiabilityReport) -> list[dict[str, Any]]:
    """The columns: what lapses in each of the next months."""
    return [
        {
            "label": _month(first),
            "value": report.expiring[_key(first)],
            "short": _short(first, "LLL") if number % LABELS_EVERY == 1 else None,
        }
        for number, first in enumerate(_ahead(report))
    ]


def expiring(report: LiabilityReport, say: Say) -> list[list[str]]:
    """The same as rows, with what lapses at other times, in points and in money."""
    lapsing, worth = report.expiring, report.expiring_minor
    ahead = [_key(first) for first in _ahead(report)]
    months = {key: [key] for key in ahead}
    found = [(_month(first), months[_key(first)]) for first in _ahead(report)]
    beyond = sorted(key for key in lapsing if key != NEVER and key not in months)
    found = [
        (say(OVERDUE), [key for key in beyond if key < ahead[0]]), *found,
        (say(LATER), [key for key in beyond if key > ahead[-1]]), (say(FOR_EVER), [NEVER]),
    ]  # fmt: skip
    return [
        [label, points(sum(lapsing[key] for key in keys)), amount(sum(worth[key] for key in keys))]
        for label, keys in found
        if any(lapsing[key] for key in keys)
    ]


def flow_columns(say: Say) -> list[str]:
    """The heads of what came and went."""
    return [*(say(WORDS[name]) for name in SHOWN_FLOWS), say(N_("Lapsed of issued"))]


def flow_row(figures: Figures) -> list[str]:
    """What came and went, and the part of it that lapsed."""
    return [*(points(figures[name]) for name in SHOWN_FLOWS), breakage(figures)]


def months(report: LiabilityReport) -> list[list[str]]:
    """What came and went in each month, the newest first."""
    return [
        [_short(first, "LLL\u00a0yyyy"), *flow_row(figures)] for first, figures in reversed([*report.months.items()])
    ]


def breakage(figures: Figures) -> str:
    """Points that lapsed, as a part of those issued in the same time; nothing where none were issued."""
    if not figures["issued"]:
        return ""
    pattern = Locale.parse(language()).percent_formats[None].pattern.replace("#,##0", "#,##0.0")
    return str(format_percent(figures["lapsed"] / figures["issued"], format=pattern, locale=language()))


def by_store(report: LiabilityReport) -> list[list[str]]:
    """The positions of each store, and what its outstanding points are worth."""
    rows = [(store.name, report.rows.get(store.store_id)) for store in report.stores]
    return [
        [
            name,
            *(points(row[each] if row else 0) for each in POSITIONS),
            amount(row["outstanding"] * row["point_value_minor"] if row else 0),
        ]
        for name, row in rows
    ]


def file_head(say: Say) -> list[str]:
    """The names of the file's columns; always the same ones."""
    ahead = [say(N_("Lapsing in month +%(months)s")) % {"months": number} for number in range(1, MONTHS_AHEAD)]
    return [
        say(N_("Day")), say(N_("Store")), say(N_("A point pays")),
        *(say(WORDS[name]) for name in (*FLOWS, *POSITIONS)),
        say(OVERDUE), say(N_("Lapsing in this month")), *ahead, say(LATER), say(FOR_EVER),
    ]  # fmt: skip


def file_rows(rows: Iterable[Row], stores: Sequence[StoreRow]) -> Iterator[list[str | int]]:
    """A row for each day and store; the months of lapsing count from the row's own day."""
    names = {store.store_id: store.name for store in stores}
    for row in rows:
        lapsing, ahead = row["expiring"], [_key(first_of(row["day"], -number)) for number in range(MONTHS_AHEAD)]
        dated = {key: count for key, count in lapsing.items() if key != NEVER}
        yield [
            row["day"].isoformat(),
            names[row["store_id"]],
            amount(row["point_value_minor"]),
            *(row[name] for name in (*FLOWS, *POSITIONS)),
            sum(count for key, count in dated.items() if key < ahead[0]),
            *(dated.get(key, 0) for key in ahead),
            sum(count for key, count in dated.items() if key > ahead[-1]),
            lapsing.get(NEVER, 0),
        ]


def _ahead(report: LiabilityReport) -> list[date]:
    """The first days of the month under way and of those after it."""
    return [first_of(report.day, -number) for number in range(MONTHS_AHEAD)] if report.day else []


def _key(first: date) -> str:
    return first.strftime("%Y-%m")


def _month(first: date) -> str:
    return str(format_date(first, "LLLL yyyy", locale=language()))


def _short(first: date, pattern: str) -> str:
    return str(format_date(first, pattern, locale=language()))
