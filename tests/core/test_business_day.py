"""The shop's own day, also where midnight does not exist."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posapp.core.business_day import business_day, local_midnight

MOSCOW = "Europe/Moscow"
ZONES = (MOSCOW, "Africa/Cairo", "America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "UTC")


def test_half_past_three_is_yesterday_when_the_day_ends_at_four() -> None:
    at = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    assert business_day(at, MOSCOW, 4) == date(2026, 3, 1)
    assert business_day(at + timedelta(minutes=30), MOSCOW, 4) == date(2026, 3, 2)
    assert business_day(at, MOSCOW, 0) == date(2026, 3, 2)


@pytest.mark.parametrize("hour", [-1, 24])
def test_a_day_cannot_end_at_an_hour_that_is_none(hour: int) -> None:
    with pytest.raises(ValueError):
        business_day(datetime(2026, 3, 2, tzinfo=UTC), MOSCOW, hour)


def test_a_naive_moment_belongs_to_no_day() -> None:
    with pytest.raises(ValueError):
        business_day(datetime(2026, 3, 2), MOSCOW, 0)  # noqa: DTZ001 - that is the point


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(KeyError):
        business_day(datetime(2026, 3, 2, tzinfo=UTC), "Mars/Olympus", 0)


def test_where_the_clocks_jump_over_midnight_the_day_begins_at_the_jump() -> None:
    assert local_midnight(date(2024, 4, 26), "Africa/Cairo") == datetime(2024, 4, 25, 22, tzinfo=UTC)


def test_where_a_whole_day_is_missing_it_begins_and_ends_at_once() -> None:
    skipped, after = date(2011, 12, 30), date(2011, 12, 31)
    assert local_midnight(skipped, "Pacific/Apia") == local_midnight(after, "Pacific/Apia")


def test_the_offset_of_the_day_itself_counts_not_that_of_today() -> None:
    assert local_midnight(date(2026, 3, 28), "Europe/Berlin") == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert local_midnight(date(2026, 3, 30), "Europe/Berlin") == datetime(2026, 3, 29, 22, tzinfo=UTC)


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2037, 1, 1)), st.sampled_from(ZONES))
def test_a_day_begins_at_its_first_second(day: date, zone: str) -> None:
    first = local_midnight(day, zone)
    assert first.astimezone(ZoneInfo(zone)).date() >= day
    assert (first - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < day
