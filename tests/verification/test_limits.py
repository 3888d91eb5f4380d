"""A limit counts the same under any number of hands, and says how long to wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask

from posapp.core.db import transaction
from posapp.verification import limits, number_limits
from posapp.verification.limits import LimitKind, Window
from posapp.verification.number_limits import NumberDisabled, NumberLocked, TooManySends
from tests.support.fake_clock import FakeClock

NUMBER = uuid4()
OTHER_NUMBER = uuid4()


@pytest.fixture(autouse=True)
def _inside(app_context: Flask) -> None:
    """Every test here calls services directly."""


def send(clock: FakeClock, number: object = NUMBER) -> None:
    with transaction():
        number_limits.charge_send(number, at=clock.now())  # type: ignore[arg-type]


def fail(clock: FakeClock) -> None:
    with transaction():
        number_limits.charge_failure(NUMBER, at=clock.now())


def succeed(clock: FakeClock) -> None:
    """A right code: charged as any other, then given back."""
    fail(clock)
    with transaction():
        number_limits.give_back_failure(NUMBER, charged_at=clock.now(), at=clock.now())


def test_three_sends_fit_into_ten_minutes_and_the_fourth_says_when(clock: FakeClock) -> None:
    for _ in range(3):
        send(clock)
        clock.advance(seconds=60)
    with pytest.raises(TooManySends) as refused:
        send(clock)
    assert refused.value.values == {"retry_after_seconds": 420, "minutes": 7}
    clock.advance(seconds=419)
    with pytest.raises(TooManySends):
        send(clock)
    clock.advance(seconds=1)
    send(clock)


def test_six_sends_fit_into_an_hour(clock: FakeClock) -> None:
    for _ in range(6):
        send(clock)
        clock.advance(seconds=300)
    with pytest.raises(TooManySends) as refused:
        send(clock)
    assert refused.value.values["retry_after_seconds"] == 1800


def test_ten_sends_fit_into_a_day(clock: FakeClock) -> None:
    for _ in range(10):
        send(clock)
        clock.advance(hours=1)
    with pytest.raises(TooManySends) as refused:
        send(clock)
    assert refused.value.values["retry_after_seconds"] == 14 * 3600
    clock.advance(hours=14)
    send(clock)


def test_a_refused_send_is_not_counted(clock: FakeClock) -> None:
    for _ in range(3):
        send(clock)
    for _ in range(20):
        with pytest.raises(TooManySends):
            send(clock)
    clock.advance(minutes=10)
    send(clock)


def test_one_number_does_not_pay_for_another(clock: FakeClock) -> None:
    for _ in range(3):
        send(clock)
    send(clock, OTHER_NUMBER)


def test_ten_failures_in_a_day_lock_the_number_until_the_oldest_is_a_day_old(clock: FakeClock) -> None:
    for _ in range(10):
        fail(clock)
        clock.advance(minutes=6)
    with pytest.raises(NumberLocked) as refused:
        fail(clock)
    assert refused.value.values == {"retry_after_seconds": 23 * 3600, "hours": 23}
    clock.advance(hours=23)
    fail(clock)


def test_a_locked_number_is_sent_nothing(clock: FakeClock) -> None:
    for _ in range(10):
        fail(clock)
    with pytest.raises(NumberLocked):
        send(clock)


def test_a23_a_success_breaks_the_streak_and_keeps_the_rolling_failures(clock: FakeClock) -> None:
    for _ in range(8):
        fail(clock)
        clock.advance(seconds=1)
    succeed(clock)
    fail(clock)
    fail(clock)
    with pytest.raises(NumberLocked):
        fail(clock)


def test_fifty_failures_in_a_row_disable_the_number_for_good(clock: FakeClock) -> None:
    for _ in range(5):
        for _ in range(10):
            fail(clock)
        clock.advance(days=1)
    clock.advance(days=30)
    with pytest.raises(NumberDisabled):
        fail(clock)
    with pytest.raises(NumberDisabled):
        send(clock)


def test_a_success_at_the_fiftieth_try_is_a_success(clock: FakeClock) -> None:
    for number in range(49):
        fail(clock)
        if number % 10 == 9:
            clock.advance(days=1)
    succeed(clock)
    clock.advance(days=1)
    fail(clock)


def test_many_hands_at_once_get_exactly_what_the_limit_allows(clock: FakeClock, app: Flask) -> None:
    hands = 12
    barrier = Barrier(hands)

    def one(_: int) -> bool:
        with app.app_context():
            barrier.wait()
            try:
                fail(clock)
            except NumberLocked:
                return False
            return True

    with ThreadPoolExecutor(hands) as pool:
        assert sum(pool.map(one, range(hands))) == 10


def test_what_is_given_back_is_one_charge_and_no_more(clock: FakeClock) -> None:
    tally = limits.Tally(NUMBER, LimitKind.NUMBER_FAILURES).plus([Window(60, 5)], clock.now())
    twice = tally.plus([Window(60, 5)], clock.now())
    assert twice.minus(clock.now()).times == tally.times
    assert twice.minus(clock.now() - timedelta(seconds=1)).times == twice.times


def test_events_that_no_window_reaches_are_forgotten(clock: FakeClock) -> None:
    windows = [Window(60, 5)]
    tally = limits.Tally(NUMBER, LimitKind.NUMBER_SENDS).plus(windows, clock.now())
    assert len(tally.plus(windows, clock.advance(seconds=61)).times) == 1


def test_distinct_things_are_counted_once_each(clock: FakeClock) -> None:
    cashier, things = uuid4(), [uuid4() for _ in range(3)]

    def look(number: int) -> int:
        with transaction():
            return limits.count_distinct(cashier, LimitKind.CASHIER_FINDS, things[number], seconds=3600, at=clock.now())

    assert [look(0), look(0), look(1), look(1), look(2)] == [1, 1, 2, 2, 3]
    clock.advance(seconds=3601)
    assert look(0) == 1
