"""Every page at every size: readable for everybody, nothing out of reach, nothing jumps, heavy or noisy."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Route

from posapp.web.locale import LANGUAGE_COOKIE
from tests.journey.measures import WATCH_JUMPS, boxes, jumps, loaded_bytes, out_of_view, overhang_of
from tests.journey.places import Place, places
from tests.journey.screens import Jar, be
from tests.journey.stocked import Stocked
from tests.support.accessibility import OPTIONS, SIZES
from tests.till.scene import Counter

pytestmark = [pytest.mark.browser, pytest.mark.settings(attempts_max=10, pin_failures_max=10)]

PAGE_BYTES_MAX = 60 * 1024
JUMPS_MAX = 0.01
LEAST_ROOM = ("tablet", "phone")
WITHOUT_SCROLLING = ("tablet", "upright tablet", "laptop")
NO_PAGES = {
    "assets.static": "a file",
    "messaging.dev_phone_messages": "read by a script",
    "messaging.gateway_callback_by_get": "called by providers",
    "messaging.health_check": "read by machines",
    "points.overview_csv": "a file",
    "reports.enrolment_csv": "a file",
    "staff.home": "leads on",
    "staff.manager": "leads on",
    "till.card_statement_csv": "a file",
    "till.status": "read by a script",
}


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    size: str
    language: str = "ru"

    def __str__(self) -> str:
        return f"on the {self.size} in {self.language}"

    def asks_axe(self, place: Place) -> bool:
        """Another state of a page is asked about where there is least room; English differs in its words alone."""
        return self.language == "ru" and (not place.of or self.size in LEAST_ROOM)


LOOKS = {
    "ru, least room": [Look(size) for size in LEAST_ROOM],
    "ru, more room": [Look(size) for size in SIZES if size not in LEAST_ROOM],
    "en, least room": [Look(size, "en") for size in LEAST_ROOM],
}


@dataclass
class Tour:
    """What has been seen on the way, and what was wrong."""

    page: Page
    base_url: str
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    kept: dict[tuple[str, Look], list[list[int]]] = field(default_factory=dict)

    def go(self, place: Place, jar: Jar, look: Look) -> None:
        """Open the place as its person would, bring it into its state, and look at everything."""
        be(self.page, self.base_url, {**jar, LANGUAGE_COOKIE: look.language})
        width, height = SIZES[look.size]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(place.path)
        self.seen.append(urlsplit(self.page.url).path)
        weight = loaded_bytes(self.page)
        self._expect(weight <= PAGE_BYTES_MAX, f"{place.name} {look} weighs {weight} bytes")
        if place.act is not None:
            place.act(self.page)
        self._look(place, look)

    def _look(self, place: Place, look: Look) -> None:
        where, jumped = f"{place.name} {look}", jumps(self.page)
        self._expect(jumped < JUMPS_MAX, f"{where} jumps by {jumped:.3f}")
        if look.size in WITHOUT_SCROLLING:
            self._look_at_the_keypad(place, look, where)
        overhang = overhang_of(self.page)
        self._expect(overhang <= 0, f"{where} is {overhang} px wider than the screen")
        if look.asks_axe(place):
            found = Axe().run(self.page, options=OPTIONS)
            self._expect(found.violations_count == 0, f"{where}: {found.generate_report()}")

    def _look_at_the_keypad(self, place: Place, look: Look, where: str) -> None:
        hidden = out_of_view(self.page)
        self._expect(not hidden, f"{where} has these out of view: {hidden}")
        self.kept[place.name, look] = boxes(self.page)
        moved = place.of and self.kept[place.of, look] != self.kept[place.name, look]
        self._expect(not moved, f"{where}: fields or keys are not where they are on {place.of}")

    def _expect(self, is_so: bool, fault: str) -> None:
        if not is_so:
            self.faults.append(fault)


@pytest.mark.parametrize("looks", LOOKS.values(), ids=LOOKS)
def test_every_page_at_every_size(app: Flask, base_url: str, counter: Counter, page: Page, looks: list[Look]) -> None:
    shop, tour = Stocked(counter), Tour(page, base_url)
    page.add_init_script(WATCH_JUMPS)
    page.route("**/till", _stay_when_leaving_by_itself)
    for look in looks:
        for place in places(shop):
            tour.go(place, shop.jars[place.jar], look)
    assert not tour.faults, "\n".join(tour.faults)
    assert pages_of(app) <= endpoints_of(app, tour.seen)


def pages_of(app: Flask) -> set[str]:
    """Every page that can be opened. What is not looked at must be named with a reason."""
    readable = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert NO_PAGES.keys() <= readable, "these are gone: take them out of the list"
    return readable - NO_PAGES.keys()


def endpoints_of(app: Flask, paths: list[str]) -> set[str]:
    """Where the browser really was, redirects and all."""
    routes = app.url_map.bind("127.0.0.1")
    return {routes.match(path)[0] for path in paths if routes.test(path)}


def _stay_when_leaving_by_itself(route: Route) -> None:
    """The page of a success goes home after three seconds; here it is looked at for longer."""
    if "/till/done/" in (route.request.headers.get("referer") or ""):
        route.fulfill(status=204)
    else:
        route.continue_()
