"""A day of business begins at the moment from which on the moments belong to it, whatever the clocks do."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.core.business_day import business_day
from posapp.reports.period import STORES_OF_SPAN_MAX, Period, began, spans
from posapp.stores.queries import StoreRow

ZONES = (
    "Europe/Moscow", "Asia/Vladivostok", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe",
    "America/Havana", "Pacific/Apia", "Asia/Kathmandu",
)  # fmt: skip
SECOND = timedelta(seconds=1)


@given(
    day=st.dates(date(2005, 1, 1), date(2035, 12, 31)),
    zone=st.sampled_from(ZONES),
    cutover_hour=st.integers(0, 23),
)
def test_it_is_where_one_day_ends_and_the_next_begins(day: date, zone: str, cutover_hour: int) -> None:
    at = began(day, zone, cutover_hour)
    assert business_day(at, zone, cutover_hour) >= day
    assert business_day(at - SECOND, zone, cutover_hour) < day


@pytest.mark.parametrize(
    ("day", "zone", "cutover_hour", "moment"),
    [
        ("2026-03-02", "Europe/Moscow", 4, "2026-03-02T01:00:00+00:00"),
        ("2026-03-02", "Asia/Vladivostok", 0, "2026-03-01T14:00:00+00:00"),
        ("2026-03-29", "Europe/Berlin", 2, "2026-03-29T01:00:00+00:00"),  # two o'clock does not exist
        ("2026-10-25", "Europe/Berlin", 2, "2026-10-25T00:00:00+00:00"),  # two o'clock comes twice
        ("2018-11-04", "America/Sao_Paulo", 0, "2018-11-04T03:00:00+00:00"),  # nor does midnight
    ],
)
def test_known_beginnings(day: str, zone: str, cutover_hour: int, moment: str) -> None:
    assert began(date.fromisoformat(day), zone, cutover_hour) == datetime.fromisoformat(moment)


def store(number: int, zone: str = "Europe/Moscow") -> StoreRow:
    return StoreRow(
        store_id=UUID(int=number), name=str(number), address="", timezone=zone, cutover_hour=4, region="RU",
        is_active=True,
    )  # fmt: skip


def test_stores_with_the_same_clock_are_asked_for_together() -> None:
    days = Period(date(2026, 3, 1), date(2026, 3, 2))
    found = spans([(store(1), days), (store(2), days), (store(3, "Asia/Omsk"), days)])
    assert [(span.day.day, len(span.store_ids)) for span in found] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert all(span.begins < span.ends for span in found)


def test_a_chain_is_asked_for_in_parts() -> None:
    day = Period(date(2026, 3, 2), date(2026, 3, 2))
    found = spans([(store(number), day) for number in range(STORES_OF_SPAN_MAX + 1)])
    assert [len(span.store_ids) for span in found] == [STORES_OF_SPAN_MAX, 1]


def test_days_that_have_not_come_are_no_days() -> None:
    assert spans([(store(1), Period(date(2026, 3, 3), date(2026, 3, 2)))]) == []
    assert list(Period(date(2026, 3, 3), date(2026, 3, 2)).days()) == []
