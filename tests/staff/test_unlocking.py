"""The PIN: on its own till, in its own shift, five times at most; and the till in one pair of hands."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from posapp.core import clock as house_clock
from posapp.core.actor import Actor
from posapp.core.db import db, transaction
from posapp.staff import sessions
from posapp.staff.models import StaffSession
from tests.staff.house import PINS, Browser, House
from tests.support.fake_clock import FakeClock

WRONG = "864209"


@pytest.fixture
def cancelled(house: House) -> Iterator[list[tuple[sessions.Challenges, str]]]:
    """What the room of the codes is told."""
    told: list[tuple[sessions.Challenges, str]] = []
    before = list(sessions._cancel)

    def hear(challenges: sessions.Challenges, reason: str, actor: Actor, at: datetime) -> None:
        told.append((challenges, reason))

    sessions.on_end(hear)
    yield told
    sessions._cancel[:] = before


def begin_code(tablet: Browser, house: House) -> tuple[UUID, UUID]:
    """A code is under way in the tablet's shift."""
    code, person = (uuid4(), uuid4()), tablet.visitor().person
    assert person is not None
    with house.app.app_context(), transaction():
        sessions.keep_challenge(person, *code)
    return code


def test_a55_every_secret_of_a_cookie_is_dead_after_pin_lock_and_unlock(tablet: Browser) -> None:
    tablet.sign_in("anna")
    after_password = tablet.copy()
    tablet.post("/till/pin", pin=PINS["anna"])
    after_pin = tablet.copy()
    shift = after_pin.visitor().person.session_id  # type: ignore[union-attr]
    tablet.lock()
    tablet.unlock(shift, PINS["anna"])
    assert after_password.visitor().person is None
    assert after_pin.visitor().person is None
    assert after_pin.post("/who").location == "/till/sign-in"
    assert tablet.name() == "Anna"


def test_a_form_token_from_before_the_unlock_is_dead_too(tablet: Browser) -> None:
    shift = tablet.begin_shift("anna")
    token = tablet.token()
    tablet.lock()
    tablet.unlock(shift, PINS["anna"])
    assert tablet.post("/till/lock", token=token).status_code == 403
    assert tablet.name() == "Anna"


def test_unlocking_keeps_the_row_of_the_shift_and_what_is_under_way_in_it(tablet: Browser, house: House) -> None:
    shift = tablet.begin_shift("anna")
    phone_index, challenge_id = begin_code(tablet, house)
    tablet.lock()
    tablet.unlock(shift, PINS["anna"])
    person = tablet.visitor().person
    assert person is not None
    assert person.session_id == shift
    assert sessions.find_challenge(person, challenge_id) == phone_index


def test_a_wrong_pin_says_how_many_tries_are_left_and_a_right_one_gives_them_back(tablet: Browser) -> None:
    shift = tablet.begin_shift("anna")
    for _ in range(2):
        tablet.lock()
        assert "Tries left: 4" in tablet.unlock(shift, WRONG).text
        assert "Tries left: 3" in tablet.unlock(shift, WRONG).text
        assert tablet.unlock(shift, PINS["anna"]).location == "/till"


def test_a60_five_wrong_pins_end_the_shift_and_the_right_one_comes_too_late(tablet: Browser, house: House) -> None:
    shift = tablet.begin_shift("anna")
    tablet.lock()
    answers = [tablet.unlock(shift, WRONG) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 401]
    assert tablet.unlock(shift, PINS["anna"]).status_code == 401
    assert tablet.get("/who").location == "/till/sign-in"
    assert ("staff:session:ended", "done", "pin_failures") in house.audit()
    assert sum(tag == "till:pin:wrong" for tag, _, _ in house.audit()) == 5
    tablet.begin_shift("anna")


@pytest.mark.torture
def test_a60_twenty_wrong_pins_at_once_are_five_tries(tablet: Browser, house: House) -> None:
    shift = tablet.begin_shift("anna")
    tablet.lock()
    thieves = [tablet.copy() for _ in range(20)]
    tokens = [thief.token() for thief in thieves]

    def guess(number: int) -> int:
        guessed = {"shift": str(shift), "pin": WRONG}
        return thieves[number].post("/till/unlock", token=tokens[number], **guessed).status_code

    with ThreadPoolExecutor(8) as hands:
        statuses = list(hands.map(guess, range(20)))
    assert set(statuses) <= {422, 401, 303}
    assert sum(tag == "till:pin:wrong" for tag, _, _ in house.audit()) == 5
    assert tablet.unlock(shift, PINS["anna"]).status_code == 401


def test_what_is_not_six_digits_costs_no_try(tablet: Browser) -> None:
    shift = tablet.begin_shift("anna")
    tablet.lock()
    for pin in ("", "48291", "4829150", "４８２９１５", "482 915", "48291a"):
        assert tablet.unlock(shift, pin).status_code == 422
    assert tablet.unlock(shift, PINS["anna"]).location == "/till"


def test_a60_a_pin_opens_nothing_on_another_till_or_without_one(tablet: Browser, house: House) -> None:
    shift = tablet.begin_shift("anna")
    other = house.tablet(house.till_2)
    assert other.unlock(shift, PINS["anna"]).status_code == 401
    assert other.get("/till/unlock").location == "/till/sign-in"
    assert house.browser().unlock(shift, PINS["anna"]).location == "/till/setup"
    assert tablet.name() == "Anna"


def test_a60_the_pin_of_yesterdays_shift_opens_nothing_today(tablet: Browser, clock: FakeClock) -> None:
    shift = tablet.begin_shift("anna")
    clock.advance(hours=13)
    assert tablet.unlock(shift, PINS["anna"]).status_code == 401


def test_the_unlock_page_lists_those_with_a_shift_on_this_till_only(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    tablet.lock()
    tablet.begin_shift("boris")
    house.tablet(house.till_2).begin_shift("marina")
    text = tablet.get("/till/unlock").text
    assert "Anna" in text
    assert "Boris" in text
    assert "Marina" not in text


def test_another_cashiers_pin_takes_the_till_over(tablet: Browser, house: House) -> None:
    anna = tablet.begin_shift("anna")
    tablet.lock()
    boris = tablet.begin_shift("boris")
    annas_browser = tablet.copy()
    assert tablet.unlock(anna, PINS["anna"]).location == "/till"
    assert tablet.name() == "Anna"
    assert annas_browser.visitor().person is None
    assert "till:session:switched" in house.tags()
    assert tablet.unlock(boris, PINS["boris"]).location == "/till"
    assert tablet.name() == "Boris"


def test_a25_a_switch_cancels_the_codes_of_the_one_who_leaves(
    tablet: Browser, house: House, cancelled: list[tuple[sessions.Challenges, str]]
) -> None:
    boris = tablet.begin_shift("boris")
    tablet.lock()
    anna = tablet.begin_shift("anna")
    code = begin_code(tablet, house)
    tablet.lock()
    assert cancelled == []
    tablet.unlock(boris, PINS["boris"])
    assert cancelled == [([code], "switched")]
    tablet.unlock(anna, PINS["anna"])
    assert sessions.find_challenge(tablet.visitor().person, code[1]) is None  # type: ignore[arg-type]


def test_a25_a_code_cannot_begin_in_a_shift_that_has_just_been_taken_over(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    anna = tablet.visitor().person
    assert anna is not None
    tablet.sign_in("boris")
    with house.app.app_context(), pytest.raises(sessions.SessionOver), transaction():
        sessions.keep_challenge(anna, uuid4(), uuid4())


def test_the_form_of_the_one_who_left_is_not_shown_to_the_next(tablet: Browser) -> None:
    boris = tablet.begin_shift("boris")
    tablet.lock()
    tablet.begin_shift("anna")
    tablet.lock()
    assert tablet.post("/who", amount="1234,56").location == "/till/unlock"
    assert tablet.unlock(boris, PINS["boris"]).location == "/till"
    assert tablet.cookie("parked") == ""


@pytest.mark.torture
def test_two_people_at_once_never_both_hold_the_till(tablet: Browser, house: House) -> None:
    people = {login: tablet.begin_shift(login) for login in ("anna", "boris", "marina")}
    hands = {login: tablet.copy() for login in people}
    tokens = {login: hands[login].token() for login in people}

    def take(login: str) -> int:
        wanted = {"shift": str(people[login]), "pin": PINS[login]}
        return hands[login].post("/till/unlock", token=tokens[login], **wanted).status_code

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(take, people)) == {303}
    assert [hand.name() is not None for hand in hands.values()].count(True) == 1
    with house.app.app_context():
        holders = db.session.execute(select(StaffSession).where(StaffSession.state == "active")).scalars().all()
        assert len(holders) == 1
        assert holders[0].seen_at == house_clock.now()
