"""The back office's door."""

import pytest

from tests.staff.house import PASSWORDS, PINS, Browser, House
from tests.support.fake_clock import FakeClock


def test_a_manager_signs_in_with_login_and_password_and_out_again(house: House) -> None:
    browser = house.browser()
    assert browser.get("/who-in-office").location == "/sign-in"
    assert browser.post("/sign-in", login="marina", password=PASSWORDS["marina"]).location == "/manager"
    assert browser.get("/manager").location == "/manager/reports/enrolment"
    assert browser.get("/who-in-office").json == {"name": "Marina"}
    left = browser.copy()
    assert browser.post("/sign-out").location == "/sign-in"
    assert browser.get("/who-in-office").location == "/sign-in"
    assert left.get("/who-in-office").location == "/sign-in"
    assert {"staff:session:started", "staff:session:ended"} <= house.tags()


def test_a_cashier_has_no_back_office(house: House) -> None:
    assert house.browser().post("/sign-in", login="anna", password=PASSWORDS["anna"]).status_code == 401


def test_a_manager_in_a_shift_needs_the_office_door_for_the_office(tablet: Browser) -> None:
    tablet.begin_shift("marina")
    assert tablet.get("/who-in-office").location == "/sign-in"
    assert tablet.name() == "Marina"


def test_an_office_sign_in_is_no_shift(tablet: Browser) -> None:
    tablet.post("/sign-in", login="marina", password=PASSWORDS["marina"])
    assert tablet.get("/who-in-office").status_code == 200
    assert tablet.get("/who").location == "/till/unlock"
    assert tablet.get("/till/unlock").location == "/till/sign-in"
    assert tablet.post("/till/lock").location == "/till/unlock"
    assert tablet.get("/who-in-office").status_code == 200


def test_till_and_back_office_in_one_browser_take_turns(tablet: Browser) -> None:
    shift = tablet.begin_shift("anna")
    assert tablet.post("/sign-in", login="marina", password=PASSWORDS["marina"]).location == "/manager"
    marina = tablet.copy()
    assert tablet.get("/who").location == "/till/unlock"
    assert tablet.unlock(shift, PINS["anna"]).location == "/till"
    assert tablet.name() == "Anna"
    assert marina.get("/who-in-office").location == "/sign-in"


def test_signing_out_of_the_office_ends_no_shift(tablet: Browser) -> None:
    tablet.begin_shift("anna")
    assert tablet.post("/sign-out").location == "/sign-in"
    assert tablet.name() == "Anna"


def test_a_cashier_in_a_shift_is_refused_the_office_and_it_is_in_the_audit(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    for path in ("/manager", "/manager/tills", "/who-in-office"):
        assert tablet.get(path).status_code == 403
    assert [tag for tag, _, _ in house.audit()].count("web:access:refused") == 3


@pytest.mark.parametrize(("idle", "status"), [(899, 200), (900, 303)])
def test_a_sign_in_ends_after_a_quarter_of_an_hour_idle(house: House, clock: FakeClock, idle: int, status: int) -> None:
    office = house.office("marina")
    clock.advance(seconds=idle)
    assert office.get("/who-in-office").status_code == status


def test_a_sign_in_ends_after_eight_hours_however_busy(house: House, clock: FakeClock) -> None:
    office = house.office("marina")
    for _ in range(8 * 6 - 1):
        clock.advance(minutes=10)
        assert office.visitor().person is not None
    clock.advance(minutes=10)
    assert office.visitor().person is None


def test_two_browsers_of_one_manager_do_not_disturb_each_other(house: House) -> None:
    first, second = house.office("marina"), house.office("marina")
    second.post("/sign-out")
    assert first.get("/who-in-office").status_code == 200


def test_a55_signing_in_again_leaves_the_old_cookie_dead(house: House) -> None:
    browser = house.office("marina")
    old = browser.copy()
    browser.post("/sign-in", login="marina", password=PASSWORDS["marina"])
    assert old.visitor().person is None
    assert browser.get("/who-in-office").status_code == 200


def test_the_front_door_leads_everybody_to_their_work(house: House, tablet: Browser) -> None:
    assert house.browser().get("/").location == "/sign-in"
    assert tablet.get("/").location == "/till"
    assert house.office("marina").get("/").location == "/manager"


def test_cookies_are_for_this_host_alone_and_out_of_reach_of_scripts(house: House) -> None:
    browser = house.browser()
    answer = browser.post("/sign-in", login="marina", password=PASSWORDS["marina"])
    (kept,) = [header for header in answer.headers.getlist("Set-Cookie") if header.startswith("sid=")]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in kept.split(";")}
    assert "Domain" not in kept
    assert "Expires" not in kept


def test_the_password_fields_welcome_password_managers(house: House, tablet: Browser) -> None:
    for text in (house.browser().get("/sign-in").text, tablet.get("/till/sign-in").text):
        assert 'autocomplete="current-password"' in text
        assert 'autocomplete="username"' in text
    tablet.sign_in("anna")
    assert "one-time-code" not in tablet.get("/till/pin").text
