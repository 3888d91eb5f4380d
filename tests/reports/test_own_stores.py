"""Marina sees Tverskaya, Max sees Arbat; neither learns anything of the other's store."""

from uuid import uuid4

from tests.reports.books import Books
from tests.reports.test_figures import NOON, a_day

REPORT, FILE = "/manager/reports/enrolment", "/manager/reports/enrolment.csv"


def test_a57_another_store_is_not_there(books: Books) -> None:
    a_day(books)
    max_ = books.house.office("max")
    for path in (REPORT, FILE):
        foreign = max_.get(path, query_string={"store": str(books.house.tverskaya)})
        unknown = max_.get(path, query_string={"store": str(uuid4())})
        assert foreign.status_code == unknown.status_code == 404
        assert "Tverskaya" not in foreign.text
    assert ("web:access:refused", "refused", "foreign_store") in books.house.audit()


def test_what_is_no_store_is_not_there(books: Books) -> None:
    max_ = books.house.office("max")
    for wanted in ("x", "../..", "' OR 1=1 --", "0", "ALL"):
        assert max_.get(REPORT, query_string={"store": wanted}).status_code == 404


def test_all_stores_are_all_of_ones_own(books: Books) -> None:
    a_day(books)
    for path in (REPORT, FILE):
        seen = books.house.office("max").get(path, query_string={"store": "all"}).text
        assert "Arbat" in seen
        assert "Charlie" in seen
        for foreign in ("Tverskaya", "Anna", "Boris", "Till 2"):
            assert foreign not in seen


def test_who_manages_both_sees_both(books: Books) -> None:
    a_day(books)
    page = books.chief().get(REPORT).text
    for name in ("Arbat", "Tverskaya · Till 2", "Anna", "Charlie", "2 stores"):
        assert name in page


def test_a_cashier_reads_no_report(books: Books) -> None:
    tablet = books.house.tablet()
    tablet.begin_shift("anna")
    for path in (REPORT, FILE):
        answer = tablet.get(path)
        assert answer.status_code in (303, 401, 403)
        assert "Questionnaires begun" not in answer.text


def test_nobody_reads_a_report_without_signing_in(books: Books) -> None:
    answer = books.house.browser().get(FILE)
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_every_reading_and_every_export_is_audited(books: Books) -> None:
    books.clock.set(NOON)
    marina = books.house.office("marina")
    marina.get(REPORT)
    assert "office:report:read" in books.house.tags()
    assert "office:report:exported" not in books.house.tags()
    marina.get(FILE)
    assert "office:report:exported" in books.house.tags()


def test_a_report_that_was_not_shown_is_not_audited(books: Books) -> None:
    books.house.office("marina").get(REPORT, query_string={"from": "yesterday"})
    assert "office:report:read" not in books.house.tags()
