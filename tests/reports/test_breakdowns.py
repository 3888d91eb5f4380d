"""Who collected which consents, and why cards did not come about: by store, till and cashier."""

from posapp.reports import screens
from posapp.reports.screens import Breakdown
from tests.reports.books import Books
from tests.reports.test_figures import NOON, TODAY, a_day
from tests.staff.house import Browser

REPORT = "/manager/reports/enrolment"


def english(sentence: str) -> str:
    return sentence


def three_ways(books: Books) -> list[Breakdown]:
    report = books.report(TODAY)
    return [screens.by_store(report, english), screens.by_till(report, english), screens.by_person(report, english)]


def test_each_consent_is_counted_where_it_was_given(books: Books) -> None:
    """Personal data, rules, advertising by SMS, by call, in messengers."""
    a_day(books)
    stores, tills, people = ([list(row) for row in found.consents.rows] for found in three_ways(books))
    assert [row[1:] for row in stores] == [["0"] * 5, ["3", "3", "2", "1", "1"]]
    assert [row[1:] for row in tills] == [["2", "2", "1", "0", "0"], ["1", "1", "1", "1", "1"], ["0"] * 5]
    assert [row[1:] for row in people] == [row[1:] for row in tills]


def test_each_failure_has_its_reason_where_it_happened(books: Books) -> None:
    """A reason, the questionnaires that it ended, and the codes."""
    a_day(books)
    for found in three_ways(books):
        assert sorted(list(row)[1:] for row in found.reasons.rows) == [
            ["The code could not be sent", "1", "1"],
            ["The customer did not agree", "1", "0"],
            ["Too many wrong codes", "1", "1"],
        ]
        names = [row[0] for row in found.numbers.rows]
        assert [row[0] for row in found.consents.rows] == names
        assert {row[0] for row in found.reasons.rows} <= set(names)


def test_the_reasons_of_all_places_add_up_to_the_whole(books: Books) -> None:
    a_day(books)
    for _ in range(3):
        books.begin(books.boris, NOON).end("abandoned", NOON)
    whole = {row[0]: row[1] for row in screens.failures(books.report(TODAY).tally.whole, "questionnaire", english)}
    for found in three_ways(books):
        counted: dict[str, int] = {}
        for _place, word, begun, _codes in found.reasons.rows:
            counted[word] = counted.get(word, 0) + int(begun)
        assert {word: str(count) for word, count in counted.items()} == whole


def test_more_reasons_than_fit_are_said_to_be_in_the_file(books: Books) -> None:
    for spot in books.more_tills(screens.ROWS_MAX + 1):
        books.begin(spot, NOON).end("abandoned", NOON)
    tills = screens.by_till(books.report(TODAY), english)
    assert (len(tills.reasons.rows), tills.reasons.left_out, tills.consents.left_out) == (screens.ROWS_MAX, 1, 1)


def test_the_page_has_all_three_tables_of_each(books: Books) -> None:
    a_day(books)
    chief: Browser = books.chief()
    chief.client.set_cookie("lang", "en")
    page = chief.client.get(REPORT).get_data(as_text=True)
    for way in ("By store", "By till", "By cashier"):
        for title in (way, f"{way}: consents", f"{way}: failures by reason"):
            assert f"<span>{title}</span>" in page
