"""From the first question to the report, over the counter of the demo shop: what the rooms write is what is counted."""

from collections.abc import Iterator

import pytest
from flask import Flask

from posapp.reports.period import Period
from posapp.reports.queries import EnrolmentReport, enrolment_report
from posapp.stores import queries as stores
from posapp.stores.models import Store
from tests.reports.test_figures import MONDAY, shown
from tests.support.fake_clock import FakeClock
from tests.till.scene import CHARLIE, Counter, open_counter

pytestmark = pytest.mark.settings(env="development")


@pytest.fixture
def counter(app: Flask, clock: FakeClock) -> Iterator[Counter]:
    opened = open_counter(app, clock)
    yield opened
    opened.worker.close()


def report(counter: Counter) -> EnrolmentReport:
    store_ids = [store.id for store in counter.rows(Store)]
    with counter.app.app_context():
        return enrolment_report(stores.stores(store_ids), Period(MONDAY, MONDAY), counter.clock.now())


def test_a_card_a_credit_and_two_that_came_to_nothing(counter: Counter) -> None:
    anna = counter.tablet()
    anna.enrol()
    anna.credit("A-1", "1234,56")
    anna.credit("A-2", "100")
    anna.ask_enrol_code(CHARLIE)
    code = counter.newest_code(CHARLIE)
    for _ in range(5):
        anna.type_code("000000" if not code.startswith("000") else "111111")
    counter.clock.advance(seconds=30)
    counter.work()
    assert shown(report(counter).tally.whole) == {
        "begun": 2, "sent": 2, "delivered": 2, "matched": 1, "personal_data": 1, "rules": 1,
        "cards": 1, "accounts": 1, "first_credits": 1, "code:exhausted": 1,
    }  # fmt: skip


def test_the_manager_reads_that_it_agrees(counter: Counter) -> None:
    counter.tablet().enrol()
    office = counter.office()
    office.client.set_cookie("lang", "en")
    office.go("/manager")
    assert office.path.startswith("/manager/reports/enrolment")
    assert "The figures agree: cards opened 1 = codes matched 1 + " in office.text
    assert "Анна Кузнецова" in office.text
