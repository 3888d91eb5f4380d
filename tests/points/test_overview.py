"""The manager's page of the points: what the own stores owe, when it lapses, and whether the books agree."""

import csv
import io
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from posapp.core.db import transaction
from posapp.points import books_checks, liability, nightly
from posapp.points.auditing import Check, Stage
from posapp.points.books_check import CHECK
from tests.points.counter import Counter
from tests.staff.house import Browser, House

pytestmark = pytest.mark.sqlite_only

PAGE, FILE = "/manager/points", "/manager/points.csv"


@pytest.fixture
def shop(house: House, counter: Counter) -> House:
    """On Tverskaya 300 points that lapse in March, 50 of a receipt; on Arbat 77 that lapse in April."""
    counter.rules()
    counter.store_id = house.tverskaya
    card = counter.card()
    counter.give(card, 300, valid_days=10)
    counter.sale(card, "R1")
    counter.store_id = house.arbat
    counter.give(counter.card(), 77, valid_days=40)
    liability.keep_days(counter.clock.now())
    return house


def shown(browser: Browser, path: str = PAGE) -> str:
    """The text of a page, without its markup."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_figures_are_those_of_the_own_store(shop: House) -> None:
    page = shown(shop.office("marina"))
    assert "Tverskaya, as counted on 2 Mar 2026, 12:00" in page
    assert "Outstanding 350 worth 350.00" in page
    assert "March 2026 300 300.00 March 2027 50 50.00 Total 350 350.00" in page
    assert "Mar 2026 350 0 0 0 0 0 0.0%" in page
    assert "77" not in page
    assert "Arbat" not in page
    assert "April 2026 77 77.00" in shown(shop.office("max"))


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_another_store_is_not_there(shop: House, path: str) -> None:
    max_ = shop.office("max")
    for store_id in (shop.tverskaya, uuid4()):
        assert max_.get(path, query_string={"store": str(store_id)}).status_code == 404
    assert ("web:access:refused", "refused", "foreign_store") in shop.audit()


def test_only_a_manager_reads_it(shop: House) -> None:
    assert shop.browser().get(PAGE).location == "/sign-in"
    tablet = shop.tablet()
    tablet.begin_shift("anna")
    assert tablet.get(PAGE).status_code in (303, 401, 403)


def test_who_read_it_and_who_took_the_file_is_audited(shop: House) -> None:
    marina = shop.office("marina")
    marina.get(PAGE)
    assert "office:report:read" in shop.tags()
    assert "office:report:exported" not in shop.tags()
    marina.get(FILE)
    assert "office:report:exported" in shop.tags()


def test_the_file_has_a_row_for_each_day_and_store(shop: House, counter: Counter) -> None:
    counter.clock.advance(days=1)
    liability.keep_days(counter.clock.now())
    answer = shop.office("marina").get(FILE)
    assert "points_2026-03-03.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert [(row["Day"], row["Store"], row["Issued"], row["Outstanding"]) for row in rows] == [
        ("2026-03-01", "Tverskaya", "0", "0"),
        ("2026-03-02", "Tverskaya", "350", "350"),
        ("2026-03-03", "Tverskaya", "0", "350"),
    ]
    lapsing = [rows[2][name] for name in ("Lapsing in this month", "Lapsing in month +12", "Later", "Never", "Overdue")]
    assert lapsing == ["300", "50", "0", "0", "0"]
    assert (rows[2]["A point pays"], rows[2]["Owed by customers"]) == ("1.00", "0")


def test_before_the_first_day_is_counted_it_says_when(house: House) -> None:
    page = shown(house.office("marina"))
    assert "Nothing has been counted yet." in page
    assert "The books have not been checked yet." in page
    assert house.office("marina").get(FILE).status_code == 200


def test_it_says_whether_the_books_agree(shop: House, counter: Counter) -> None:
    marina = shop.office("marina")
    nightly.turn(counter.clock.now())
    assert "The books have not been checked yet." in shown(marina)
    nightly.turn(counter.clock.now())
    assert "The books agree: 2 cards were checked, on 2 Mar 2026, 12:00." in shown(marina)
    counter.clock.advance(minutes=1)
    begun = begin(counter, differing=1)
    assert "The books do not agree" in shown(marina)
    end(begun, counter)
    assert "A check found it on 2 Mar 2026, 12:03." in shown(marina)
    end(begin(counter, differing=0), counter)
    assert "The books agree" in shown(marina)


def test_it_says_when_nobody_has_looked_for_long(shop: House, counter: Counter) -> None:
    for _ in range(2):
        nightly.turn(counter.clock.now())
    counter.clock.advance(days=2, minutes=1)
    assert "were checked on 2 Mar 2026, 12:00 for the last time" in shown(shop.office("marina"))


def begin(counter: Counter, *, differing: int) -> UUID:
    check = Check(started_at=counter.clock.now(), differing=differing, first_fault="balance" if differing else None)
    return books_checks.begin(check).check_id


def end(check_id: UUID, counter: Counter) -> None:
    over = {"stage": Stage.OVER.value, "finished_at": counter.clock.now() + timedelta(minutes=2)}
    with transaction() as session:
        session.execute(update(CHECK).where(CHECK.c.id == check_id).values(over))
    counter.clock.advance(minutes=2)
