"""Every scenario that the rules were written down in leaves books that agree, and owes what is on its cards."""

from datetime import date, datetime, timedelta

import pytest

from posapp.points import liability, liability_moves
from posapp.points.liability_position import DayMoves, Position
from posapp.stores import queries as stores
from posapp.stores.queries import StoreRow
from tests.points.on_the_cards import SHOWN, on_the_cards
from tests.points.played import faults
from tests.points.vectors import scenarios

LATE = datetime.fromisoformat("2031-01-01T12:00:00Z")


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("app_context")
def test_the_books_of_every_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in a store of its own: every card is audited, every day of every store is added up."""
    monkeypatch.setattr(liability_moves, "LOOK", timedelta(days=5_000))
    played = scenarios()
    assert [fault for scenario in played for fault in faults(scenario)] == []
    every_store = stores.all_stores()
    moved = liability._moved(date(2020, 1, 1), LATE.date(), every_store)
    counted = {store.name: position_of(store, moved) for store in every_store}
    assert counted == {store.name: on_the_cards(store.store_id, LATE) for store in every_store}
    assert len(every_store) == len(played)


def position_of(store: StoreRow, moved: liability.Moved) -> dict[str, object]:
    position = Position()
    for day in sorted(day for day, store_id in moved if store_id == store.store_id):
        position.end(day, moved[day, store.store_id])
    position.end(LATE.date(), DayMoves())
    return {name: position.figures()[name] for name in SHOWN}
