"""The look-up fires at the last digit, the newest one wins, and a lost connection is said, never guessed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.look.sample import House

pytestmark = pytest.mark.browser

NO_CARD = "Карты с таким номером ещё нет."
NO_CONNECTION = "Нет связи. Попробуйте ещё раз."


def _tap(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f'[data-key="{key}"]').tap()


def test_the_last_digit_asks_and_one_match_opens_by_itself(page: Page, house: House) -> None:
    house.answers["find"] = lambda form: {"location": "/act/card"}
    page.goto("/page/find")
    _tap(page, "916123456")
    assert house.posts_to("find") == []
    _tap(page, "7")
    page.wait_for_url("**/act/card")
    assert [form["phone"] for form in house.posts_to("find")] == ["+7 916 123 45 67"]


def test_a_number_without_a_card_is_carried_over(page: Page, house: House) -> None:
    house.answers["find"] = lambda form: {"new": True}
    page.goto("/page/find")
    _tap(page, "9161234567")
    expect(page.locator("#phone-error")).to_have_text(NO_CARD)
    expect(page.get_by_role("button", name="Найти")).to_be_hidden()
    page.get_by_role("button", name="Новая карта").tap()
    page.wait_for_url("**/act/new")
    assert house.posts_to("new")[0]["phone"] == "+7 916 123 45 67"


@pytest.mark.parametrize("typed", ["89161234567", "8 (916) 123-45-67", "+7 916 123-45-67", "9161234567"])
def test_any_way_of_writing_the_number_is_accepted(page: Page, house: House, typed: str) -> None:
    house.answers["find"] = lambda form: {"new": True}
    page.goto("/page/find")
    page.locator("#phone").fill(typed)
    expect(page.locator("#phone-error")).to_have_text(NO_CARD)
    assert len(house.posts_to("find")) == 1


def test_the_eight_that_people_say_first_is_dropped_after_the_country_code(page: Page, house: House) -> None:
    house.answers["find"] = lambda form: {"new": True}
    page.goto("/page/find")
    _tap(page, "8916123456")
    assert house.posts_to("find") == []
    _tap(page, "7")
    expect(page.locator("#phone-error")).to_have_text(NO_CARD)
    expect(page.locator("#phone")).to_have_value("+7 916 123 45 67")


def test_a_number_of_another_country_waits_for_the_button(page: Page, house: House) -> None:
    house.answers["find"] = lambda form: {"new": True}
    page.goto("/page/find")
    page.locator("#phone").fill("+375 29 491 19 11")
    assert house.posts_to("find") == []
    page.get_by_role("button", name="Найти").tap()
    expect(page.locator("#phone-error")).to_have_text(NO_CARD)


def test_a_newer_request_wins(page: Page, house: House) -> None:
    late = threading.Event()

    def answer(form: dict[str, str]) -> dict[str, Any]:
        if form["phone"].endswith("61"):
            late.wait(5)
            return {"location": "/act/wrong-card"}
        return {"new": True}

    house.answers["find"] = answer
    page.goto("/page/find")
    _tap(page, "9161234561")
    page.locator('[data-key="back"]').tap()
    _tap(page, "2")
    expect(page.locator("#phone-error")).to_have_text(NO_CARD)
    late.set()
    page.wait_for_timeout(200)
    assert page.url.endswith("/page/find")


@pytest.mark.noisy
def test_after_four_seconds_without_an_answer_the_till_says_so_and_recovers(page: Page, house: House) -> None:
    page.clock.install()
    page.route("**/act/find", lambda route: None)
    page.route("**/icon.svg*", lambda route: route.abort())
    page.goto("/page/find")
    _tap(page, "9161234567")
    page.clock.fast_forward(3900)
    expect(page.locator("#phone-error")).to_have_text("")
    page.clock.fast_forward(200)
    expect(page.locator("#phone-error")).to_have_text(NO_CONNECTION)
    expect(page.locator("[data-offline]")).to_be_visible()
    page.unroute("**/icon.svg*")
    page.clock.fast_forward(3100)
    expect(page.locator("[data-offline]")).to_be_hidden()


def test_the_page_does_not_jump(page: Page, house: House) -> None:
    house.answers["find"] = lambda form: {"new": True}
    page.add_init_script(
        "window.jumps = 0; new PerformanceObserver((list) => {"
        " for (const shift of list.getEntries()) window.jumps += shift.value;"
        "}).observe({type: 'layout-shift', buffered: true});"
    )
    page.goto("/page/find")
    _tap(page, "9161234567")
    expect(page.locator("#phone-error")).to_have_text(NO_CARD)
    assert page.evaluate("window.jumps") == 0
