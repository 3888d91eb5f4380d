"""The till's own digits act at the touch, in the field that has the focus, beside every other way to type."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.look.sample import House
from tests.support.accessibility import SIZES

pytestmark = pytest.mark.browser

TABLETS = [SIZES["tablet"], SIZES["upright tablet"], SIZES["laptop"]]
ALL_IN_VIEW = """() => [...document.querySelectorAll(".ask .key, .ask .control, .ask .button")]
  .filter((each) => each.checkVisibility())
  .every((each) => { const box = each.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; })"""


def _tap(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator(f'[data-key="{digit}"]').tap()


def test_a_key_acts_when_it_is_touched_not_when_it_is_let_go(page: Page) -> None:
    page.goto("/page/find")
    page.locator('[data-key="9"]').dispatch_event("pointerdown", {"button": 0, "pointerType": "touch"})
    expect(page.locator("#phone")).to_have_value("+7 9")
    expect(page.locator("#phone")).to_be_focused()
    expect(page.locator('[data-key="9"]')).to_have_class("key pressed")


def test_the_system_keyboard_stays_away_but_typing_and_pasting_work(page: Page) -> None:
    page.goto("/page/card")
    amount = page.locator("#amount")
    expect(amount).to_have_js_property("inputMode", "none")
    _tap(page, "12,5")
    page.keyboard.type("6")
    expect(amount).to_have_value("12,56")
    page.locator('[data-key="back"]').tap()
    expect(amount).to_have_value("12,5")
    amount.fill("99")
    expect(amount).to_have_value("99")


def test_a_key_pressed_from_the_keyboard_counts_once(page: Page) -> None:
    page.goto("/page/card")
    page.locator('[data-key="7"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#amount")).to_have_value("7")


def test_the_keys_serve_the_field_that_was_touched_last(page: Page) -> None:
    page.goto("/page/card")
    _tap(page, "5")
    page.locator("#receipt").tap()
    _tap(page, "42")
    expect(page.locator("#receipt")).to_have_value("42")
    expect(page.locator("#amount")).to_have_value("5")


def test_the_pin_sends_itself_at_the_sixth_digit_and_once(page: Page, house: House) -> None:
    page.goto("/page/pin")
    _tap(page, "123456")
    page.wait_for_url("**/act/unlock")
    assert [form["pin"] for form in house.posts_to("unlock")] == ["123456"]


@pytest.mark.parametrize("name", ["find", "card", "code", "code?wrong", "pin"])
def test_keypad_field_and_primary_button_fit_without_scrolling(page: Page, name: str) -> None:
    page.goto(f"/page/{name}")
    for width, height in TABLETS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(ALL_IN_VIEW), f"{name} at {width}×{height}"
        key = page.locator('[data-key="5"]').bounding_box()
        assert key is not None
        assert key["height"] >= 72
        assert key["width"] >= 72
