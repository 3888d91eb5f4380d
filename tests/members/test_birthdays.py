"""Birthdays can be looked for while they stay sealed."""

from collections import Counter as Tally
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from posapp.core import keys
from posapp.core.db import db, transaction
from posapp.core.keys import KeyRing
from posapp.core.phone import PhoneNumber
from posapp.members import birthdays
from posapp.members.birthdays import GROUPS, birthday_index, celebrated_on, day_of_year, fill_index, indexes_of
from posapp.members.models import Member
from posapp.members.service import PersonalAnswers, open_member
from posapp.stores.service import add_store
from tests.support.fake_clock import FakeClock

YEAR = [(date(2024, 1, 1) + timedelta(days=n)).strftime("%m-%d") for n in range(366)]


@pytest.fixture
def keyed(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_installed", ring)


@pytest.mark.parametrize("birthday", ["1990-05-17", "--05-17"])
def test_the_year_of_a_birthday_plays_no_part(birthday: str) -> None:
    assert day_of_year(birthday) == "05-17"


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        (date(2026, 5, 17), {"05-17"}),
        (date(2026, 2, 28), {"02-28", "02-29"}),
        (date(2026, 3, 1), {"03-01"}),
        (date(2024, 2, 28), {"02-28"}),
        (date(2024, 2, 29), {"02-29"}),
        (date(2100, 2, 28), {"02-28", "02-29"}),
    ],
)
def test_who_was_born_on_29_february_has_a_birthday_every_year(day: date, kept: set[str]) -> None:
    assert celebrated_on(day) == kept


@pytest.mark.parametrize("year", [2024, 2026])
def test_everybody_has_one_birthday_a_year(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366 if year == 2024 else 365)]
    assert sorted(kept for day in days for kept in celebrated_on(day)) == YEAR


@pytest.mark.usefixtures("keyed")
def test_each_group_is_of_a_dozen_days_that_stand_apart() -> None:
    groups = {day: birthday_index(f"--{day}") for day in YEAR}
    assert set(Tally(groups.values()).values()) == {366 // GROUPS, 366 // GROUPS + 1}
    assert len(set(groups.values())) == GROUPS
    neighbours = sum(groups[a] == groups[b] for a, b in pairwise(YEAR))
    assert neighbours < 366 / 5, "the days were not shuffled"


def test_another_key_makes_other_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for _ in range(2):
        monkeypatch.setattr(keys, "_installed", KeyRing.generate())
        found.append({day: birthday_index(f"--{day}") for day in YEAR})
    assert not set(found[0].values()) & set(found[1].values())
    together = [{day for day in YEAR if groups[day] == groups["05-17"]} for groups in found]
    assert together[0] != together[1]


@pytest.mark.usefixtures("keyed")
def test_a_birthday_is_found_by_its_day_with_or_without_the_year() -> None:
    assert {birthday_index("1990-05-17"), birthday_index("--05-17")} == indexes_of({"05-17"})
    assert birthday_index(None) is None


def test_what_was_found_under_an_old_index_key_still_is(monkeypatch: pytest.MonkeyPatch, ring: KeyRing) -> None:
    monkeypatch.setattr(keys, "_installed", ring)
    before = birthday_index("--05-17")
    told = {name: getattr(ring, name) for name in KeyRing.__dataclass_fields__}
    newer = KeyRing(**told | {"index": {**ring.index, 2: KeyRing.generate().index[1]}, "index_current": 2})
    monkeypatch.setattr(keys, "_installed", newer)
    assert {before, birthday_index("--05-17")} == indexes_of({"05-17"})
    assert before != birthday_index("--05-17")


@pytest.fixture
def anna(app_context: Flask, clock: FakeClock) -> UUID:
    with transaction():
        store_id = add_store("Арбат", address="Арбат, 1", timezone="Europe/Moscow")
        answers = PersonalAnswers(surname="Каренина", given_name="Анна", birthday="--05-17")
        phone = PhoneNumber.restored("+79161234567")
        return open_member(phone, answers, language="ru", store_id=store_id, verified_at=clock.now())


def kept(member_id: UUID) -> bytes | None:
    db.session.rollback()
    return db.session.execute(select(Member.birthday_index).where(Member.member_id == member_id)).scalar_one()


def forget(member_id: UUID) -> None:
    with transaction():
        db.session.execute(update(Member).where(Member.member_id == member_id).values(birthday_index=None))


def test_a_member_is_found_from_the_first_day(anna: UUID) -> None:
    assert kept(anna) == birthday_index("--05-17")
    assert fill_index(1), "there is nothing left to do"


def test_members_from_before_are_found_once_the_job_has_met_them(anna: UUID) -> None:
    forget(anna)
    assert not fill_index(0)
    assert fill_index(10)
    assert kept(anna) == birthday_index("--05-17")


def test_a_birthday_that_does_not_open_keeps_no_other_waiting(
    anna: UUID, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(anna)
    monkeypatch.setattr(birthdays, "BATCH", 1)
    broken = UUID(int=1)
    with transaction() as session:
        row = dict(session.execute(select(Member.__table__)).mappings().one())
        session.execute(Member.__table__.insert().values(row | {"member_id": broken}))  # type: ignore[attr-defined]
    assert fill_index(10)
    assert (kept(anna), kept(broken)) == (birthday_index("--05-17"), None)


def test_who_has_no_birthday_is_in_no_group(anna: UUID) -> None:
    with pytest.raises(IntegrityError, match="birthday_index_has_birthday"), transaction():
        db.session.execute(update(Member).where(Member.member_id == anna).values(birthday_sealed=None))
