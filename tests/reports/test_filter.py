"""The days and the store that a report is asked for."""

import re
from datetime import datetime

import pytest

from tests.reports.books import Books
from tests.staff.house import Browser

REPORT, FILE = "/manager/reports/enrolment", "/manager/reports/enrolment.csv"


@pytest.fixture
def marina(books: Books) -> Browser:
    laptop = books.house.office("marina")
    laptop.client.set_cookie("lang", "en")
    return laptop


def value_of(page: str, name: str) -> str:
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert field, page
    found = re.search(r'value="([^"]*)"', field[0])
    return found[1] if found else ""


def test_without_days_it_is_today(marina: Browser) -> None:
    answer = marina.get(REPORT)
    assert answer.status_code == 200
    assert (value_of(answer.text, "from"), value_of(answer.text, "to")) == ("2026-03-02", "2026-03-02")
    assert "2 March 2026" in answer.text


def test_today_is_the_stores_day_of_business(books: Books) -> None:
    """At half past three in the morning Tverskaya is still at work on Sunday, Arbat's Monday has begun."""
    books.clock.set(datetime.fromisoformat("2026-03-02T03:30:00+03:00"))
    assert value_of(books.house.office("marina").get(REPORT).text, "to") == "2026-03-01"
    assert value_of(books.house.office("max").get(REPORT).text, "to") == "2026-03-02"


def test_one_end_alone_is_enough(marina: Browser) -> None:
    since = marina.get(REPORT, query_string={"from": "2026-02-20"}).text
    assert (value_of(since, "from"), value_of(since, "to")) == ("2026-02-20", "2026-03-02")
    one_day = marina.get(REPORT, query_string={"to": "2026-02-20"}).text
    assert (value_of(one_day, "from"), value_of(one_day, "to")) == ("2026-02-20", "2026-02-20")


REFUSED = (
    ({"from": "yesterday"}, "This is not a day."),
    ({"from": "02.03.2026"}, "This is not a day."),
    ({"from": "2026-02-30"}, "This is not a day."),
    ({"from": "２０２６-03-02"}, "This is not a day."),
    ({"from": "2026-03-02\n2026"}, "This is not a day."),
    ({"from": "0001-01-01"}, "This day is too long ago."),
    ({"to": "2026-03-03"}, "This day has not come yet."),
    ({"to": "9999-12-31"}, "This day has not come yet."),
    ({"from": "2026-03-02", "to": "2026-03-01"}, "The last day is before the first."),
    ({"from": "2025-03-01"}, "At most 366 days are shown at once."),
)


def test_a_day_that_cannot_be_is_said_kindly(marina: Browser) -> None:
    for number, (days, sentence) in enumerate(REFUSED):
        answer = marina.get((REPORT, FILE)[number % 2], query_string=days)
        assert (answer.status_code, answer.mimetype) == (422, "text/html"), days
        assert answer.text.count(sentence) >= 2, days  # at the field and in the summary
        assert "<title>Error: " in answer.text


def test_what_was_typed_stays(marina: Browser) -> None:
    page = marina.get(REPORT, query_string={"from": "2026-03-02", "to": "2026-03-01"}).text
    assert (value_of(page, "from"), value_of(page, "to")) == ("2026-03-02", "2026-03-01")


def test_a_leap_year_fits(marina: Browser) -> None:
    assert marina.get(REPORT, query_string={"from": "2025-03-02"}).status_code == 200


def test_text_in_the_address_stays_text(marina: Browser) -> None:
    page = marina.get(REPORT, query_string={"from": "<img src=x onerror=alert(1)>{{7*7}}"}).text
    assert "<img src=x" not in page
    assert "{{7*7}}" in page


def test_the_file_is_linked_with_the_same_filter(marina: Browser, books: Books) -> None:
    store = str(books.house.tverskaya)
    page = marina.get(REPORT, query_string={"from": "2026-02-20", "to": "2026-02-21", "store": store}).text
    link = f"{FILE}?from=2026-02-20&amp;to=2026-02-21&amp;store={store}"
    assert link in page
    assert marina.get(link.replace("&amp;", "&")).mimetype == "text/csv"
