"""Periodic work is done by one worker of many, is not forgotten, and does no harm when it fails."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from posapp.core.jobs import JOB, Job, run_due
from tests.messaging.outbox_of import one
from tests.support.fake_clock import FakeClock

pytestmark = pytest.mark.usefixtures("app_context")
HOUR = timedelta(hours=1)


class Diary:
    """A job's work: remembers when it was done, and fails when told to."""

    def __init__(self) -> None:
        self.entries: list[datetime] = []
        self.fault: Exception | None = None

    def write(self, at: datetime) -> None:
        self.entries.append(at)
        if self.fault:
            raise self.fault


@pytest.fixture
def diary() -> Diary:
    return Diary()


def test_a_new_job_is_done_at_once_and_then_when_it_comes_round(diary: Diary, clock: FakeClock) -> None:
    job, began = Job("diary", HOUR, diary.write), clock.now()
    assert run_due([job], clock.now()) == ["diary"]
    assert run_due([job], clock.advance(minutes=59)) == []
    assert run_due([job], clock.advance(minutes=1)) == ["diary"]
    assert diary.entries == [began, began + HOUR]


def test_what_was_missed_is_made_up_for_once_in_the_old_rhythm(diary: Diary, clock: FakeClock) -> None:
    job, began = Job("diary", HOUR, diary.write), clock.now()
    run_due([job], clock.now())
    clock.advance(hours=72, minutes=20)
    assert run_due([job], clock.now()) == ["diary"]
    assert run_due([job], clock.now()) == []
    assert one(JOB, JOB.c.name == "diary")["due_at"] == began + 73 * HOUR


def test_a_job_that_fails_says_so_without_its_words_and_comes_again_in_a_minute(diary: Diary, clock: FakeClock) -> None:
    job = Job("diary", HOUR, diary.write)
    diary.fault = ValueError("+79161234567")
    assert run_due([job], clock.now()) == ["diary"]
    assert one(JOB, JOB.c.name == "diary")["last_error"] == "ValueError"
    diary.fault = None
    assert run_due([job], clock.advance(seconds=60)) == ["diary"]
    assert one(JOB, JOB.c.name == "diary")["last_error"] is None


def test_a_job_that_fails_does_not_keep_the_others(diary: Diary, clock: FakeClock) -> None:
    bad = Diary()
    bad.fault = RuntimeError()
    assert run_due([Job("a", HOUR, bad.write), Job("b", HOUR, diary.write)], clock.now()) == ["a", "b"]
    assert len(diary.entries) == 1


def test_a_changed_interval_counts_from_now_on(diary: Diary, clock: FakeClock) -> None:
    run_due([Job("diary", timedelta(days=30), diary.write)], clock.now())
    assert run_due([Job("diary", HOUR, diary.write)], clock.advance(minutes=1)) == ["diary"]


def test_a_job_whose_worker_died_is_done_by_another_when_the_lease_has_passed(diary: Diary, clock: FakeClock) -> None:
    class Killed(BaseException):
        """As sudden as kill -9: nothing of ours runs after it."""

    def die(_at: datetime) -> None:
        raise Killed

    with pytest.raises(Killed):
        run_due([Job("diary", HOUR, die, lease=timedelta(minutes=10))], clock.now())
    job = Job("diary", HOUR, diary.write, lease=timedelta(minutes=10))
    assert run_due([job], clock.advance(minutes=9)) == []
    assert run_due([job], clock.advance(minutes=1)) == ["diary"]


@pytest.mark.torture
def test_of_many_workers_one_does_it(app: Flask, diary: Diary, clock: FakeClock) -> None:
    together, done = Barrier(6), list[str]()
    names = [f"diary {number}" for number in range(20)]

    def worker() -> None:
        with app.app_context():
            together.wait()
            done.extend(run_due([Job(name, HOUR, diary.write) for name in names], clock.now()))

    threads = [Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(names)
    assert len(diary.entries) == len(names)
