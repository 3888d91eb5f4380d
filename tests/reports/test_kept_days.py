"""Days that are over are read from what was counted, and the figures are the same as if they were read live."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from posapp.core import jobs
from posapp.core.db import db
from posapp.reports import keeping
from posapp.reports.figure import Figure
from posapp.reports.models import EnrolmentCounted, EnrolmentDay, EnrolmentDayEnd
from posapp.reports.period import Period
from posapp.reports.queries import enrolment_counts
from posapp.reports.tally import Tally
from posapp.stores import queries as stores
from tests.reports.books import MINUTE, Books
from tests.reports.test_figures import MONDAY, NOON

DAY = timedelta(days=1)
WEEK = Period(MONDAY - 6 * DAY, MONDAY)


def a_week(books: Books) -> None:
    """Every day something, at two stores, a card at half past three in the night among it."""
    for ago in range(7):
        at = NOON - ago * DAY
        visit = books.enrol(books.anna if ago % 2 else books.boris, at)
        books.sell(books.anna, visit, at + MINUTE * 5)
        books.begin(books.charlie, at).end("abandoned", at + MINUTE)
        failed = books.begin(books.anna, at)
        failed.send(failed.ask(at, state="expired", reason="time"), at)
    books.enrol(books.anna, datetime.fromisoformat("2026-03-01T03:30:00+03:00"))


def sums(tally: Tally) -> list[object]:
    parts = (tally.by_store, tally.by_till, tally.by_person, tally.by_day)
    every = [{key: +counts for key, counts in part.items() if +counts} for part in parts]
    return [+tally.whole, *every]


def kept_until(store_id: UUID) -> date | None:
    look = select(EnrolmentCounted.last_day).where(EnrolmentCounted.store_id == store_id)
    return db.session.execute(look).scalar()


def rows() -> list[tuple[object, ...]]:
    db.session.rollback()
    found = [
        tuple(row) for table in (EnrolmentDay, EnrolmentDayEnd) for row in db.session.execute(select(table.__table__))
    ]
    return sorted(found, key=str)


def test_what_was_kept_equals_what_is_read_live(books: Books) -> None:
    a_week(books)
    live = sums(books.report(WEEK).tally)
    keeping.keep_days(books.clock.now())
    assert kept_until(books.house.tverskaya) == MONDAY - DAY
    assert sums(books.report(WEEK).tally) == live
    assert books.report(WEEK).tally.whole[Figure.CARDS] == 8


def test_a_part_of_the_range_is_read_from_the_same_days(books: Books) -> None:
    a_week(books)
    some = Period(MONDAY - 3 * DAY, MONDAY - 2 * DAY)
    live = sums(books.report(some).tally)
    keeping.keep_days(books.clock.now())
    assert sums(books.report(some).tally) == live


def test_today_is_never_kept_and_always_read_live(books: Books) -> None:
    keeping.keep_days(books.clock.now())
    books.enrol(books.anna, NOON)
    assert books.report(Period(MONDAY, MONDAY)).tally.whole[Figure.CARDS] == 1
    assert kept_until(books.house.tverskaya) == MONDAY - DAY


def test_counting_again_makes_no_difference(books: Books) -> None:
    a_week(books)
    keeping.keep_days(books.clock.now())
    once = rows()
    keeping.keep_days(books.clock.now())
    assert rows() == once
    assert once


def test_what_changes_on_the_next_two_days_is_counted_again(books: Books) -> None:
    books.enrol(books.anna, NOON - 5 * DAY)
    keeping.keep_days(books.clock.now())
    for ago in (1, 2, 3):
        books.begin(books.boris, NOON - ago * DAY)
    keeping.keep_days(books.clock.now())
    by_day = books.report(WEEK, books.house.tverskaya).tally.by_day
    begun = [by_day[MONDAY - ago * DAY][Figure.BEGUN] for ago in (1, 2, 3)]
    assert begun == [1, 1, 0]  # the third day was settled


def test_days_without_a_worker_are_made_up_for(books: Books) -> None:
    books.enrol(books.anna, NOON - DAY)
    keeping.keep_days(books.clock.now())
    books.enrol(books.anna, NOON)
    books.clock.advance(days=10)
    keeping.keep_days(books.clock.now())
    assert kept_until(books.house.tverskaya) == MONDAY + 9 * DAY
    assert books.report(Period(MONDAY - DAY, MONDAY + 9 * DAY)).tally.whole[Figure.CARDS] == 2


def test_many_days_are_made_up_for_a_part_at_a_time(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    a_week(books)
    live = sums(books.report(WEEK).tally)
    monkeypatch.setattr(keeping, "MADE_UP_DAYS_MAX", 1)
    keeping.keep_days(books.clock.now())
    assert kept_until(books.house.tverskaya) in (MONDAY - 4 * DAY, MONDAY - 5 * DAY)
    assert sums(books.report(WEEK).tally) == live
    monkeypatch.undo()
    keeping.keep_days(books.clock.now())
    assert kept_until(books.house.tverskaya) == MONDAY - DAY
    assert sums(books.report(WEEK).tally) == live


def test_the_file_has_the_same_counts_kept_or_live(books: Books) -> None:
    a_week(books)

    def counts() -> Tally:
        db.session.rollback()
        places = stores.stores([books.house.tverskaya, books.house.arbat])
        tally, found = Tally(), list(enrolment_counts(places, WEEK, books.clock.now()))
        tally.add_by_place(found)
        tally.add_by_day((each.day, each.what, each.times) for each in found if each.day)
        return tally

    live = sums(counts())
    keeping.keep_days(books.clock.now())
    assert sums(counts()) == live == sums(books.report(WEEK).tally)


def test_the_job_comes_round_every_hour(books: Books) -> None:
    a_week(books)
    assert jobs.run_due(keeping.jobs(), books.clock.now()) == ["reports.enrolment_days"]
    assert jobs.run_due(keeping.jobs(), books.clock.now()) == []
    assert jobs.run_due(keeping.jobs(), books.clock.advance(hours=1)) == ["reports.enrolment_days"]
    db.session.rollback()
    assert db.session.execute(select(func.count()).select_from(EnrolmentDay)).scalar_one() > 0
