"""Crediting, redeeming and undoing: amounts as people write them, each receipt once, each answer the same twice."""

import re
from uuid import uuid4

import pytest

from posapp.points.models import AccountRow, EntryRow, PostingRow
from posapp.settings import current
from tests.support.visiting import Visitor
from tests.till.scene import CHARLIE, Counter, Tablet

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900)
WELCOME = 200


@pytest.fixture
def member(tablet: Tablet) -> str:
    return tablet.enrol()


def find_receipt(office: Visitor, number: str) -> None:
    """Look in each of the manager's stores until the receipt is found."""
    office.go("/manager/receipts")
    for store in re.findall(r'<option[^>]*value="([0-9a-f-]{36})"', office.text):
        if office.send("/manager/receipts", store=store, receipt=number).status_code == 200:
            return
    raise AssertionError("the receipt is in none of the stores")


def balance(counter: Counter) -> int:
    (account,) = counter.rows(AccountRow)
    entries = counter.rows(EntryRow)
    assert account.balance - account.debt == sum(entry.amount for entry in entries)
    return int(account.balance)


def test_a_receipt_of_1_234_56_earns_five_per_cent_rounded_down(counter: Counter, tablet: Tablet, member: str) -> None:
    assert tablet.credit("R-1", "1 234,56").status_code == 200
    assert balance(counter) == WELCOME + 61
    assert "61" in tablet.text


@pytest.mark.parametrize(
    "amount", ["-5", "0", "1e5", "NaN", "Infinity", "1_000", "１００", "99999999999", "5.123", "abc"]
)
def test_a51_an_amount_that_is_none_moves_nothing_and_stays_in_its_field(
    counter: Counter, tablet: Tablet, member: str, amount: str
) -> None:
    answer = tablet.credit("R-1", amount)
    assert answer.status_code == 422
    assert f'value="{amount}"' in tablet.text
    assert 'value="R-1"' in tablet.text
    assert balance(counter) == WELCOME


@pytest.mark.parametrize("points", ["-5", "0", "1e5", "1_000", "１００", "99999999999", "1.5"])
def test_a51_points_that_are_none_send_no_code(counter: Counter, tablet: Tablet, member: str, points: str) -> None:
    before = len(counter.texts())
    assert tablet.ask_redeem_code("R-1", "1000", points).status_code in (409, 422)
    counter.work()
    assert len(counter.texts()) == before


def test_a50_more_than_the_card_or_the_receipt_allows_sends_no_code(
    counter: Counter, tablet: Tablet, member: str
) -> None:
    assert tablet.ask_redeem_code("R-1", "1000", str(WELCOME + 1)).status_code == 409
    assert tablet.ask_redeem_code("R-1", "100", "51").status_code == 409
    assert balance(counter) == WELCOME


@pytest.mark.settings(redeem_code_points_max=150)
def test_a_code_alone_redeems_so_much_a_day_and_no_more(counter: Counter, tablet: Tablet, member: str) -> None:
    assert tablet.ask_redeem_code("R-1", "1000", "151").status_code == 409
    tablet.ask_redeem_code("R-1", "1000", "100")
    tablet.type_code(counter.newest_code())
    assert balance(counter) == WELCOME - 100 + 45
    assert tablet.ask_redeem_code("R-2", "1000", "51").status_code == 409


def test_redeeming_and_crediting_in_one_visit_is_one_posting(counter: Counter, tablet: Tablet, member: str) -> None:
    tablet.ask_redeem_code("R-1", "1000", "200")
    assert tablet.type_code(counter.newest_code()).status_code == 200
    (sale,) = counter.rows(PostingRow, PostingRow.kind == "sale")
    assert (sale.result["redeemed"], sale.result["earned"], sale.result["to_pay_minor"]) == (200, 40, 80000)
    counter.work()
    assert "200" in counter.texts()[0]


def test_a52_the_same_form_twice_gets_the_same_answer_and_moves_once(
    counter: Counter, tablet: Tablet, member: str
) -> None:
    tablet.go(f"/till/card/{member}")
    credit = f"/till/card/{member}/credit"
    fields = tablet.form(credit).fields | {"receipt": "R-1", "amount": "1000"}
    first, second = tablet.post(credit, fields), tablet.post(credit, fields)
    assert (first.status_code, first.location) == (303, second.location)
    assert balance(counter) == WELCOME + 50
    assert tablet.post(credit, fields | {"amount": "2000"}).status_code == 422
    assert tablet.post(credit, {**fields, "key": ""}).status_code == 400
    assert balance(counter) == WELCOME + 50


def test_a52_keys_of_two_tills_are_independent(counter: Counter, tablet: Tablet, member: str) -> None:
    tablet.go(f"/till/card/{member}")
    credit = f"/till/card/{member}/credit"
    fields = tablet.form(credit).fields | {"receipt": "R-1", "amount": "1000"}
    assert tablet.post(credit, fields).status_code == 303
    other = counter.tablet("timur", 1)
    other.find()
    theirs = fields | {"csrf_token": other.token, "receipt": "R-2"}
    assert other.post(credit, theirs).status_code == 303
    assert balance(counter) == WELCOME + 100


def test_a52_a_right_code_sent_twice_with_one_key_gets_the_same_answer(
    counter: Counter, tablet: Tablet, member: str
) -> None:
    tablet.ask_redeem_code("R-1", "1000", "200")
    challenge, code, key = tablet.challenge, counter.newest_code(), str(uuid4())
    first, second = tablet.check(challenge, code, key), tablet.check(challenge, code, key)
    assert (first.status_code, first.get_json()) == (200, second.get_json())
    assert counter.count(PostingRow, PostingRow.kind == "sale") == 1


def test_a54_a_receipt_is_credited_once_whoever_shows_it(counter: Counter, tablet: Tablet, member: str) -> None:
    tablet.credit("R-1", "1000")
    assert tablet.credit("r-1 ", "1000").status_code == 409
    tablet.enrol(CHARLIE)
    assert tablet.credit("R-1", "1000").status_code == 409
    assert counter.count(PostingRow, PostingRow.kind == "sale", PostingRow.refusal.is_(None)) == 1


def test_after_a_refusal_the_mended_form_goes_through(counter: Counter, tablet: Tablet, member: str) -> None:
    tablet.credit("R-1", "1000")
    card = f"/till/card/{member}"
    assert tablet.credit("R-1", "2000").status_code == 409
    assert tablet.send(f"{card}/credit", receipt="R-2").status_code == 200
    assert balance(counter) == WELCOME + 50 + 100


def test_the_cashier_undoes_the_last_operation_for_ten_seconds(counter: Counter, tablet: Tablet, member: str) -> None:
    tablet.credit("R-1", "1000")
    fields = tablet.form("/till/undo").fields
    assert tablet.post("/till/undo", fields).status_code == 303
    assert balance(counter) == WELCOME
    assert tablet.post("/till/undo", fields).status_code == 303
    assert balance(counter) == WELCOME
    again = tablet.post("/till/undo", fields | {"key": str(uuid4())})
    assert again.status_code == 409


def test_undoing_a_redemption_gives_the_points_back_to_their_lot(counter: Counter, tablet: Tablet, member: str) -> None:
    tablet.ask_redeem_code("R-1", "1000", "200")
    tablet.type_code(counter.newest_code())
    tablet.send("/till/undo")
    assert balance(counter) == WELCOME
    (account,) = counter.rows(AccountRow)
    assert len(account.lots) == 1


def test_after_ten_seconds_the_undo_is_the_managers_and_asks_for_a_reason(
    counter: Counter, tablet: Tablet, member: str
) -> None:
    tablet.credit("R-1", "1000")
    fields = tablet.form("/till/undo").fields
    counter.clock.advance(seconds=current().undo_seconds + current().undo_leeway_seconds + 1)
    assert tablet.post("/till/undo", fields).status_code == 409
    office = counter.office()
    office.go("/manager/receipts")
    find_receipt(office, "R-1")
    assert office.send("/manager/receipts/undo", reason="").status_code == 422
    assert office.send("/manager/receipts/undo", reason="Wrong card").status_code == 200
    assert balance(counter) == WELCOME


def test_another_customers_card_is_not_open_without_finding_it(counter: Counter, tablet: Tablet, member: str) -> None:
    other = counter.tablet("timur", 1)
    assert other.go(f"/till/card/{member}").status_code == 404
    other.find()
    assert other.go(f"/till/card/{member}").status_code == 200
