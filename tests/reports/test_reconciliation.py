"""The figures of different tables agree, or the page says which one does not and by how much."""

from collections import Counter

import pytest
from sqlalchemy import update

from posapp.core.db import db, transaction
from posapp.enrolment.models import Enrolment
from posapp.reports.figure import Figure
from posapp.reports.reconciliation import Difference, differences
from tests.reports.books import MINUTE, Books
from tests.reports.test_figures import NOON, a_day
from tests.staff.house import Browser

REPORT = "/manager/reports/enrolment"
AGREE = "The figures agree: cards opened 3 = codes matched 3 + supervisor approvals 0"


def english(laptop: Browser) -> Browser:
    laptop.client.set_cookie("lang", "en")
    return laptop


def test_it_says_that_they_agree(books: Books) -> None:
    a_day(books)
    books.clock.advance(hours=2)
    assert AGREE in english(books.house.office("marina")).get(REPORT).text


def test_a_card_without_a_code_is_said_with_its_size(books: Books) -> None:
    a_day(books)
    without = books.begin(books.anna, NOON)
    without.card(NOON + MINUTE)
    page = english(books.house.office("marina")).get(REPORT).text
    assert "The figures do not agree. Cards opened: 4." in page
    assert "Codes matched and supervisor approvals together: 3, which is 1 fewer than the cards." in page
    assert "Consents to personal data:" not in page
    assert AGREE not in page


def test_a_missing_account_is_said(books: Books) -> None:
    visit = books.begin(books.anna, NOON)
    visit.match(visit.ask(NOON), NOON + MINUTE)
    visit.card(NOON + MINUTE, account=False)
    page = english(books.house.office("marina")).get(REPORT).text
    assert "Accounts opened: 0, which is 1 fewer than the cards." in page


def test_a_card_that_was_taken_away_is_said(books: Books) -> None:
    a_day(books)
    with transaction():
        one = update(Enrolment).where(Enrolment.staff_id == books.house.people["boris"])
        db.session.execute(one.values(carded_at=None, member_id=None))
    page = english(books.house.office("marina")).get(REPORT).text
    assert page.count("which is 1 more than the cards.") == 3


def test_two_faults_that_cancel_out_are_found(books: Books) -> None:
    """One card too many on Arbat, one code too many on Tverskaya: the sums agree, the stores do not."""
    books.begin(books.charlie, NOON).card(NOON + MINUTE)
    visit = books.begin(books.anna, NOON)
    visit.match(visit.ask(NOON), NOON + MINUTE)
    page = english(books.chief()).get(REPORT).text
    assert "Arbat: Codes matched and supervisor approvals together: 0, which is 1 fewer than the cards." in page
    assert "Tverskaya: Codes matched and supervisor approvals together: 1, which is 1 more than the cards." in page


@pytest.mark.parametrize("approved", [0, 2])
def test_approvals_count_with_the_codes(approved: int) -> None:
    counts = Counter({"cards": 5, "matched": 5 - approved, "approved": approved, "personal_data": 5, "accounts": 6})
    assert differences(counts) == [Difference((Figure.ACCOUNTS,), 6, 1)]


def test_nothing_agrees_with_nothing() -> None:
    assert differences(Counter()) == []
