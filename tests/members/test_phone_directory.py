"""A phone leads to one card, however it is written and however many ask for one at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from posapp.core.db import db, transaction
from posapp.core.phone import PhoneNumber, parse_phone
from posapp.core.seal import SealBroken, phone_index
from posapp.members import queries
from posapp.members.models import Member, PhoneDirectory
from posapp.members.service import NumberHasCard, NumberMoved, PersonalAnswers, lead_on, open_member
from posapp.stores.service import add_store
from tests.support.fake_clock import FakeClock

ANNA = PersonalAnswers(surname="Каренина", given_name="Анна", birthday="--05-17", email="anna@example.com")
PHONE = PhoneNumber.restored("+79161234567")
OTHER = PhoneNumber.restored("+79031112233")


@pytest.fixture
def store_id(app_context: Flask) -> UUID:
    with transaction():
        return add_store("Арбат", address="Арбат, 1", timezone="Europe/Moscow")


def opened(phone: PhoneNumber, store_id: UUID, at: datetime, answers: PersonalAnswers = ANNA) -> UUID:
    with transaction():
        return open_member(phone, answers, language="ru", store_id=store_id, verified_at=at)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that reach the database."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


@pytest.mark.parametrize("written", ["8 916 123-45-67", "+7 (916) 123-45-67", "9161234567"])
def test_a35_every_way_of_writing_a_number_leads_to_the_same_card(
    store_id: UUID, clock: FakeClock, written: str
) -> None:
    member_id = opened(PHONE, store_id, clock.now())
    assert queries.member_id_of(parse_phone(written, "RU")) == member_id


def test_a_number_without_a_card_leads_nowhere(store_id: UUID, clock: FakeClock) -> None:
    opened(PHONE, store_id, clock.now())
    assert queries.member_id_of(OTHER) is None


@pytest.mark.parametrize("phone", [PHONE, OTHER], ids=["known", "unknown"])
def test_a46_a_look_up_is_one_statement_on_one_shard_known_or_not(
    store_id: UUID, clock: FakeClock, phone: PhoneNumber
) -> None:
    opened(PHONE, store_id, clock.now())
    db.session.execute(select(1))
    with statements() as heard:
        queries.member_id_of(phone)
    assert len(heard) == 1
    assert "phone_directory.phone_index =" in heard[0]


def test_a_number_opens_one_card(store_id: UUID, clock: FakeClock) -> None:
    first = opened(PHONE, store_id, clock.now())
    with pytest.raises(NumberHasCard):
        opened(PHONE, store_id, clock.now())
    assert queries.member_id_of(PHONE) == first
    assert db.session.execute(select(func.count()).select_from(Member)).scalar() == 1


def test_of_many_tills_that_open_a_card_for_one_number_one_succeeds(
    app: Flask, store_id: UUID, clock: FakeClock
) -> None:
    at = clock.now()

    def one_till(_: int) -> bool:
        with app.app_context():
            try:
                opened(PHONE, store_id, at)
            except NumberHasCard:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(8) as tills:
        won = list(tills.map(one_till, range(8)))
    assert won.count(True) == 1
    assert db.session.execute(select(func.count()).select_from(Member)).scalar() == 1
    assert db.session.execute(select(func.count()).select_from(PhoneDirectory)).scalar() == 1


def test_a_cashier_sees_the_given_name_and_one_letter(store_id: UUID, clock: FakeClock) -> None:
    card = queries.card_of(opened(PHONE, store_id, clock.now()))
    assert card.display_name == "Анна К."
    assert (card.language, card.state, card.store_id, card.created_at) == ("ru", "active", store_id, clock.now())
    assert "Каренина" not in repr(card)


def test_a_card_that_is_not_there_is_refused(store_id: UUID) -> None:
    with pytest.raises(queries.UnknownMember):
        queries.card_of(uuid4())
    with pytest.raises(queries.UnknownMember):
        queries.phone_at(phone_index(PHONE), uuid4())


def test_a_code_can_be_sent_to_the_phone_of_a_card(store_id: UUID, clock: FakeClock) -> None:
    member_id = opened(PHONE, store_id, clock.now())
    assert queries.phone_at(phone_index(PHONE), member_id) == PHONE
    with pytest.raises(queries.UnknownMember):
        queries.phone_at(phone_index(OTHER), member_id)


def test_what_was_not_told_is_not_kept(store_id: UUID, clock: FakeClock) -> None:
    member_id = opened(PHONE, store_id, clock.now(), PersonalAnswers(surname="Ли", given_name="Анна"))
    row = db.session.execute(select(Member.__table__).where(Member.member_id == member_id)).one()
    assert (row.patronymic_sealed, row.birthday_sealed, row.email_sealed) == (None, None, None)


def test_a64_a_name_moved_to_another_member_does_not_open(store_id: UUID, clock: FakeClock) -> None:
    anna = opened(PHONE, store_id, clock.now())
    dolly = opened(OTHER, store_id, clock.now(), PersonalAnswers(surname="Облонская", given_name="Дарья"))
    theirs = select(Member.given_name_sealed).where(Member.member_id == dolly).scalar_subquery()
    with transaction():
        db.session.execute(update(Member).where(Member.member_id == anna).values(given_name_sealed=theirs))
    with pytest.raises(SealBroken):
        queries.card_of(anna)


def state_of(member_id: UUID) -> str:
    return queries.card_of(member_id).state


def test_every_number_of_a_merged_card_leads_to_the_one_that_lives(store_id: UUID, clock: FakeClock) -> None:
    third = PhoneNumber.restored("+79161112233")
    anna, old, older = (opened(phone, store_id, clock.now()) for phone in (PHONE, OTHER, third))
    for gone, into, phone in ((older, old, third), (old, anna, OTHER)):
        at = clock.advance(days=1)
        with transaction():
            lead_on(gone, into=into, phone_index=phone_index(phone), at=at)
    assert [queries.member_id_of(phone) for phone in (PHONE, OTHER, third)] == [anna] * 3
    assert [state_of(member) for member in (anna, old, older)] == ["active", "closed", "closed"]
    assert queries.holders([anna, old]) == {
        anna: queries.Holder("Анна К.", OTHER.masked),
        old: queries.Holder("Анна К.", None),
    }
    with pytest.raises(NumberHasCard):
        opened(OTHER, store_id, at)


def test_a_number_that_is_not_theirs_any_more_moves_nothing(store_id: UUID, clock: FakeClock) -> None:
    anna, old = opened(PHONE, store_id, clock.now()), opened(OTHER, store_id, clock.now())
    with pytest.raises(NumberMoved), transaction():
        lead_on(old, into=anna, phone_index=phone_index(PHONE), at=clock.now())
    assert (queries.member_id_of(OTHER), state_of(old)) == (old, "active")
