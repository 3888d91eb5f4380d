"""The report as a file for a spreadsheet."""

import csv
import io

import pytest
from sqlalchemy import update

from posapp.core.db import db, transaction
from posapp.staff.models import Staff
from posapp.stores.models import Store, Till
from posapp.web.spreadsheet import csv_of, literal
from tests.reports.books import Books
from tests.reports.test_figures import a_day
from tests.staff.house import Browser

FILE = "/manager/reports/enrolment.csv"
ATTACKS = ["=cmd|'/C calc'!A1", "+7 916", "-2+3", "-2.5e3", "--5", "@SUM(A1)", "\t=1+1", "\r=1", "  =1+1", "＝1+1"]


def rows(answer_bytes: bytes, separator: str = ",") -> list[dict[str, str]]:
    assert answer_bytes.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer_bytes.decode("utf-8-sig"), newline=""), delimiter=separator))


def english(laptop: Browser) -> Browser:
    laptop.client.set_cookie("lang", "en")
    return laptop


def test_a_row_for_each_day_store_till_and_person(books: Books) -> None:
    a_day(books)
    answer = english(books.chief()).get(FILE)
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="enrolment_2026-03-02_2026-03-02.csv"'
    found = rows(answer.data)
    assert [(row["Day"], row["Store"], row["Till"], row["Cashier"]) for row in found] == [
        ("2026-03-02", "Arbat", "Till 1", "Charlie"),
        ("2026-03-02", "Tverskaya", "Till 1", "Anna"),
        ("2026-03-02", "Tverskaya", "Till 2", "Boris"),
    ]
    anna, boris = found[1:]
    assert (anna["Questionnaires begun"], anna["Cards opened"], anna["First credits"]) == ("3", "2", "0")
    assert (boris["Codes sent"], boris["Codes delivered"], boris["Codes matched"]) == ("3", "1", "1")
    assert boris["Consents to advertising in messengers"] == "1"
    assert boris["Code: Too many wrong codes"] == "1"
    assert found[0]["Questionnaire: The customer did not agree"] == "1"


def test_every_row_has_every_column(books: Books) -> None:
    a_day(books)
    text = english(books.chief()).get(FILE).data.decode("utf-8-sig")
    lengths = {len(row) for row in csv.reader(io.StringIO(text, newline=""))}
    assert len(lengths) == 1
    assert text.count("\r\n") == text.count("\n") == 4


def test_a_russian_spreadsheet_splits_at_semicolons(books: Books) -> None:
    a_day(books)
    chief = books.chief()
    chief.client.set_cookie("lang", "ru")
    assert len(rows(chief.get(FILE).data, ";")) == 3


def test_a69_a_name_is_never_a_formula(books: Books) -> None:
    a_day(books)
    chief = english(books.chief())
    for attack in ATTACKS:
        with transaction():
            db.session.execute(update(Staff).where(Staff.id == books.house.people["anna"]).values(name=attack))
            db.session.execute(update(Till).where(Till.id == books.house.till_1).values(name=attack))
            db.session.execute(update(Store).where(Store.id == books.house.tverskaya).values(name=attack))
        found = [row for row in rows(chief.get(FILE).data) if row["Cashier"] == f"'{attack}"]
        assert len(found) == 1
        assert found[0]["Till"] == found[0]["Store"] == f"'{attack}"


@pytest.mark.parametrize(
    "plain", ["Anna", "Анна-Мария", "", "Till 1", "a=b", "2026-03-02", "'quoted'", "-12.50", "-12,5"]
)
def test_other_text_stays_as_it_is(plain: str) -> None:
    assert literal(plain) == plain


def test_separators_quotes_and_line_breaks_stay_inside_their_cell() -> None:
    found = csv_of(["A"], [['x"; y, z\nw'], [-5]], language="en").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(found, newline=""))) == [["A"], ['x"; y, z\nw'], ["-5"]]


def test_a69_markup_in_a_name_is_text_on_the_page(books: Books) -> None:
    a_day(books)
    with transaction():
        evil = "<img src=x onerror=alert(1)>{{7*7}}"
        db.session.execute(update(Staff).where(Staff.id == books.house.people["anna"]).values(name=evil))
    page = books.chief().get("/manager/reports/enrolment").text
    assert "<img src=x" not in page
    assert "{{7*7}}" in page
