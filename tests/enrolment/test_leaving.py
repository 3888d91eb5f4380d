"""Leaving a page half filled in: for the number, for another language, for the lock. What was typed comes along."""

import re
from html import unescape

import pytest
from playwright.sync_api import Page

from posapp.core.drawing import Strokes
from tests.enrolment.shopfloor import AGREED, ANSWERS, SIGNATURE, Shopfloor, Tablet, hidden
from tests.support.fake_clock import FakeClock

HALF = ANSWERS | {"surname": "", "email": "anna@"}


def values(olga: Tablet, path: str) -> dict[str, str]:
    page = unescape(olga.get(path).get_data(as_text=True))
    return {name: value for name, value in HALF.items() if f'name="{name}"' in page and f'value="{value}"' in page}


def test_a_wrong_number_is_mended_without_losing_what_was_just_typed(olga: Tablet) -> None:
    path = olga.begin()
    page = olga.get(path).get_data(as_text=True)
    assert f'formaction="{path}/leave"' in page
    assert olga.post(f"{path}/leave", HALF).location == f"{path}/number"
    assert values(olga, path)["given_name"] == "Анна"
    assert values(olga, path)["email"] == "anna@"
    assert olga.get(f"{path}/customer").location == path


def test_another_language_of_the_questionnaire_keeps_what_was_just_typed(olga: Tablet) -> None:
    path = olga.begin()
    assert olga.post(f"{path}/leave", HALF, lang="ru").location == path
    page = olga.get(path).get_data(as_text=True)
    assert '<html lang="ru"' in page
    assert values(olga, path)["given_name"] == "Анна"


def test_the_language_buttons_of_a_refused_form_lead_to_a_page_that_opens(olga: Tablet) -> None:
    refused = olga.post("/till/find", phone="нет")
    assert refused.status_code == 400 or refused.status_code == 422
    assert hidden(refused, "next") == "/till"
    assert hidden(olga.get("/till/new?from=here"), "next") == "/till/new?from=here"


def test_enter_in_the_questionnaire_presses_its_own_button(olga: Tablet) -> None:
    page = olga.get(olga.begin()).get_data(as_text=True)
    first = re.search(r'<button type="submit"[^>]*form="questionnaire"[^>]*>', page)
    assert first
    assert "formaction" not in first[0]


def test_the_customers_page_comes_back_after_the_pin_for_the_customer_to_send(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    edition, token = olga.edition(path), olga.token()
    sid = olga.client.get_cookie("sid")
    olga.client.delete_cookie("sid")
    sent = olga.client.post(f"{path}/customer", data={**AGREED, "documents": edition, "csrf_token": token})
    assert sent.location.startswith("/till/sign-in")
    assert sid
    olga.client.set_cookie("sid", sid.value)
    assert resumed(olga) == f"{path}/customer"
    page = unescape(olga.get(f"{path}/customer").get_data(as_text=True))
    boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", page)
    assert {name for box in boxes if " checked" in box for name in re.findall(r'name="(\w+)"', box)} == {
        "personal_data",
        "rules",
        "advertising_sms",
    }
    assert f'value="{SIGNATURE}"' in page
    assert olga.get(f"{path}/confirm").location == f"{path}/customer"


def test_what_waits_is_not_put_under_texts_that_have_changed(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    token, sid = olga.token(), olga.client.get_cookie("sid")
    olga.client.delete_cookie("sid")
    olga.client.post(f"{path}/customer", data={**AGREED, "documents": "another", "csrf_token": token})
    assert sid
    olga.client.set_cookie("sid", sid.value)
    assert " checked" not in olga.get(f"{path}/customer").get_data(as_text=True)


def resumed(olga: Tablet) -> str:
    """Where a door leads this browser."""
    from posapp.web import parking

    cookies = "; ".join(
        f"{c.key}={c.value}" for name in ("till", "sid", "parked") if (c := olga.client.get_cookie(name))
    )
    with olga.floor.app.test_request_context(headers={"Cookie": cookies}):
        answer = parking.resume()
    return str(answer.location) if answer else ""


def test_a_name_that_is_too_long_is_told_so(olga: Tablet) -> None:
    page = unescape(olga.fill(olga.begin(), surname="А" * 101).get_data(as_text=True))
    assert "This is too long: 100 letters at most." in page
    assert "letters, spaces, hyphens" not in page


@pytest.mark.browser
def test_the_longest_signature_fits_into_what_a_form_may_carry(floor: Shopfloor, clock: FakeClock, page: Page) -> None:
    page.goto("/sign-in")
    written, sent = page.evaluate(
        """async () => {
            const { written } = await import("/static/js/signature.js");
            const point = (_, at) => ({ x: 100 + (at * 7) % 880, y: 100 + (at * 3) % 280 });
            const stroke = { points: Array.from({ length: 400 }, point) };
            const text = written(Array(8).fill(stroke), 1000);
            return [text, new URLSearchParams({ signature_points: text }).toString().length];
        }"""
    )
    assert sent < 33 * 1024
    assert Strokes.parse(written).strokes
