"""A cashier's day at a till: password, PIN, lock, idleness, end."""

from tests.staff.house import PINS, Browser, House
from tests.support.fake_clock import FakeClock


def test_a_shift_begins_with_the_password_and_a_pin_and_then_the_till_is_open(tablet: Browser, house: House) -> None:
    assert tablet.get("/who").location == "/till/sign-in"
    assert tablet.sign_in("anna").location == "/till/pin"
    assert tablet.get("/who").location == "/till/pin"
    assert tablet.post("/till/pin", pin=PINS["anna"]).location == "/till"
    assert tablet.name() == "Anna"
    assert {"staff:session:started", "till:pin:chosen"} <= house.tags()


def test_a_login_is_the_same_in_capital_letters_and_between_spaces(tablet: Browser) -> None:
    assert tablet.post("/till/sign-in", login="  ANNA ", password="anna likes tea").location == "/till/pin"


def test_a_bad_pin_is_refused_at_its_field_and_the_shift_still_waits_for_one(tablet: Browser) -> None:
    tablet.sign_in("anna")
    for pin in ("123456", "010203", "12345", "", "４８２９１５"):
        answer = tablet.post("/till/pin", pin=pin)
        assert answer.status_code == 422
        assert 'id="pin-error"' in answer.text
        assert "<title>Error:" in answer.text
    assert tablet.visitor().person.state == "choose_pin"  # type: ignore[union-attr]


def test_a_pin_is_never_sent_back(tablet: Browser) -> None:
    tablet.sign_in("anna")
    assert "121212" not in tablet.post("/till/pin", pin="121212").text


def test_a_cashier_of_another_store_is_told_so_and_gets_no_shift(tablet: Browser) -> None:
    answer = tablet.sign_in("charlie")
    assert answer.status_code == 403
    assert "not assigned to this store" in answer.text
    assert tablet.visitor().person is None


def test_a_manager_works_at_a_till_of_the_own_store(tablet: Browser) -> None:
    tablet.begin_shift("marina")
    assert tablet.name() == "Marina"


def test_one_tap_locks_and_the_pin_opens(tablet: Browser, house: House) -> None:
    shift = tablet.begin_shift("anna")
    assert tablet.lock().location == "/till/unlock"
    assert tablet.get("/who").location == "/till/unlock"
    assert "Anna" in tablet.get("/till/unlock").text
    assert tablet.unlock(shift, PINS["anna"]).location == "/till"
    assert tablet.name() == "Anna"
    assert {"till:session:locked", "till:session:unlocked"} <= house.tags()


def test_the_till_locks_itself_after_three_minutes_and_not_before(tablet: Browser, clock: FakeClock) -> None:
    shift = tablet.begin_shift("anna")
    clock.advance(seconds=179)
    assert tablet.name() == "Anna"
    clock.advance(seconds=180)
    assert tablet.get("/who").location == "/till/unlock"
    assert tablet.unlock(shift, PINS["anna"]).location == "/till"


def test_a_locked_till_that_is_only_looked_at_still_ends_after_half_an_hour(tablet: Browser, clock: FakeClock) -> None:
    shift = tablet.begin_shift("anna")
    for _ in range(6):
        clock.advance(minutes=5)
        tablet.get("/till/unlock")
    assert tablet.get("/who").location == "/till/sign-in"
    answer = tablet.unlock(shift, PINS["anna"])
    assert answer.status_code == 401
    assert "Sign in with your password" in answer.text


def test_a_shift_ends_after_twelve_hours_however_busy_it_is(tablet: Browser, clock: FakeClock) -> None:
    tablet.begin_shift("anna")
    for _ in range(12 * 60 // 2 - 1):
        clock.advance(minutes=2)
        tablet.visitor()
    assert tablet.name() == "Anna"
    clock.advance(minutes=2)
    assert tablet.get("/who").location == "/till/sign-in"


def test_nobody_comes_back_to_a_shift_that_got_no_pin(tablet: Browser, clock: FakeClock) -> None:
    tablet.sign_in("anna")
    clock.advance(seconds=180)
    assert tablet.visitor().person is None
    assert tablet.post("/till/pin", pin=PINS["anna"]).status_code == 401


def test_the_end_of_a_shift_takes_the_password_to_begin_another(tablet: Browser, house: House) -> None:
    shift = tablet.begin_shift("anna")
    assert tablet.post("/till/end-shift").location == "/till/sign-in"
    assert tablet.get("/who").location == "/till/sign-in"
    assert tablet.get("/till/unlock").location == "/till/sign-in"
    assert tablet.unlock(shift, PINS["anna"]).status_code == 401
    assert ("staff:session:ended", "done", "ended_by_person") in house.audit()


def test_a_locked_shift_is_not_ended_by_a_passer_by(tablet: Browser) -> None:
    shift = tablet.begin_shift("anna")
    tablet.lock()
    assert tablet.post("/till/end-shift").location == "/till/unlock"
    assert tablet.unlock(shift, PINS["anna"]).location == "/till"


def test_signing_in_again_by_password_replaces_the_shift_and_its_pin(tablet: Browser) -> None:
    first = tablet.begin_shift("anna")
    tablet.lock()
    tablet.sign_in("anna")
    assert tablet.post("/till/pin", pin="507381").location == "/till"
    assert tablet.unlock(first, PINS["anna"]).status_code == 401
    assert tablet.get("/till/unlock").text.count("Anna") >= 1


def test_a_form_that_comes_without_a_session_waits_behind_the_door(tablet: Browser) -> None:
    tablet.begin_shift("anna")
    tablet.lock()
    assert tablet.post("/who", amount="1234,56").location == "/till/unlock"
    shift = tablet.visitor().person.session_id  # type: ignore[union-attr]
    assert tablet.unlock(shift, PINS["anna"]).location == "/resume"


def test_the_person_reads_their_own_language_after_signing_in(tablet: Browser) -> None:
    tablet.client.set_cookie("lang", "ru")
    tablet.sign_in("anna")
    assert tablet.cookie("lang") == "en"
