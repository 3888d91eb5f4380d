"""A birthday brings points once a year, on the day itself, whatever befalls the worker."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from posapp.audit.models import AuditRow
from posapp.core.db import db, transaction
from posapp.members.birthdays import birthday_index
from posapp.members.models import Member
from posapp.members.sealing import sealed
from posapp.points import birthdays, queries, service
from posapp.points.auditing import audit_card
from posapp.points.birthdays import remember_birthdays
from posapp.points.lot import LotKind
from posapp.points.rows import ACCOUNT, POSTING
from posapp.points.rulebook import Rulebook
from tests.points.counter import Counter
from tests.verification.hands import all_at_once

Tell = Callable[..., UUID]


def moscow(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    """A moment by the clock of a Moscow store (UTC+3 all year)."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


@pytest.fixture
def born(counter: Counter) -> Tell:
    """`born("--03-05")`: somebody's card, opened now in the counter's store or another one."""

    def card(birthday: str, *, store_id: UUID | None = None) -> UUID:
        home, counter.store_id = counter.store_id, store_id or counter.store_id
        member_id = counter.card()
        counter.store_id = home
        tell(member_id, birthday)
        return member_id

    return card


def tell(member_id: UUID, birthday: str) -> None:
    """Write a birthday down, or another one, as whoever corrects it does."""
    values = {
        "birthday_sealed": sealed(birthday, column="birthday_sealed", member_id=member_id),
        "birthday_index": birthday_index(birthday),
    }
    with transaction():
        db.session.execute(update(Member).where(Member.member_id == member_id).values(values))


def given(member_id: UUID) -> list[str]:
    """The keys of the card's gifts, oldest first."""
    db.session.rollback()
    keys = select(POSTING.c.key).where(POSTING.c.member_id == member_id, POSTING.c.kind == "bonus")
    return list(db.session.execute(keys.order_by(POSTING.c.seq)).scalars())


def differing(member_id: UUID) -> list[str]:
    """What comes out otherwise when all postings of the card are decided once more."""
    db.session.rollback()
    found = audit_card(member_id, Rulebook.read())
    return ["there is no card"] if found is None else list(found.faults)


def test_points_come_at_midnight_of_the_day_once_a_year(counter: Counter, born: Tell) -> None:
    anna, boris = born("1990-03-05"), born("--03-06")
    remember_birthdays(moscow(3, 4, 23, 59))
    assert given(anna) == []
    for at in (moscow(3, 5), moscow(3, 5), moscow(3, 5, 12)):
        remember_birthdays(at)
        assert (given(anna), given(boris)) == (["birthday:2026"], [])
    (lot,) = queries.open_lots(anna)
    assert (lot.kind, lot.amount, lot.term.available_at) == (LotKind.BIRTHDAY, 500, moscow(3, 5))
    remember_birthdays(moscow(3, 5, 9, year=2027))
    assert given(anna) == ["birthday:2026", "birthday:2027"]


def test_the_act_is_in_the_audit_without_saying_what_it_was_for(counter: Counter, born: Tell) -> None:
    anna = born("--03-05")
    remember_birthdays(moscow(3, 5))
    db.session.rollback()
    row = db.session.execute(select(AuditRow.tag, AuditRow.object_id, AuditRow.details)).one()
    (lot,) = db.session.execute(select(POSTING.c.posting_id).where(POSTING.c.kind == "bonus")).scalars()
    assert tuple(row) == ("worker:points:given", anna, {"posting": str(lot), "points": 500})


def test_each_store_has_its_own_midnight(counter: Counter, born: Tell) -> None:
    anna, gleb = born("--03-05"), born("--03-05", store_id=counter.add_store("Asia/Vladivostok"))
    remember_birthdays(moscow(3, 4, 17))
    assert (given(anna), given(gleb)) == ([], ["birthday:2026"])
    remember_birthdays(moscow(3, 5))
    assert (given(anna), given(gleb)) == (["birthday:2026"], ["birthday:2026"])


@pytest.mark.settings(birthday_late_days=3)
def test_days_that_no_worker_saw_are_made_up_for_but_not_for_ever(counter: Counter, born: Tell) -> None:
    remember_birthdays(moscow(3, 3))
    late = {day: born(f"--03-{day:02}") for day in range(5, 10)}
    remember_birthdays(moscow(3, 9, 14))
    assert {day: len(given(card)) for day, card in late.items()} == {5: 0, 6: 1, 7: 1, 8: 1, 9: 1}
    remember_birthdays(moscow(3, 9, 15))
    assert sum(len(given(card)) for card in late.values()) == 4


def test_a_birthday_made_up_for_after_new_year_is_that_of_the_old_one(counter: Counter, born: Tell) -> None:
    anna, boris = born("--12-31"), born("--01-01")
    remember_birthdays(moscow(1, 2, year=2027))
    assert (given(anna), given(boris)) == (["birthday:2026"], ["birthday:2027"])
    assert differing(anna) == []
    remember_birthdays(moscow(12, 31, year=2027))
    assert given(anna) == ["birthday:2026", "birthday:2027"]


def test_29_february_is_remembered_in_common_years_too(counter: Counter, born: Tell) -> None:
    anna = born("--02-29")
    remember_birthdays(moscow(2, 28, year=2027))
    remember_birthdays(moscow(3, 1, year=2027))
    remember_birthdays(moscow(2, 28, year=2028))
    assert given(anna) == ["birthday:2027"]
    remember_birthdays(moscow(2, 29, year=2028))
    assert given(anna) == ["birthday:2027", "birthday:2028"]


def test_the_rules_of_the_day_itself_count(counter: Counter, born: Tell) -> None:
    anna, boris = born("--03-05"), born("--03-06")
    counter.rules(birthday_points=0)
    counter.rules(starts_on=date(2026, 3, 6), birthday_points=70)
    counter.rules(starts_on=date(2026, 3, 7), birthday_points=0)
    remember_birthdays(moscow(3, 8))
    assert (given(anna), given(boris)) == ([], ["birthday:2026"])
    assert [lot.amount for lot in queries.open_lots(boris)] == [70]
    assert differing(boris) == []


def test_where_the_programme_gives_nothing_nothing_is_posted(counter: Counter, born: Tell) -> None:
    counter.rules(birthday_points=0)
    anna = born("--03-05")
    remember_birthdays(moscow(3, 5))
    assert given(anna) == []


@pytest.mark.parametrize("again", ["--03-20", "--03-05"])
def test_changing_a_birthday_brings_no_second_gift(counter: Counter, born: Tell, again: str) -> None:
    anna = born("--03-05")
    remember_birthdays(moscow(3, 5))
    tell(anna, again)
    remember_birthdays(moscow(3, 20))
    assert given(anna) == ["birthday:2026"]


def test_the_account_knows_of_a_gift_that_came_by_another_way(counter: Counter, born: Tell) -> None:
    anna, boris = born("--03-20"), born("--03-05")
    remember_birthdays(moscow(3, 5))
    with transaction():
        service.merge(boris, into=anna, key="merge", actor=counter.actor, at=moscow(3, 6))
    remember_birthdays(moscow(3, 20))
    assert (given(anna), [lot.amount for lot in queries.open_lots(anna)]) == ([], [500])


def test_a_card_opened_on_the_birthday_has_its_first_one_a_year_later(counter: Counter, born: Tell) -> None:
    counter.clock.set(moscow(3, 5, 10))
    anna = born("--03-05")
    remember_birthdays(moscow(3, 5, 11))
    assert given(anna) == []
    remember_birthdays(moscow(3, 5, year=2027))
    assert given(anna) == ["birthday:2027"]


def test_a_frozen_card_has_its_birthday_a_closed_or_merged_one_none(counter: Counter, born: Tell) -> None:
    frozen, closed, merged, living = born("--03-05"), born("--03-05"), born("--03-05"), counter.card()
    with transaction():
        service.freeze(frozen, key="freeze", actor=counter.actor, at=counter.clock.now())
        service.merge(merged, into=living, key="merge", actor=counter.actor, at=counter.clock.now())
        db.session.execute(update(Member).where(Member.member_id == closed).values(state="closed"))
    remember_birthdays(moscow(3, 5))
    assert [len(given(card)) for card in (frozen, closed, merged, living)] == [1, 0, 0, 0]


def test_a_card_that_fails_keeps_no_other_waiting_and_has_its_turn_again(counter: Counter, born: Tell) -> None:
    cards = [born("--03-05") for _ in range(3)]
    bad = sorted(cards)[0]
    spoil(bad, [["not", "a", "lot"]])
    remember_birthdays(moscow(3, 5))
    assert [len(given(card)) for card in sorted(cards)] == [0, 1, 1]
    spoil(bad, [])
    remember_birthdays(moscow(3, 6))
    assert [len(given(card)) for card in sorted(cards)] == [1, 1, 1]


def spoil(member_id: UUID, lots: list[Any]) -> None:
    with transaction():
        db.session.execute(update(ACCOUNT).where(ACCOUNT.c.member_id == member_id).values(lots=lots))


def test_a_turn_is_bounded_and_the_next_one_goes_on(
    counter: Counter, born: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = [born("--03-05") for _ in range(3)]
    monkeypatch.setattr(birthdays, "TURN_GIFTS_MAX", 2)
    remember_birthdays(moscow(3, 5))
    assert sum(len(given(card)) for card in cards) == 2
    remember_birthdays(moscow(3, 5))
    assert [len(given(card)) for card in cards] == [1, 1, 1]


def test_no_day_is_over_while_some_cannot_be_found_yet(
    counter: Counter, born: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = [born("--03-05") for _ in range(2)]
    with transaction():
        db.session.execute(update(Member).values(birthday_index=None))
    monkeypatch.setattr(birthdays, "TURN_INDEXED_MAX", 1)
    for turn in range(3):
        assert [len(given(card)) for card in cards] == [0, 0], turn
        remember_birthdays(moscow(3, 5))
    assert [len(given(card)) for card in cards] == [1, 1]


@pytest.mark.torture
def test_of_two_workers_at_once_one_gives(counter: Counter, born: Tell, app: Flask) -> None:
    cards = [born("--03-05") for _ in range(4)]
    all_at_once(app, [partial(remember_birthdays, moscow(3, 5))] * 4)
    assert [given(card) for card in cards] == [["birthday:2026"]] * 4
    assert [lot.amount for card in cards for lot in queries.open_lots(card)] == [500] * 4
