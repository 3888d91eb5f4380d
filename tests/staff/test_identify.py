"""Who is asking: one statement, and everything that was revoked counts at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, update

from posapp.core import clock as house_clock
from posapp.core.actor import Role
from posapp.core.db import db, transaction
from posapp.staff import identify, service
from posapp.staff.models import StaffSession
from posapp.stores.models import Store
from tests.staff.house import OFFICE, PINS, Browser, House
from tests.support.fake_clock import FakeClock


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    """Every statement that reaches the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    with house.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_till_store_session_and_person_are_read_in_one_statement(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    with statements(house) as seen:
        visitor = tablet.visitor()
    assert len(seen) == 1
    assert visitor.till is not None
    assert visitor.person is not None
    assert (visitor.till.store_name, visitor.till.till_name, visitor.till.timezone) == (
        "Tverskaya",
        "Till 1",
        "Europe/Moscow",
    )
    assert (visitor.till.cutover_hour, visitor.till.region) == (4, "RU")
    assert (visitor.person.name, visitor.person.role, visitor.person.state) == ("Anna", Role.CASHIER, "active")
    assert visitor.person.session_subject == visitor.till.till_id
    assert visitor.actor.stream == house.till_1


def test_a_till_alone_and_an_office_alone_take_one_statement_and_a_stranger_none(tablet: Browser, house: House) -> None:
    office, stranger = house.office("marina"), house.browser()
    for browser, count in ((tablet, 1), (office, 1), (stranger, 0)):
        with statements(house) as seen:
            browser.visitor()
        assert len(seen) == count


def test_a_whole_request_reads_its_session_once(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    with statements(house) as seen:
        assert tablet.name() == "Anna"
    assert len(seen) == 1


NO_COOKIES = ["", ".", "x", "0" * 80, "11111111-1111-4111-8111-111111111111.short", "é" * 40, "a.b.c", "\x00"]


def test_a_cookie_of_another_shape_is_no_cookie_and_no_error(house: House) -> None:
    for value in NO_COOKIES:
        with house.app.app_context(), statements(house) as seen:
            visitor = identify.identify({"till": value, "sid": value}, house_clock.now(), "test")
        assert (visitor.till, visitor.person, seen) == (None, None, [])


def test_a_session_cookie_is_worth_nothing_without_its_till(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    other = house.tablet(house.till_2)
    stolen = tablet.with_cookies(sid=tablet.cookie("sid"))
    moved = tablet.with_cookies(sid=tablet.cookie("sid"), till=other.cookie("till"))
    assert stolen.visitor().person is None
    assert moved.visitor().person is None
    assert moved.visitor().till is not None


def test_a62_a_disabled_person_is_out_at_the_next_request_everywhere(
    tablet: Browser, house: House, clock: FakeClock
) -> None:
    shift, office = tablet.begin_shift("marina"), house.office("marina")
    assert office.get("/who-in-office").status_code == 200
    with house.app.app_context():
        service.disable(house.people["marina"], actor=OFFICE, at=clock.now())
    assert tablet.get("/who").location == "/till/sign-in"
    assert office.get("/who-in-office").location == "/sign-in"
    assert tablet.unlock(shift, PINS["marina"]).status_code == 401
    assert {"office:staff:disabled", "staff:session:ended"} <= house.tags()


def test_a62_another_role_or_other_stores_end_every_session_at_once(
    tablet: Browser, house: House, clock: FakeClock
) -> None:
    tablet.begin_shift("marina")
    office = house.office("marina")
    with house.app.app_context():
        service.change_role(house.people["marina"], Role.CASHIER, {house.tverskaya}, actor=OFFICE, at=clock.now())
    assert tablet.get("/who").location == "/till/sign-in"
    assert office.get("/who-in-office").location == "/sign-in"
    tablet.begin_shift("marina")
    assert tablet.get("/who-in-office").status_code == 403


def test_a62_the_row_of_the_person_alone_decides_even_if_nobody_ended_the_session(
    tablet: Browser, house: House
) -> None:
    from posapp.staff.models import Staff

    tablet.begin_shift("anna")
    with house.app.app_context(), transaction():
        db.session.execute(update(Staff).where(Staff.login == "anna").values(generation=Staff.generation + 1))
    assert tablet.visitor().person is None
    assert tablet.get("/till/unlock").location == "/till/sign-in"


def test_the_tills_of_a_closed_store_let_nobody_in(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    with house.app.app_context(), transaction():
        db.session.execute(update(Store).where(Store.id == house.tverskaya).values(is_active=False))
    assert tablet.visitor().till is None
    assert tablet.visitor().person is None


def test_being_seen_is_written_at_most_once_a_minute(tablet: Browser, house: House, clock: FakeClock) -> None:
    tablet.begin_shift("anna")
    begun = clock.now()

    def seen_at() -> float:
        with house.app.app_context():
            kept = db.session.execute(select(StaffSession.seen_at)).scalar_one()
        return (kept - begun).total_seconds()

    written = []
    for _ in range(12):
        clock.advance(seconds=20)
        tablet.name()
        written.append(seen_at())
    assert written == [0, 0, 60, 60, 60, 120, 120, 120, 180, 180, 180, 240]


@pytest.mark.settings(shift_lock_idle_seconds=30)
def test_a_till_that_locks_after_half_a_minute_stays_open_while_it_is_used(tablet: Browser, clock: FakeClock) -> None:
    tablet.begin_shift("anna")
    for _ in range(6):
        clock.advance(seconds=15)
        assert tablet.name() == "Anna"
    clock.advance(seconds=30)
    assert tablet.name() is None
