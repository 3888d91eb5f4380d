"""The page in a browser: readable by everybody, at every size, on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize

from posapp.reports import keeping
from tests.reports.books import MINUTE, Books
from tests.reports.test_figures import NOON, a_day
from tests.reports.test_kept_days import a_week
from tests.support.accessibility import assert_accessible

REPORT = "/manager/reports/enrolment"
PAPER: ViewportSize = {"width": 680, "height": 1009}
"""A4 within its margins."""
Chief = Callable[[str], Page]

pytestmark = [pytest.mark.browser]


@pytest.fixture
def chief(page: Page, books: Books, base_url: str) -> Chief:
    """The page of the manager of both stores, signed in, in a language."""

    def sign_in(language: str) -> Page:
        cookies = {"sid": books.chief().cookie("sid"), "lang": language}
        page.context.add_cookies([{"name": name, "value": value, "url": base_url} for name, value in cookies.items()])
        return page

    return sign_in


@pytest.mark.parametrize("language", ["en", "ru"])
def test_everybody_can_read_it_at_every_size(books: Books, chief: Chief, language: str) -> None:
    a_week(books)
    a_day(books)
    books.begin(books.anna, NOON).card(NOON + MINUTE)
    keeping.keep_days(books.clock.now())
    page = chief(language)
    page.goto(f"{REPORT}?from=2026-02-24")
    assert_accessible(page)


def test_a_filter_that_is_wrong_can_be_mended_by_everybody(chief: Chief) -> None:
    page = chief("en")
    page.goto(f"{REPORT}?from=2026-03-02&to=2026-03-01")
    assert_accessible(page)
    page.get_by_label("To", exact=True).fill("2026-03-02")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_text("The figures agree").is_visible()


def test_paper_has_the_tables_and_not_the_filter(books: Books, chief: Chief) -> None:
    a_day(books)
    page = chief("en")
    page.goto(REPORT)
    page.emulate_media(media="print")
    assert not page.locator("form.filter").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator("table").first.is_visible()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_table_is_wider_than_the_paper(books: Books, chief: Chief, language: str) -> None:
    a_day(books)
    page = chief(language)
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    page.goto(f"{REPORT}?from=2026-02-24")
    for table in page.locator(".table-scroll").all():
        place = table.locator("table").bounding_box()
        assert place is not None
        left, right = place["x"], place["x"] + place["width"]
        assert 0 <= left < right <= PAPER["width"], f"{table.get_attribute('aria-label')} is cut off: {place}"
