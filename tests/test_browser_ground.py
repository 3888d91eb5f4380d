"""The ground that the browser tests stand on: the checkers of pages can fail."""

import socket
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response
from playwright.sync_api import BrowserContext, Error, Page

from tests.support.accessibility import assert_accessible
from tests.support.noise import Noise
from tests.support.serving import served

pytestmark = pytest.mark.browser

GOOD = """<!doctype html><html lang="ru"><head><meta name="viewport" content="width=device-width">
<title>Касса</title><link rel="icon" href="data:,"></head><body><main><h1>Карта</h1>%s</main></body></html>"""
POLICY = "default-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:"


@pytest.fixture
def base_url(door: socket.socket) -> Iterator[str]:
    """A house of three pages instead of ours."""
    stub = Flask(__name__)

    @stub.get("/<fault>")
    def page(fault: str) -> Response:
        body = {
            "quiet": "<p>Всё хорошо.</p>",
            "script": "<script>alert(1)</script>",
            "asset": '<img src="/static/missing.png" alt="нет">',
            "pale": '<p style="color:#ddd;background:#fff">Бледно</p>',
            "wide": '<p style="width:2000px">Широко</p>',
        }[fault]
        answer = Response(GOOD % body)
        answer.headers["Content-Security-Policy"] = (
            "default-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:"
        )
        return answer

    @stub.get("/refused")
    def refused() -> tuple[str, int]:
        return GOOD % "<p>Так нельзя.</p>", 422

    with served(stub, door) as url:
        yield url


@pytest.mark.parametrize("path", ["/quiet", "/refused"])
def test_a_quiet_page_and_a_refused_form_make_no_noise(page: Page, noise: Noise, path: str) -> None:
    page.goto(path)
    assert page.locator("h1").inner_text() == "Карта"
    assert noise.heard == []


@pytest.mark.noisy
@pytest.mark.parametrize(("path", "complaint"), [("/script", "CSP"), ("/asset", "404")])
def test_a_broken_page_is_heard(page: Page, noise: Noise, path: str, complaint: str) -> None:
    page.goto(path)
    assert any(complaint in heard for heard in noise.heard), noise.heard


@pytest.mark.noisy
def test_errors_in_every_window_are_heard(new_context: Callable[..., BrowserContext], noise: Noise) -> None:
    page = new_context().new_page()
    page.goto("/quiet")
    page.evaluate("console.error('first'); setTimeout(() => { throw new Error('second'); }, 0)")
    page.wait_for_function("true")
    page.wait_for_timeout(100)
    assert len(noise.heard) == 2


def test_a_good_page_is_accessible_at_every_size(page: Page) -> None:
    page.goto("/quiet")
    assert_accessible(page)


@pytest.mark.parametrize(("path", "fault"), [("/pale", "color-contrast"), ("/wide", "wider than the screen")])
def test_a_bad_page_is_found(page: Page, path: str, fault: str) -> None:
    page.goto(path)
    with pytest.raises(AssertionError, match=fault):
        assert_accessible(page)


def test_no_page_reaches_another_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://example.com")
