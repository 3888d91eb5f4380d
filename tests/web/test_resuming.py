"""A form that came from a page of ours too early or too late: kept, never done by itself, offered to its own person."""

from typing import Any

import pytest

from tests.staff.house import PINS, Browser, House
from tests.staff.scene import house, tablet

__all__ = ["house", "tablet"]

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def stale(tablet: Browser) -> tuple[Browser, str]:
    """A page was opened, the till locked and unlocked; the page still has its old token."""
    shift = tablet.begin_shift("anna")
    token = tablet.token()
    tablet.lock()
    tablet.unlock(shift, PINS["anna"])
    return tablet, token


def send(browser: Browser, headers: dict[str, str], **fields: str) -> Any:
    return browser.client.post("/who", data=fields, headers=headers)


def test_a_stale_form_of_our_own_page_is_offered_again_and_not_done(stale: tuple[Browser, str]) -> None:
    tablet, token = stale
    answer = send(tablet, OWN, csrf_token=token, receipt="A-17", amount="1234,56", key="0190", pin="482915")
    assert (answer.status_code, answer.location) == (303, "/resume")
    page = tablet.get("/resume").text
    assert "<dt>Receipt number</dt><dd>A-17</dd>" in page
    assert "<dt>Receipt total</dt><dd>1234,56</dd>" in page
    assert "<dd>0190</dd>" not in page
    assert "482915" not in page
    assert tablet.post("/who", receipt="A-17").status_code == 200
    assert tablet.get("/resume").location == "/"


def test_a_stale_form_of_a_till_that_is_locked_waits_behind_the_door(stale: tuple[Browser, str]) -> None:
    tablet, token = stale
    tablet.lock()
    assert send(tablet, OWN, csrf_token=token, amount="5").location == "/till/unlock"


def test_a_stale_request_of_a_script_is_told_where_to_go(stale: tuple[Browser, str]) -> None:
    tablet, token = stale
    answer = send(tablet, OWN | {"Accept": "application/json"}, csrf_token=token, amount="5")
    assert (answer.status_code, answer.json["location"]) == (401, "/resume")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a59_a_stale_form_from_anywhere_else_is_refused(stale: tuple[Browser, str], headers: dict[str, str]) -> None:
    tablet, token = stale
    assert send(tablet, headers, csrf_token=token, amount="5").status_code == 403
    assert tablet.cookie("parked") == ""


@pytest.mark.parametrize("token", ["", "made-up"])
def test_a59_a_token_that_we_never_made_keeps_nothing(stale: tuple[Browser, str], token: str) -> None:
    assert send(stale[0], OWN, csrf_token=token, amount="5").status_code == 403
    assert stale[0].cookie("parked") == ""


def test_a59_a_stale_form_of_a_browser_without_a_till_is_refused(stale: tuple[Browser, str], house: House) -> None:
    assert send(house.browser(), OWN, csrf_token=stale[1], amount="5").status_code == 403


def test_nobody_sees_what_a_colleague_has_typed(tablet: Browser) -> None:
    tablet.begin_shift("anna")
    tablet.lock()
    assert tablet.post("/who", surname="Каренина").location == "/till/unlock"
    tablet.sign_in("boris")
    assert tablet.post("/till/pin", pin=PINS["boris"]).location == "/till"
    assert tablet.get("/resume").location == "/"


def test_the_webs_cookies_are_bound_to_the_host_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    from flask import Response

    from posapp import settings
    from posapp.web import cookies, locale

    class Production:
        is_production = True

    monkeypatch.setattr(settings, "current", Production)
    answer = locale.remember(Response(), "en")
    kept = answer.headers["Set-Cookie"]
    assert kept.startswith("__Host-lang=en;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(kept.split("; "))
    assert cookies.name("parked") == "__Host-parked"
    cookies.drop(answer, "parked")
    dropped = answer.headers.getlist("Set-Cookie")[1]
    assert dropped.startswith("__Host-parked=;")
    assert {"Secure", "Max-Age=0"} <= set(dropped.split("; "))
