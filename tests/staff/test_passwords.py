"""Trying passwords: slower after each failure, never locked for good, and nothing learnt from the answer."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from posapp.audit.models import AuditRow
from posapp.core.actor import Role
from posapp.core.db import db, transaction
from posapp.staff import credentials, secrecy, service
from posapp.staff.models import Staff
from tests.staff.house import OFFICE, PASSWORDS, Browser, House
from tests.support.fake_clock import FakeClock

TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')
"""Made anew by the second."""

SECONDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def fail(tablet: Browser, login: str = "anna") -> str:
    answer = tablet.post("/till/sign-in", login=login, password="not the password")
    assert answer.status_code == 401
    return answer.text


def test_the_wait_doubles_from_a_second_to_a_quarter_of_an_hour() -> None:
    assert [credentials.delay(failures) for failures in range(1, 14)] == [timedelta(seconds=wait) for wait in SECONDS]
    assert credentials.delay(10_000) == timedelta(minutes=15)


def test_the_right_password_waits_too_and_then_all_is_forgotten(tablet: Browser, clock: FakeClock) -> None:
    for wait in (1, 2, 4):
        fail(tablet)
        clock.advance(seconds=wait)
    fail(tablet)
    clock.advance(seconds=7)
    assert tablet.sign_in("anna").status_code == 401
    clock.advance(seconds=1)
    assert tablet.sign_in("anna").location == "/till/pin"
    fail(tablet)
    clock.advance(seconds=1)
    assert tablet.sign_in("anna").location == "/till/pin"


def test_tries_made_while_waiting_do_not_make_the_wait_longer(tablet: Browser, clock: FakeClock) -> None:
    for _ in range(20):
        fail(tablet)
    clock.advance(seconds=1)
    assert tablet.sign_in("anna").location == "/till/pin"


def test_no_number_of_failures_locks_somebody_out_for_good(tablet: Browser, house: House, clock: FakeClock) -> None:
    with house.app.app_context(), transaction():
        anna = db.session.get_one(Staff, house.people["anna"])
        anna.failures, anna.retry_at = 1_000_000, clock.now() + credentials.delay(1_000_000)
    clock.advance(minutes=15)
    assert tablet.sign_in("anna").location == "/till/pin"


def test_a49_unknown_wrong_waiting_and_disabled_get_the_same_answer(
    tablet: Browser, house: House, clock: FakeClock
) -> None:
    with house.app.app_context():
        service.disable(house.people["boris"], actor=OFFICE, at=clock.now())

    def answer(login: str, password: str) -> tuple[int, str]:
        given = tablet.post("/till/sign-in", login=login, password=password)
        return given.status_code, TOKEN.sub("TOKEN", given.text.replace(login, "LOGIN"))

    wrong = answer("anna", "not the password")
    waiting = answer("anna", PASSWORDS["anna"])
    unknown = answer("nobody", "not the password")
    disabled = answer("boris", PASSWORDS["boris"])
    assert wrong == waiting == unknown == disabled


def test_failures_are_in_the_audit_without_what_was_typed(tablet: Browser, house: House) -> None:
    tablet.post("/till/sign-in", login="my secret by mistake", password="typed in the wrong field")
    fail(tablet)
    with house.app.app_context():
        rows = db.session.execute(select(AuditRow).where(AuditRow.tag == "staff:session:refused")).scalars().all()
        assert [(row.reason, row.object_id) for row in rows] == [("unknown", None), ("wrong", house.people["anna"])]
        assert {row.till_id for row in rows} == {house.till_1}
        assert "secret" not in str([vars(row) for row in rows])


@pytest.mark.torture
def test_of_many_guesses_at_once_one_is_compared(tablet: Browser, house: House) -> None:
    hands = [tablet.copy() for _ in range(12)]
    tokens = [hand.token() for hand in hands]

    def guess(number: int) -> int:
        typed = {"login": "anna", "password": f"guess number {number}"}
        return hands[number].post("/till/sign-in", token=tokens[number], **typed).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(guess, range(12))) == {401}
    assert [reason for tag, _, reason in house.audit() if tag == "staff:session:refused"].count("wrong") == 1


def test_strangers_on_the_web_cannot_slow_a_cashier_down(house: House, tablet: Browser) -> None:
    stranger = house.browser()
    for _ in range(3):
        assert stranger.post("/sign-in", login="anna", password="a guess").status_code == 401
    assert stranger.post("/sign-in", login="anna", password=PASSWORDS["anna"]).status_code == 401
    assert tablet.sign_in("anna").location == "/till/pin"


def test_empty_fields_are_asked_for_and_cost_no_try(tablet: Browser, house: House) -> None:
    for fields in ({}, {"login": "anna"}, {"password": "x"}, {"login": "", "password": ""}):
        answer = tablet.post("/till/sign-in", **fields)
        assert answer.status_code == 422
        assert "Type your" in answer.text
    assert "staff:session:refused" not in house.tags()


def test_a_password_in_json_is_text_or_nothing(tablet: Browser, house: House) -> None:
    headers = {"X-CSRFToken": tablet.token(), "Accept": "application/json"}
    for password in (None, 5, [PASSWORDS["anna"]], {"a": 1}, True):
        answer = tablet.client.post("/till/sign-in", json={"login": "anna", "password": password}, headers=headers)
        assert answer.status_code == 422
        assert answer.json
        assert answer.json["error"]["code"] == "invalid"
    assert "staff:session:refused" not in house.tags()


def test_passwords_are_kept_as_argon2id_and_pins_only_under_a_key(tablet: Browser, house: House) -> None:
    kept = secrecy.hash_password("correct horse")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert secrecy.password_matches(kept, "correct horse")
    assert not secrecy.password_matches(kept, "correct horse ")
    assert not secrecy.password_matches("not a hash", "correct horse")
    with house.app.app_context():
        pin = secrecy.hash_pin("482915", house.till_1)
        assert secrecy.pin_matches(pin, "482915", house.till_1)
        assert not secrecy.pin_matches(pin, "482915", house.till_2)
        assert not secrecy.password_matches(pin, "482915")


@pytest.mark.parametrize(("role", "least"), [("cashier", 8), ("manager", 15), ("administrator", 15)])
def test_a_password_is_long_enough_for_its_role(house: House, clock: FakeClock, role: str, least: int) -> None:
    with house.app.app_context(), transaction():
        with pytest.raises(service.PasswordShort):
            service.add_person("new", "New", Role(role), set(), "x" * (least - 1), "en", clock.now())
        with pytest.raises(service.PasswordShort):
            service.add_person("new", "New", Role(role), set(), "x" * 129, "en", clock.now())
        service.add_person("new", "New", Role(role), set(), "x" * least, "en", clock.now())
