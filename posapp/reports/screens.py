"""What the page shows, row by row, in the language of the reader."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_percent

from posapp.core.text import N_
from posapp.reports import failure
from posapp.reports.figure import CONSENTS, FUNNEL, SHORT, WORDS, Figure
from posapp.reports.queries import EnrolmentReport
from posapp.reports.sources import CODE, QUESTIONNAIRE
from posapp.reports.tally import Counts
from posapp.web.locale import language, local_date, points

Say = Callable[[str], str]
"""A sentence in the reader's language."""
Row = list[str]

ROWS_MAX = 50
"""Tills or people on the page, and reasons at them; the file has all of them."""
DAYS_APART_MAX = 62
"""A longer report shows months."""
LABELS_MAX = 5
"""Days that are named under the chart, so that their names fit on a phone."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table, and how many more there are."""

    rows: Sequence[Row]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The same stores, tills or people three times: their numbers, their consents, and why they had failures."""

    numbers: Table
    consents: Table
    reasons: Table


def steps(counts: Counts, say: Say) -> list[dict[str, Any]]:
    """The bars of the funnel: each step, and its share of the questionnaires begun."""
    whole = counts[Figure.BEGUN]
    return [
        {"label": say(WORDS[figure]), "value": counts[figure], "note": share(counts[figure], whole)}
        for figure in FUNNEL
    ]


def step_rows(counts: Counts, say: Say) -> list[Row]:
    """The same as a table."""
    return [[step["label"], points(step["value"]), step["note"]] for step in steps(counts, say)]


def consents(counts: Counts, say: Say) -> list[Row]:
    """Each consent, and its share of the cards."""
    return [[say(WORDS[each]), points(counts[each]), share(counts[each], counts[Figure.CARDS])] for each in CONSENTS]


def failures(counts: Counts, what: str, say: Say) -> list[Row]:
    """Why it came to nothing, the most frequent reason first."""
    found = failure.in_words(counts, what).items()
    return [[say(word), points(count)] for word, count in sorted(found, key=lambda each: (-each[1], each[0]))]


def columns(say: Say) -> Row:
    """The heads of the numbers in every breakdown."""
    return [*(say(SHORT[figure]) for figure in FUNNEL), say(N_("Without a card"))]


def consent_columns(say: Say) -> Row:
    """The heads of the consents in every breakdown."""
    return [say(SHORT[figure]) for figure in CONSENTS]


def numbers(counts: Counts) -> Row:
    """The numbers of one row of a breakdown."""
    return [*(points(counts[figure]) for figure in FUNNEL), points(failure.ended(counts))]


def by_store(report: EnrolmentReport, say: Say) -> Breakdown:
    """Every store, those where nothing happened too."""
    found = [(store.name, report.tally.by_store[store.store_id]) for store in report.stores]
    return _breakdown(found, len(found), say)


def by_till(report: EnrolmentReport, say: Say) -> Breakdown:
    """The tills where anything happened, the one with the most cards first."""
    several = len(report.stores) > 1
    tills = report.names.tills.values()
    named = {till.till_id: f"{till.store_name} · {till.name}" if several else till.name for till in tills}
    return _breakdown(_by_name(report.tally.by_till, named), ROWS_MAX, say)


def by_person(report: EnrolmentReport, say: Say) -> Breakdown:
    """The people who did anything, the one with the most cards first."""
    return _breakdown(_by_name(report.tally.by_person, report.names.people), ROWS_MAX, say)


def by_day(report: EnrolmentReport) -> tuple[list[dict[str, Any]], list[Row]]:
    """The columns of the chart (cards) and the rows of the table under it: days, or months where the days are many."""
    found = _by_month(report) if len(report.period) > DAYS_APART_MAX else _each_day(report)
    every = math.ceil(len(found) / LABELS_MAX)
    chart = [
        {"label": label, "value": counts[Figure.CARDS], "short": short if number % every == 0 else None}
        for number, (label, short, counts) in enumerate(found)
    ]
    return chart, [[label, *numbers(counts)] for label, _, counts in found]


def share(part: int, whole: int) -> str:
    """A part of a whole in percent; nothing where there is no whole."""
    return str(format_percent(part / whole, locale=language())) if whole else ""


def _by_name(found: Mapping[UUID, Counts], named: Mapping[UUID, str]) -> list[tuple[str, Counts]]:
    rows = [(named.get(row_id, ""), counts) for row_id, counts in found.items()]
    return sorted(rows, key=lambda row: (-row[1][Figure.CARDS], -row[1][Figure.BEGUN], row[0]))


def _breakdown(found: Sequence[tuple[str, Counts]], rows_max: int, say: Say) -> Breakdown:
    return Breakdown(
        _table([[name, *numbers(counts)] for name, counts in found], rows_max),
        _table([[name, *(points(counts[each]) for each in CONSENTS)] for name, counts in found], rows_max),
        _table([[name, *row] for name, counts in found for row in _reasons(counts, say)], ROWS_MAX),
    )


def _reasons(counts: Counts, say: Say) -> list[Row]:
    """Each reason with the questionnaires and the codes that it ended, the most frequent first."""
    begun, codes = (failure.in_words(counts, what) for what in (QUESTIONNAIRE, CODE))
    words = sorted(begun + codes, key=lambda word: (-begun[word] - codes[word], word))
    return [[say(word), points(begun[word]), points(codes[word])] for word in words]


def _table(rows: Sequence[Row], rows_max: int) -> Table:
    return Table(rows[:rows_max], max(0, len(rows) - rows_max))


def _each_day(report: EnrolmentReport) -> list[tuple[str, str, Counts]]:
    return [
        (local_date(day), str(format_date(day, "d MMM", locale=language())), report.tally.by_day[day])
        for day in report.period.days()
    ]


def _by_month(report: EnrolmentReport) -> list[tuple[str, str, Counts]]:
    months: dict[date, Counts] = defaultdict(Counter)
    for day in report.period.days():
        months[day.replace(day=1)].update(report.tally.by_day[day])
    speech = language()
    return [
        (str(format_date(first, "LLLL yyyy", locale=speech)), str(format_date(first, "LLL", locale=speech)), counts)
        for first, counts in months.items()
    ]
