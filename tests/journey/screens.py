"""The screens of a shop, and what fingers do on them.

Anna is at the till with a customer, Olga; Irina is the manager. Olga's phone is the one on the screen.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Locator, Page, expect

from posapp import demo
from posapp.stores.cookie import SESSION, TILL
from posapp.web.parking import COOKIE as PARKED
from tests.support.accessibility import SIZES

OLGA = "9161234567"
ANNA_PIN = "482915"
PASSWORDS = {person.login: person.password for person in demo.PEOPLE}
CARD, DONE = re.compile(r"/till/card/[0-9a-f-]+$"), re.compile(r"/till/done/[0-9a-f-]+/[0-9a-f-]+$")
CODE = re.compile(r"\b([0-9]{3}) ([0-9]{3})\b")
SIGNATURE = [(0.12, 0.6), (0.25, 0.25), (0.38, 0.75), (0.52, 0.3), (0.66, 0.7), (0.86, 0.4)]
"""Where the finger goes, as parts of the box's width and height."""
STROKE_SECONDS = 0.05
WAIT_SECONDS_MAX = 10

Jar = dict[str, str]
"""The cookies of somebody's browser."""

NewContext = Callable[..., BrowserContext]


def keys(page: Page, typed: str) -> None:
    """Touch the keys of the till's own keypad, one by one."""
    for key in typed:
        page.locator(f'[data-key="{key}"]').tap()


def draw(page: Page, box: Locator) -> None:
    """Draw a line in the box with one finger, without letting go."""
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place is not None, "the box is not on the page"
    screen = page.context.new_cdp_session(page)
    # A finger takes its time and rests before it is lifted. Thrown, it would make the browser swallow the next tap.
    points, began = [*SIGNATURE, SIGNATURE[-1]], time.time() - 1
    for number, (x, y) in enumerate(points):
        finger = {"x": place["x"] + x * place["width"], "y": place["y"] + y * place["height"]}
        kind = "touchMove" if number else "touchStart"
        touch = {"type": kind, "touchPoints": [finger], "timestamp": began + number * STROKE_SECONDS}
        screen.send("Input.dispatchTouchEvent", touch)
    lifted = {"type": "touchEnd", "touchPoints": [], "timestamp": began + len(points) * STROKE_SECONDS}
    screen.send("Input.dispatchTouchEvent", lifted)
    screen.detach()


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Let the browser go on until what the test waits for has reached it."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        page.wait_for_timeout(10)


def laptop(new_context: NewContext) -> Page:
    """The manager's own browser."""
    page = new_context().new_page()
    width, height = SIZES["laptop"]
    page.set_viewport_size({"width": width, "height": height})
    return page


def sign_in(page: Page, login: str) -> None:
    """Name and password, at whichever door the page is."""
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORDS[login])
    page.locator("[name=password]").press("Enter")


def jar_of(client: FlaskClient) -> Jar:
    """Who this client is taken for."""
    kept = {name: client.get_cookie(name) for name in (TILL, SESSION, PARKED)}
    return {name: found.value for name, found in kept.items() if found is not None}


def be(page: Page, base_url: str, jar: Jar) -> None:
    """From now on the browser is taken for the owner of these cookies."""
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": base_url} for name, value in jar.items()])


class Handset:
    """The customer's phone: the page of development that shows what was sent."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/dev/phone")
        self.is_still = page.locator("html.js").count() == 0

    @property
    def codes(self) -> Locator:
        return self.page.get_by_role("listitem").filter(has_text=CODE)

    def code(self, number: int) -> str:
        """The digits of the code that came as the `number`-th, once it is there. Without scripts: look again now."""
        if self.is_still:
            self.page.reload()
        expect(self.codes).to_have_count(number)
        found = CODE.search(self.codes.first.inner_text())
        assert found
        return found[1] + found[2]
