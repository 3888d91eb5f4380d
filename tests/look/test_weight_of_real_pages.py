"""No page is heavier than 60 KB with everything that it asks for, as it travels."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.fake_clock import FakeClock
from tests.support.visiting import Visitor
from tests.till.scene import Counter, Tablet, open_counter

pytestmark = pytest.mark.sqlite_only

WEIGHT_MAX_BYTES = 60_000
LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
IMPORTED = re.compile(r'^import\b[^"]*"(\.[^"]+)"', re.MULTILINE)
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def counter(app: Flask, clock: FakeClock) -> Iterator[Counter]:
    opened = open_counter(app, clock)
    yield opened
    opened.worker.close()


def weight(client: FlaskClient, path: str) -> int:
    """Bytes on the way for a browser that has nothing of it yet."""
    page = client.get(path, headers=BROWSER)
    assert page.status_code == 200, f"{path} answers {page.status_code}"
    html = page.get_data(as_text=True)
    assets = asked_for(client, set(LINKED.findall(html)))
    assert len(assets) > 3, f"{path} links nothing: {assets}"
    return len(page.data) + sum(len(client.get(asset, headers=BROWSER).data) for asset in assets)


def asked_for(client: FlaskClient, linked: set[str]) -> set[str]:
    """These assets, and the modules that their scripts import."""
    found: set[str] = set()
    while linked:
        one = linked.pop()
        found.add(one)
        if one.partition("?")[0].endswith(".js"):
            folder, text = posixpath.dirname(one), client.get(one).get_data(as_text=True)
            linked |= {posixpath.normpath(f"{folder}/{name}") for name in IMPORTED.findall(text)} - found
    return found


def at_the_counter(tablet: Tablet) -> Iterator[tuple[str, str]]:
    """The pages of a new card and of a redemption, each while it is there."""
    yield "home", "/till"
    draft = tablet.questionnaire()
    for name, page in (("questionnaire", ""), ("customer", "/customer"), ("confirm", "/confirm")):
        yield name, f"/till/enrol/{draft}{page}"
    tablet.go(f"/till/enrol/{draft}/confirm")
    tablet.send(f"/till/enrol/{draft}/confirm")
    yield "code", f"/till/code/{tablet.challenge}"
    tablet.type_code(tablet.counter.newest_code())
    yield "done", tablet.path
    tablet.find()
    yield "card", tablet.path


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_page_of_the_till_is_heavy(counter: Counter, language: str) -> None:
    tablet = counter.tablet()
    tablet.client.set_cookie("lang", language)
    weights = {name: weight(tablet.client, path) for name, path in at_the_counter(tablet)}
    assert {name: bytes_ for name, bytes_ in weights.items() if bytes_ > WEIGHT_MAX_BYTES} == {}, weights


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_page_of_the_office_is_heavy(counter: Counter, language: str) -> None:
    counter.tablet().enrol()
    office: Visitor = counter.office()
    office.client.set_cookie("lang", language)
    paths = ["/manager/reports/enrolment", "/manager/reports/enrolment?from=2026-01-01", "/manager/tills"]
    weights = {path: weight(office.client, path) for path in paths}
    assert {path: bytes_ for path, bytes_ in weights.items() if bytes_ > WEIGHT_MAX_BYTES} == {}, weights
