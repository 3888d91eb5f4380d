"""The statement of a card, read and taken away: it adds up, says nothing personal, and no cell of it is a formula."""

import csv
import io

import pytest

from posapp.audit.models import AuditRow
from tests.till.office import Office, office
from tests.till.scene import Counter, Tablet

pytestmark = [pytest.mark.sqlite_only, pytest.mark.settings(shift_lock_idle_seconds=900, office_idle_seconds=3600)]


@pytest.fixture
def irina(counter: Counter, tablet: Tablet) -> Office:
    """At Olga's card: points were earned, redeemed, and on the next day given with a reason like a formula."""
    tablet.enrol()
    tablet.credit("R-1", "10000")
    tablet.ask_redeem_code("R-2", "1000", "100")
    tablet.type_code(counter.newest_code())
    tablet.credit("R-3", "777")
    tablet.send("/till/undo")
    counter.clock.advance(days=1)
    laptop = office(counter)
    laptop.find()
    laptop.adjust(5, "=HYPERLINK(A1)")
    return laptop


def lines(laptop: Office, path: str) -> list[dict[str, str]]:
    text = laptop.go(path).get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_movement_between_two_balances(irina: Office) -> None:
    card = irina.path
    found = lines(irina, f"{card}/statement.csv")
    opening, *moved, closing = found
    assert (opening["What"], opening["Balance"], closing["What"]) == ("Opening balance", "0", "Closing balance")
    assert sum(int(line["Points"]) for line in moved) == int(closing["Balance"])
    total = 0
    for line in moved:
        total += int(line["Points"])
        assert line["Balance"] in ("", str(total))
    assert [line["Paid in money"] for line in moved if line["Receipt"] == "R-3"] == ["777.00", "-777.00"]
    earned = next(line for line in moved if line["Receipt"] == "R-1")
    assert (earned["Kind of points"], earned["Usable from"], earned["Usable until"]) == (
        "Earned", "2026-03-02", "2027-03-02",
    )  # fmt: skip
    opening, given, closing = lines(irina, f"{card}/statement.csv?since=2026-03-03")
    assert (opening["Balance"], given["Points"]) == (str(total - 5), "5")
    assert given["Balance"] == closing["Balance"] == str(total)
    page = irina.go(f"{card}/statement").get_data(as_text=True)
    assert ("Opening balance" in page, "Closing balance" in page) == (True, True)
    assert f">{int(closing['Balance']):,}<" in page


def test_no_cell_is_a_formula_and_nothing_in_the_file_is_personal(irina: Office) -> None:
    answer = irina.go(f"{irina.path}/statement.csv")
    text = answer.get_data().decode("utf-8-sig")
    assert "'=HYPERLINK(A1)" in text
    assert not [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell[:1] in ("=", "+", "@")]
    for personal in ("Ольга", "Козлова", "916", "67"):
        assert personal not in text.replace("777", "")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="statement_2025-12-03_2026-03-03.csv"'


def test_the_days_are_chosen_and_what_is_no_day_says_so(irina: Office, counter: Counter) -> None:
    card = irina.path
    (opening, closing) = lines(irina, f"{card}/statement.csv?since=2026-01-01&until=2026-03-01")
    assert (opening["Balance"], closing["Balance"]) == ("0", "0")
    for wrong in ("since=yesterday", "until=2026-03-05", "since=2026-03-02&until=2026-03-01", "since=2024-01-01"):
        for path in ("statement", "statement.csv"):
            answer = irina.go(f"{card}/{path}?{wrong}")
            assert (answer.status_code, answer.mimetype) == (422, "text/html"), wrong
    tags = [row.tag for row in counter.rows(AuditRow)]
    assert tags.count("office:statement:exported") == 1
    irina.go(f"{card}/statement")
    (seen,) = counter.rows(AuditRow, AuditRow.tag == "office:statement:read")
    assert seen.details == {"from": "2025-12-03", "to": "2026-03-03", "postings": 6}
