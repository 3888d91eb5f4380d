"""Ids are made by us, in order, and read back in the one form that we write."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.core import clock
from posapp.core.ids import CLOCK_STEP_BACK_HELD_MS, NotAnId, digest_id, parse_id, random_id, uuid7
from tests.support.fake_clock import FakeClock

NOON = datetime(2031, 5, 6, 12, 0, 0, 123_000, tzinfo=UTC)


def millisecond(row_id: UUID) -> int:
    return row_id.int >> 80


def test_an_id_carries_its_time_version_and_variant() -> None:
    made = uuid7(NOON)
    assert millisecond(made) == int(NOON.timestamp() * 1000)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_later_ids_are_greater_even_inside_one_millisecond() -> None:
    made = [uuid7(NOON) for _ in range(20_000)]
    assert made == sorted(set(made))
    assert all(each.version == 7 for each in made)
    assert made[-1] < uuid7(NOON + timedelta(milliseconds=100))


def test_many_threads_make_no_id_twice_and_each_in_order() -> None:
    fake = FakeClock()
    with clock.replaced_by(fake.now), ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: [uuid7() for _ in range(1_000)], range(8)))
    assert all(run == sorted(run) for run in runs)
    assert len({each for run in runs for each in run}) == 8_000


def test_a_clock_corrected_backwards_does_not_disturb_the_order() -> None:
    held = timedelta(milliseconds=CLOCK_STEP_BACK_HELD_MS)
    before = uuid7(NOON)
    assert uuid7(NOON - held) > before
    assert millisecond(uuid7(NOON - held - timedelta(milliseconds=1))) < millisecond(before)


def test_a_time_without_zone_is_refused_and_any_zone_is_understood() -> None:
    with pytest.raises(ValueError, match="zone"):
        uuid7(NOON.replace(tzinfo=None))
    assert millisecond(uuid7(NOON.astimezone(timezone(timedelta(hours=5))))) == int(NOON.timestamp() * 1000)


def test_random_ids_say_nothing() -> None:
    assert random_id().version == 4
    assert len({random_id() for _ in range(1_000)}) == 1_000


def test_a_digest_id_depends_on_every_part_and_their_borders() -> None:
    different = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), ("c", "ab"), ()]
    assert len({digest_id(*parts) for parts in different}) == len(different)
    assert digest_id("чек", "17") == digest_id("чек".encode(), b"17")
    assert digest_id("ab", "c").version == 8
    assert str(digest_id("claim", "17")) == "ca2fa086-8129-851c-9e1a-91d4d5eb5229"


@given(st.uuids())
def test_what_we_write_we_read(row_id: UUID) -> None:
    assert parse_id(str(row_id)) == row_id


GOOD = "01963f2a-7b3c-7def-8abc-0123456789ab"


@pytest.mark.parametrize(
    "text",
    [
        "", GOOD.upper(), GOOD[:-1], GOOD + "0", GOOD + "\n", " " + GOOD, "{" + GOOD + "}", "urn:uuid:" + GOOD,
        GOOD.replace("-", ""), GOOD.replace("-", "_"), GOOD.replace("0", "٠"), GOOD.replace("a", "а"), "1",
        "../" + GOOD, None, 1, UUID(GOOD), GOOD.encode(), [GOOD],
    ],
)  # fmt: skip
def test_a29_any_other_writing_of_an_id_is_not_an_id(text: object) -> None:
    with pytest.raises(NotAnId) as refused:
        parse_id(text)
    assert refused.value.status == 404
