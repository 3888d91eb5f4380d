"""The on-screen phone in a browser: a text appears by itself, and without scripts by looking again."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from posapp.messaging.gateways.console import build
from posapp.settings import Settings
from tests.messaging.conftest import Work
from tests.messaging.outbox_of import ALICE, BOB, CODE, promised
from tests.support.accessibility import assert_accessible
from tests.support.fake_clock import FakeClock

pytestmark = pytest.mark.browser


def test_a_text_appears_by_itself_newest_first(page: Page, work: Work, settings: Settings, clock: FakeClock) -> None:
    page.goto("/dev/phone")
    expect(page.get_by_role("listitem")).to_have_count(0)
    assert_accessible(page)
    promised(BOB)
    console = build(settings)
    work(console)
    expect(page.get_by_role("listitem")).to_have_count(1)
    clock.advance(seconds=1)
    promised(ALICE)
    work(console)
    texts = page.get_by_role("listitem")
    expect(texts).to_have_count(2)
    expect(texts.first).to_contain_text(ALICE)
    expect(texts.first).to_contain_text(CODE)
    for _ in range(6):  # more than fit: the list scrolls, by keyboard too
        promised()
    work(console)
    expect(texts).to_have_count(8)
    assert_accessible(page)
    clock.advance(minutes=10)
    expect(texts).to_have_count(0)


def test_without_scripts_it_looks_again_by_itself(
    new_context: Any, work: Work, settings: Settings, clock: FakeClock
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/dev/phone")
    promised()
    work(build(settings))
    expect(page.get_by_role("listitem")).to_contain_text(CODE, timeout=20_000)
