"""The report as one table: a row for each day, store, till and person, a column for each figure and failure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from posapp.core.text import N_
from posapp.reports import failure
from posapp.reports.figure import WORDS, Figure
from posapp.reports.queries import Names
from posapp.reports.sources import CODE, QUESTIONNAIRE
from posapp.reports.tally import Count, Counts
from posapp.stores.queries import StoreRow

Say = Callable[[str], str]
"""A sentence in the reader's language."""
Place = tuple[date, UUID, UUID | None, UUID | None]

COLUMNS = (N_("Day"), N_("Store"), N_("Till"), N_("Cashier"))
FAILURES = ((QUESTIONNAIRE, N_("Questionnaire: %(reason)s")), (CODE, N_("Code: %(reason)s")))


def head(say: Say) -> list[str]:
    """The names of the columns; always the same ones."""
    reasons = [say(title) % {"reason": say(word)} for what, title in FAILURES for word in failure.every_word(what)]
    return [*map(say, COLUMNS), *(say(WORDS[figure]) for figure in Figure), *reasons]


def rows(counts: Iterable[Count], stores: Sequence[StoreRow], names: Names) -> Iterator[list[str | int]]:
    """One row for each day and place where anything happened, in the order of their names."""
    places: dict[Place, Counts] = defaultdict(Counter)
    for each in counts:
        if each.day is not None:
            places[each.day, each.store_id, each.till_id, each.staff_id][each.what] += each.times
    called = {place: _called(place, {store.store_id: store.name for store in stores}, names) for place in places}
    for place in sorted(places, key=lambda place: (called[place], str(place))):
        found = places[place]
        failed = [failure.in_words(found, what)[word] for what, _ in FAILURES for word in failure.every_word(what)]
        yield [*called[place], *(found[figure] for figure in Figure), *failed]


def _called(place: Place, stores: dict[UUID, str], names: Names) -> list[str]:
    day, store_id, till_id, staff_id = place
    till = names.tills.get(till_id) if till_id else None
    person = names.people.get(staff_id, "") if staff_id else ""
    return [day.isoformat(), stores.get(store_id, ""), till.name if till else "", person]
