"""Codes check themselves, buttons fire once, the till locks, a signature is points."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from posapp.core.drawing import TEXT_SIZE_MAX_BYTES, Strokes
from tests.look.sample import House
from tests.support.accessibility import assert_accessible

pytestmark = pytest.mark.browser

SENT = {"delivery": "sent", "sentence": "Отправлено.", "resend_in": 9, "may_resend": True, "state": "sent"}


@pytest.mark.parametrize("typed", ["123456", "123 456", " 12-34 56 ", "１２３４５６"])
def test_a_code_checks_itself_at_the_sixth_digit(page: Page, house: House, typed: str) -> None:
    house.answers["status"] = lambda form: SENT
    page.goto("/page/code")
    page.locator("#code").fill(typed)
    page.wait_for_url("**/act/check")
    assert [form["code"] for form in house.posts_to("check")] == ["123456"]


def test_after_a_wrong_code_the_field_is_empty_and_has_the_focus(page: Page, house: House) -> None:
    house.answers["status"] = lambda form: SENT
    page.goto("/page/code?wrong")
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#code")).to_have_value("")
    expect(page).to_have_title("Error: Код")


def test_the_delivery_line_follows_the_message_and_the_button_counts_down(page: Page, house: House) -> None:
    house.answers["status"] = lambda form: SENT
    page.goto("/page/code")
    again = page.locator("[data-resend]")
    expect(again).to_be_disabled()
    expect(page.get_by_role("status")).to_have_text("Отправлено.")
    expect(again).to_have_text("New code in 9 s")
    house.answers["status"] = lambda form: {**SENT, "delivery": "delivered", "sentence": "Доставлено.", "resend_in": 0}
    expect(page.get_by_role("status")).to_have_text("Доставлено.")
    expect(again).to_have_text("Send a new code")
    expect(again).to_be_enabled()


def test_the_last_word_on_a_challenge_opens_the_page_again(page: Page, house: House) -> None:
    house.answers["status"] = lambda form: {**SENT, "state": "expired"}
    page.goto("/page/code")
    with page.expect_navigation():
        pass


def test_a_quote_names_the_buttons_and_fills_in_the_most(page: Page, house: House) -> None:
    house.answers["quote"] = lambda form: {
        "texts": {"credit": f"Начислить {form['amount']}", "why": f"Просили: {form['points'] or 'ничего'}"},
        "values": {"points": form["amount"]},
        "disabled": ["redeem"] if form["amount"] == "1" else [],
        "errors": {"amount": "Слишком много."} if form["amount"] == "999" else {},
    }
    page.goto("/page/card")
    page.locator("#amount").fill("1")
    expect(page.get_by_role("button", name="Начислить 1")).to_be_visible()
    expect(page.get_by_role("button", name="Списать")).to_be_disabled()
    page.locator("#amount").fill("12")
    expect(page.locator("#points")).to_have_value("12")
    expect(page.locator("[data-quote=why]")).to_have_text("Просили: ничего")
    page.locator("#points").fill("5")
    page.locator("#amount").fill("999")
    expect(page.locator("#amount-error")).to_have_text("Слишком много.")
    expect(page.locator("[data-quote=why]")).to_have_text("Просили: 5")
    expect(page.locator("#points")).to_have_value("5")


def test_a_button_fires_once(page: Page, house: House) -> None:
    page.goto("/page/card")
    page.evaluate("for (let press = 0; press < 3; press += 1) document.querySelector('.button-primary').click()")
    page.wait_for_url("**/act/credit")
    assert len(house.posts_to("credit")) == 1
    assert house.posts_to("credit")[0]["key"] == "0190-key"


def test_the_till_locks_by_itself_and_back_asks_the_server_again(page: Page, house: House) -> None:
    house.idle_seconds = 60
    page.clock.install()
    page.goto("/page/card")
    page.clock.run_for(59_000)
    page.keyboard.press("Shift")
    page.clock.run_for(59_000)
    assert house.posts_to("/lock") == []
    page.clock.run_for(2_000)
    page.wait_for_url("**/lock")
    assert len(house.posts_to("/lock")) == 1
    assert house.posts_to("/lock")[0]["path"].endswith("/quote"), "what the lock keeps is shown again before it is sent"
    loads = []
    page.on("request", lambda request: loads.append(request.url))
    page.go_back()
    expect(page.locator("h1")).to_have_text("Мария И. +7 ••• ••• 45 67")
    assert any(url.endswith("/page/card") for url in loads), "the page before the lock came from memory"


def test_a_signature_is_sent_as_points_and_survives_a_turn_of_the_tablet(page: Page, house: House) -> None:
    page.goto("/page/sign")
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    for stroke in range(2):
        page.mouse.move(box["x"] + 20, box["y"] + 20 + 40 * stroke)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20 + 40 * stroke, steps=9)
        page.mouse.up()
    page.set_viewport_size({"width": 600, "height": 912})
    page.locator("#agree").check()
    page.get_by_role("button", name="Соглашаюсь").click()
    page.wait_for_url("**/act/sign")
    lines = Strokes.parse(house.posts_to("sign")[0]["signature_points"]).strokes
    assert len(lines) == 2
    assert lines[0][0][0] == pytest.approx(20 * 1000 / box["width"], abs=5)
    assert lines[0][-1][0] == pytest.approx(500, abs=5)


def test_a_very_long_signature_is_thinned_until_it_fits(page: Page) -> None:
    page.goto("/page/pin")
    text = page.evaluate(
        """async () => {
          const { written } = await import("/static/js/signature.js");
          const points = Array.from({ length: 9000 }, (_, at) => ({ x: at % 641, y: at % 257 }));
          return written([{ points }, { points: points.slice(0, 3) }], 640);
        }"""
    )
    assert TEXT_SIZE_MAX_BYTES / 4 < len(text) <= TEXT_SIZE_MAX_BYTES
    long, short = Strokes.parse(text).strokes
    assert long[0] == (0, 0)
    assert short[-1] == (3, 3)


def test_who_agrees_by_code_sends_no_drawing(page: Page, house: House) -> None:
    page.goto("/page/sign")
    page.locator("#by_code").check()
    page.get_by_role("button", name="Соглашаюсь").click()
    page.wait_for_url("**/act/sign")
    assert house.posts_to("sign")[0]["signature_points"] == ""


@pytest.mark.parametrize("name", ["find", "card?wrong", "code?wrong", "sign", "sign?wrong", "pin", "desk?at=desk"])
def test_every_component_is_accessible_at_every_size(page: Page, house: House, name: str) -> None:
    house.answers["status"] = lambda form: SENT
    for scheme in ("light", "dark") if name.startswith("sign") else ("light",):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(f"/page/{name}")
        assert_accessible(page)
