"""Without a connection a credit waits on its page and says so; all else stays as it was typed and says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.look.sample import House
from tests.support.accessibility import SIZES, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.noisy]

AWAY = "No connection. Try again."
WAITING = "1 credit is waiting. Keep this page open."
LONGEST = "1 начисление ждёт. Не закрывайте страницу."
SENT = {"delivery": "sent", "sentence": "Отправлено.", "resend_in": 0, "may_resend": True, "state": "sent"}


@pytest.fixture(autouse=True)
def answers(house: House) -> None:
    house.answers |= {"quote": lambda form: {}, "status": lambda form: SENT}


def leave(page: Page) -> None:
    """Out of reach of the Wi-Fi."""
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_have_text(AWAY)


def come_back(page: Page) -> None:
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()


def test_a_credit_waits_says_so_and_goes_when_the_connection_is_back(page: Page, house: House) -> None:
    page.goto("/page/card")
    leave(page)
    page.locator("#amount").fill("100")
    for _ in range(2):
        page.get_by_role("button", name="Начислить").tap()
    expect(page.locator("[data-offline]")).to_have_text(WAITING)
    assert house.posts_to("credit") == []
    page.context.set_offline(False)
    page.wait_for_url("**/act/credit")
    assert [(form["amount"], form["key"]) for form in house.posts_to("credit")] == [("100", "0190-key")]


def test_a_credit_that_is_changed_while_it_waits_is_not_sent_by_itself(page: Page, house: House) -> None:
    page.goto("/page/card")
    leave(page)
    page.locator("#amount").fill("100")
    page.get_by_role("button", name="Начислить").tap()
    page.locator('[data-key="7"]').tap()
    expect(page.locator("[data-offline]")).to_have_text(AWAY)
    come_back(page)
    assert house.posts_to("credit") == []
    page.get_by_role("button", name="Начислить").tap()
    page.wait_for_url("**/act/credit")
    assert len(house.posts_to("credit")) == 1


def test_a_redemption_needs_the_server_and_takes_back_the_credit_of_its_receipt(page: Page, house: House) -> None:
    page.goto("/page/card")
    leave(page)
    page.locator("#amount").fill("100")
    page.get_by_role("button", name="Начислить").tap()
    page.get_by_role("button", name="Списать").tap()
    expect(page.locator("[data-offline]")).to_have_text(AWAY)
    expect(page.locator("#amount-error")).to_have_text(AWAY)
    expect(page.locator("#amount")).to_have_value("100")
    come_back(page)
    expect(page.locator("#amount-error")).to_be_empty()
    assert house.posts_to("credit") == house.posts_to("redeem") == []


def test_a_code_stays_in_its_field_and_is_not_sent_later(page: Page, house: House) -> None:
    page.goto("/page/code")
    leave(page)
    page.locator("#code").fill("123456")
    expect(page.locator("#code-error")).to_have_text(AWAY)
    expect(page.locator("#code")).to_have_value("123456")
    come_back(page)
    expect(page.locator("#code-error")).to_be_empty()
    assert house.posts_to("check") == []
    page.get_by_role("button", name="Подтвердить").tap()
    page.wait_for_url("**/act/check")
    assert [form["code"] for form in house.posts_to("check")] == ["123456"]


def test_a_signature_stays_on_its_page_and_is_not_sent_later(page: Page, house: House) -> None:
    """The form has no line for errors of its own: one is put above its buttons."""
    page.goto("/page/sign")
    page.locator("#agree").check()
    page.locator("#by_code").check()
    leave(page)
    for _ in range(2):
        page.get_by_role("button", name="Соглашаюсь").click()
    expect(page.locator("form .error[data-away]")).to_have_text(AWAY)
    expect(page.locator("#by_code")).to_be_checked()
    come_back(page)
    assert house.posts_to("sign") == []
    page.get_by_role("button", name="Соглашаюсь").click()
    page.wait_for_url("**/act/sign")
    assert len(house.posts_to("sign")) == 1


def test_a_till_that_is_locked_while_a_credit_waits_is_locked_and_nothing_is_credited(page: Page, house: House) -> None:
    page.goto("/page/card")
    leave(page)
    page.locator("#amount").fill("100")
    page.get_by_role("button", name="Начислить").tap()
    page.locator(".bar-lock").tap()
    expect(page.locator("main")).to_be_hidden()
    page.context.set_offline(False)
    page.wait_for_url("**/lock")
    assert (len(house.posts_to("/lock")), house.posts_to("credit")) == (1, [])


def test_a_lock_is_sent_when_the_connection_is_back(page: Page, house: House) -> None:
    page.goto("/page/code")
    leave(page)
    page.locator(".bar-lock").tap()
    page.context.set_offline(False)
    page.wait_for_url("**/lock")
    assert len(house.posts_to("/lock")) == 1


def test_the_bar_says_it_without_growing_at_every_size(page: Page) -> None:
    page.goto("/page/card")
    heights = {name: bar_height(page, name) for name in SIZES}
    leave(page)
    page.locator("#amount").fill("100")
    page.get_by_role("button", name="Начислить").tap()
    expect(page.locator("[data-offline]")).to_have_text(WAITING)
    assert {name: bar_height(page, name) for name in SIZES} == heights
    assert_accessible(page)
    page.locator("[data-offline]").evaluate("(bar, longer) => (bar.textContent = longer)", LONGEST)
    assert {name: bar_height(page, name) for name in SIZES} == heights


def bar_height(page: Page, size: str) -> float:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    box = page.locator(".bar").bounding_box()
    assert box is not None
    return box["height"]
