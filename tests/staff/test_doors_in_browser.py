"""The doors in a real browser: by touch, without a keyboard, and readable for everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.staff.house import PASSWORDS, PINS, House
from tests.support.accessibility import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.settings(default_language="en")]


def tap(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator(f"[data-key='{digit}']").tap()


def set_up(page: Page, house: House) -> None:
    """As if the tablet's camera had opened what the picture says."""
    page.goto(f"/till/setup#{house.code(house.till_1)}")
    page.get_by_role("button", name="Set up").tap()
    page.wait_for_url("**/till/sign-in")


def begin_shift(page: Page, login: str) -> None:
    page.goto("/till/sign-in")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORDS[login])
    page.get_by_role("button", name="Sign in").tap()
    page.wait_for_url("**/till/pin")
    tap(page, PINS[login])
    page.get_by_role("button", name="Begin the shift").tap()
    page.wait_for_url("**/till")


def test_the_scanned_code_goes_into_the_field_and_out_of_the_address(house: House, page: Page) -> None:
    code = house.code(house.till_1)
    page.goto(f"/till/setup#{code}")
    expect(page.get_by_label("Code of this till")).to_have_value(code)
    assert page.url.endswith("/till/setup")
    assert_accessible(page)


def test_a_shift_is_locked_by_one_tap_and_opened_by_six(house: House, page: Page) -> None:
    set_up(page, house)
    assert_accessible(page)
    begin_shift(page, "anna")
    page.get_by_role("button", name="Lock").tap()
    page.wait_for_url("**/till/unlock")
    assert_accessible(page)
    tap(page, PINS["anna"])
    page.wait_for_url("**/till")


def test_another_cashier_taps_the_own_name_and_six_digits(house: House, page: Page) -> None:
    set_up(page, house)
    begin_shift(page, "boris")
    begin_shift(page, "anna")
    page.get_by_role("button", name="Lock").tap()
    expect(page.get_by_role("heading", name="Anna")).to_be_visible()
    page.get_by_role("link", name="Boris").tap()
    expect(page.get_by_role("heading", name="Boris")).to_be_visible()
    tap(page, "864209")
    expect(page.get_by_text("Tries left: 4")).to_be_visible()
    expect(page.get_by_label("PIN")).to_be_focused()
    assert_accessible(page)
    tap(page, PINS["boris"])
    page.wait_for_url("**/till")
    expect(page.get_by_text("Boris")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_every_door_opens_without_scripts(house: House, page: Page) -> None:
    page.goto("/till/setup")
    page.get_by_label("Code of this till").fill(house.code(house.till_1))
    page.get_by_role("button", name="Set up").tap()
    page.get_by_label("Login").fill("anna")
    page.get_by_label("Password").fill(PASSWORDS["anna"])
    page.get_by_role("button", name="Sign in").tap()
    page.get_by_label("Choose a PIN for this shift").fill(PINS["anna"])
    page.get_by_role("button", name="Begin the shift").tap()
    page.get_by_role("button", name="Lock").tap()
    page.get_by_label("PIN").fill(PINS["anna"])
    page.get_by_role("button", name="Unlock").tap()
    page.wait_for_url("**/till")


def test_the_managers_pages_are_readable_for_everybody(house: House, page: Page) -> None:
    page.goto("/sign-in")
    assert_accessible(page)
    page.get_by_label("Login").fill("marina")
    page.get_by_label("Password").fill(PASSWORDS["marina"])
    page.get_by_role("button", name="Sign in").tap()
    page.wait_for_url("**/manager/reports/**")
    page.goto("/manager/tills")
    assert_accessible(page)
    page.get_by_role("button", name="Make a code for Till 1").tap()
    expect(page.get_by_role("img", name="The same code as a picture to scan")).to_be_visible()
    assert_accessible(page)
