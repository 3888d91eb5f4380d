"""A shift that something interrupted: its cashier finds card and questionnaire again, nobody else does."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from posapp.core import clock as house_clock
from posapp.core.db import transaction
from posapp.staff import service, sessions
from tests.staff.house import Browser, House
from tests.support.fake_clock import FakeClock

CARD, DRAFT = (uuid4(), uuid4()), (uuid4(), uuid4())


def begin_work(tablet: Browser, house: House) -> None:
    """A card was found, a questionnaire begun, a code sent and something posted."""
    person = tablet.visitor().person
    assert person is not None
    with house.app.app_context(), transaction():
        sessions.keep_card(person, *CARD)
        sessions.keep_draft(person, *DRAFT)
        sessions.keep_challenge(person, uuid4(), uuid4())
        sessions.keep_posting(person, uuid4(), uuid4(), house_clock.now())


def work_of(tablet: Browser) -> dict[str, Any]:
    person = tablet.visitor().person
    assert person is not None
    return dict(person.work)


def over_by_time(tablet: Browser, house: House, clock: FakeClock) -> None:
    clock.advance(minutes=31)


def over_and_written_down(tablet: Browser, house: House, clock: FakeClock) -> None:
    clock.advance(minutes=31)
    with house.app.app_context():
        service.end_expired(clock.now())


def password_at_the_locked_till(tablet: Browser, house: House, clock: FakeClock) -> None:
    tablet.lock()


@pytest.mark.parametrize("interrupt", [over_by_time, over_and_written_down, password_at_the_locked_till])
def test_the_same_cashier_goes_on_with_the_card_and_the_questionnaire(
    tablet: Browser, house: House, clock: FakeClock, interrupt: Callable[[Browser, House, FakeClock], None]
) -> None:
    tablet.begin_shift("anna")
    begin_work(tablet, house)
    interrupt(tablet, house, clock)
    tablet.begin_shift("anna")
    went_on = work_of(tablet)
    assert went_on["card"] == [str(part) for part in CARD]
    assert went_on["draft"] == [str(part) for part in DRAFT]
    assert (went_on["challenges"], went_on["last_posting"]) == ({}, None)


def test_a_card_is_not_carried_to_another_cashier_another_till_or_another_day(
    tablet: Browser, house: House, clock: FakeClock
) -> None:
    tablet.begin_shift("anna")
    begin_work(tablet, house)
    clock.advance(minutes=31)
    other = house.tablet(house.till_2)
    for browser, login in ((tablet, "boris"), (other, "anna")):
        browser.begin_shift(login)
        assert (work_of(browser)["card"], work_of(browser)["draft"]) == (None, None)
    clock.advance(hours=12)
    tablet.begin_shift("anna")
    assert (work_of(tablet)["card"], work_of(tablet)["draft"]) == (None, None)


def test_whoever_has_gone_home_begins_anew(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    begin_work(tablet, house)
    tablet.post("/till/end-shift")
    tablet.begin_shift("anna")
    assert (work_of(tablet)["card"], work_of(tablet)["draft"]) == (None, None)
