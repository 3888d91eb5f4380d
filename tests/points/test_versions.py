"""Which version counts where, which will, and which never did."""

from datetime import date, datetime

import pytest
from flask import Flask

from posapp.points.programme import Programme
from posapp.points.versions import VersionState, earliest_day, versions
from posapp.stores.queries import all_stores
from tests.points.counter import Counter

MIDNIGHT_BETWEEN = datetime.fromisoformat("2026-03-09T23:30:00+03:00")
"""In Moscow it is the 9th, in Yekaterinburg the 10th."""


def states_of(counter: Counter) -> list[str]:
    """The states from the first version to the last."""
    found = versions()
    states = found.states(found.in_force(all_stores(), counter.clock.now()))
    return [states[version.id].value for version in reversed(found.every)]


@pytest.mark.sqlite_only
def test_versions_come_count_and_pass(counter: Counter) -> None:
    for day in (date(2026, 1, 1), date(2026, 3, 10), date(2026, 3, 20), date(2026, 3, 10)):
        counter.rules(day)
    assert states_of(counter) == ["in_force", "withdrawn", "coming", "coming"]
    counter.clock.set(datetime.fromisoformat("2026-03-15T12:00:00+03:00"))
    assert states_of(counter) == ["over", "over", "coming", "in_force"]
    counter.clock.set(datetime.fromisoformat("2026-03-20T12:00:00+03:00"))
    assert states_of(counter) == ["over", "over", "in_force", "over"]


@pytest.mark.sqlite_only
def test_around_midnight_two_versions_count_each_in_its_stores(counter: Counter) -> None:
    counter.add_store("Asia/Yekaterinburg")
    old, new = counter.rules(), counter.rules(date(2026, 3, 10))
    counter.clock.set(MIDNIGHT_BETWEEN)
    in_force = versions().in_force(all_stores(), counter.clock.now())
    assert {version: len(names) for version, names in in_force.items()} == {old: 1, new: 1}
    assert set(versions().states(in_force).values()) == {VersionState.IN_FORCE}


@pytest.mark.sqlite_only
def test_the_earliest_day_is_tomorrow_where_it_is_latest(counter: Counter) -> None:
    counter.add_store("Asia/Yekaterinburg")
    counter.clock.set(MIDNIGHT_BETWEEN)
    at, stores = counter.clock.now(), all_stores()
    assert earliest_day([Programme()], stores, at) == date(2026, 3, 11)
    assert earliest_day([Programme(tz="Europe/Moscow")], stores, at) == date(2026, 3, 10)
    assert earliest_day([Programme(), Programme(tz="Pacific/Kiritimati")], stores, at) == date(2026, 3, 11)
    assert earliest_day([Programme(cutover_hour=4)], stores, at) == date(2026, 3, 10)


@pytest.mark.sqlite_only
def test_before_the_first_version_the_defaults_count(app_context: Flask, counter: Counter) -> None:
    assert versions().every == []
    assert list(versions().in_force(all_stores(), counter.clock.now())) == [None]
