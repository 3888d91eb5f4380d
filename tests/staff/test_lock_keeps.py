"""The lock takes along what stood on the page, and gives it back to the same person; secrets it never takes."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.staff.house import PINS, Browser, House
from tests.staff.test_doors_in_browser import begin_shift, set_up, tap
from tests.support.fake_clock import FakeClock

SIGNED = {"page": "/till", "path": "/till/find", "is_typed": "1"}


def lock_with(tablet: Browser, **fields: str) -> str:
    """Lock as the page's script does, unlock, and say where that leads."""
    person = tablet.visitor().person
    assert person is not None
    assert tablet.client.post("/till/lock", data=fields | {"csrf_token": tablet.token()}).location == "/till/unlock"
    return str(tablet.unlock(person.session_id, PINS["anna"]).location)


def test_what_was_typed_is_offered_after_unlocking_without_its_secrets(tablet: Browser) -> None:
    tablet.begin_shift("anna")
    typed = {"phone": "+7 916 123", "password": "tea", "pin": "482915", "code": "123456", "csrf_token": "old"}
    assert lock_with(tablet, **SIGNED, typed=json.dumps(typed)) == "/resume"
    page = tablet.get("/resume").text
    assert "<dd>+7 916 123</dd>" in page
    assert 'action="/till/find"' in page
    assert not [secret for secret in ("tea", "482915", "123456", 'value="old"') if secret in page]


def test_the_scripts_lock_finds_the_server_locked_already_and_still_keeps(tablet: Browser, clock: FakeClock) -> None:
    tablet.begin_shift("anna")
    clock.advance(seconds=181)
    assert lock_with(tablet, **SIGNED, typed=json.dumps({"phone": "+7 916"})) == "/resume"


def test_a_page_on_which_nothing_was_typed_is_opened_again(tablet: Browser) -> None:
    tablet.begin_shift("anna")
    assert lock_with(tablet, page="/till/new?a=1", path="/till/new", typed="{}", is_typed="") == "/till/new?a=1"
    assert tablet.cookie("parked") == ""


@pytest.mark.parametrize("where", ["", "//evil.example", "https://evil.example/till", "/\\evil", "/no/such/page"])
def test_without_the_script_or_with_another_sites_address_the_way_leads_home(tablet: Browser, where: str) -> None:
    tablet.begin_shift("anna")
    assert lock_with(tablet, page=where, path=where, typed="[1", is_typed="1") == "/till"


@pytest.mark.browser
@pytest.mark.settings(default_language="en")
def test_a_number_half_typed_is_there_after_the_pin(house: House, page: Page) -> None:
    set_up(page, house)
    begin_shift(page, "anna")
    tap(page, "916123")
    page.get_by_role("button", name="Lock").tap()
    page.wait_for_url("**/till/unlock")
    tap(page, PINS["anna"])
    page.wait_for_url("**/resume")
    expect(page.get_by_text("+7 916 123", exact=True)).to_be_visible()
    page.get_by_role("link", name="Home").tap()
    page.get_by_role("button", name="Lock").tap()
    page.wait_for_url("**/till/unlock")
    tap(page, PINS["anna"])
    page.wait_for_url("**/till")
