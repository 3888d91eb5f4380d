"""Goods that come back: the effect is said beforehand, and is then exactly what happens."""

import re
from uuid import uuid4

import pytest

from posapp.audit.models import AuditRow
from posapp.points.models import AccountRow, EntryRow, PostingRow
from tests.support.statement_guard import Watch
from tests.till.scene import CHARLIE, OLGA, Counter, Tablet

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900)
WELCOME = 200
PAGE = "/till/card/[^/]+/return/[^/]+"
NOT_HERE = "This receipt is not on this card."


@pytest.fixture
def tablet(counter: Counter) -> Tablet:
    return counter.tablet().in_english()


@pytest.fixture
def member(tablet: Tablet) -> str:
    return tablet.enrol()


def look_up(tablet: Tablet, number: str) -> int:
    """From the card to the receipt to which goods come back."""
    tablet.go(f"/till/card/{tablet.member_id}")
    assert f"/till/card/{tablet.member_id}/return" in tablet.text
    tablet.go(f"/till/card/{tablet.member_id}/return")
    return tablet.send(f"/till/card/{tablet.member_id}/return", receipt=number).status_code


def told(tablet: Tablet) -> str:
    """What the page says that the return does."""
    found = re.search(r'data-quote="effect">([^<]*)<', tablet.text)
    return found[1] if found else ""


def balance(counter: Counter) -> int:
    (account,) = counter.rows(AccountRow)
    assert account.balance - account.debt == sum(entry.amount for entry in counter.rows(EntryRow))
    return int(account.balance - account.debt)


def returns(counter: Counter) -> list[PostingRow]:
    return counter.rows(PostingRow, PostingRow.kind == "return", PostingRow.refusal.is_(None))


def redeem(counter: Counter, tablet: Tablet, number: str, amount: str, points: str) -> None:
    tablet.ask_redeem_code(number, amount, points)
    assert tablet.type_code(counter.newest_code()).status_code == 200


def test_a_whole_receipt_comes_back_as_it_was_said(
    counter: Counter, tablet: Tablet, member: str, guarded: Watch
) -> None:
    """On one shard at a time."""
    redeem(counter, tablet, "R-1", "1000", "200")
    counter.clock.advance(days=3)
    tablet = counter.tablet().in_english()
    tablet.find()
    with guarded() as statements:
        assert look_up(tablet, " r-1 ") == 200
    assert {statement.split(maxsplit=1)[0] for statement in statements} == {"SELECT"}
    assert told(tablet) == "Gives back 200 points, takes back 40. 800.00 is paid back in money."
    assert "Pay back 800.00" in tablet.text
    with guarded():
        assert tablet.send(PAGE).status_code == 200
    assert tablet.path.startswith("/till/done/")
    for text in ("The goods are taken back", "200 points given back · 40 points taken back", "To pay back: 800.00"):
        assert text in tablet.text
    assert "/till/undo" not in tablet.text
    assert balance(counter) == WELCOME
    (posted,) = returns(counter)
    (row,) = counter.rows(AuditRow, AuditRow.tag == "till:points:returned")
    assert str(row.object_id) == member
    assert row.details == {"posting": str(posted.posting_id), "whole": True, "with_reason": False}
    assert look_up(tablet, "R-1") == 200
    assert "Everything on this receipt has come back." in tablet.text


def asked_by_a_script(tablet: Tablet, path: str) -> None:
    """With every key the page's script is told the effect, and what to write where."""
    headers = {"X-CSRFToken": tablet.token, "Accept": "application/json"}
    part, over = (
        tablet.client.post(path, json={"back_0": amount}, headers=headers).get_json() for amount in ("300", "1000,01")
    )
    sentence = "Takes back 15 points. 300.00 is paid back in money."
    assert part["texts"] == {"effect": sentence, "take": "Pay back 300.00"}
    assert (part["disabled"], part["errors"]) == ([], {})
    assert over["errors"] == {"back_0": "Only 1,000.00 is left of this on the receipt."}
    assert (over["disabled"], over["values"]) == (["take"], {"said": ""})


@pytest.mark.sqlite_only
def test_a_part_comes_back_and_then_the_rest_and_never_more(counter: Counter, tablet: Tablet, member: str) -> None:
    """By a browser without scripts: the amount is typed, the page is asked what it does, the button does it."""
    tablet.credit("R-1", "1000")
    look_up(tablet, "R-1")
    effect = f"{tablet.path}/effect"
    asked_by_a_script(tablet, effect)
    assert tablet.send(PAGE, to=effect, back_0="300").status_code == 200
    assert told(tablet) == "Takes back 15 points. 300.00 is paid back in money."
    assert tablet.send(PAGE, reason=" Broken ").status_code == 200
    assert balance(counter) == WELCOME + 35
    look_up(tablet, "R-1")
    assert "300.00 came back before" in tablet.text
    assert told(tablet) == "Takes back 35 points. 700.00 is paid back in money."
    assert tablet.send(PAGE, to=effect, back_0="700,01").status_code == 422
    assert "Only 700.00 is left of this on the receipt." in tablet.text
    assert tablet.send(PAGE, back_0="700,01").status_code == 409
    assert 'value="700,01"' in tablet.text
    assert tablet.send(PAGE, to=effect, back_0="-5").status_code == 422
    assert len(returns(counter)) == 1
    assert returns(counter)[0].request["reason"] == "Broken"
    tablet.send(PAGE, to=effect, back_0="")
    assert tablet.send(PAGE).status_code == 200
    assert balance(counter) == WELCOME


@pytest.mark.sqlite_only
def test_of_different_goods_each_comes_back_for_itself(counter: Counter, tablet: Tablet, member: str) -> None:
    tablet.credit("R-1", "1000", **{"lines-0-amount": "300", "lines-2-amount": "200"})
    look_up(tablet, "R-1")
    for line in ("Alcohol: up to 300.00", "Tobacco: up to 200.00", "Usual goods: up to 500.00"):
        assert line in tablet.text
    effect = f"{tablet.path}/effect"
    tablet.send(PAGE, to=effect, back_1="200")
    assert told(tablet) == "No points move. 200.00 is paid back in money."
    assert "Pay back 200.00" in tablet.text
    tablet.send(PAGE, to=effect, back_1="", back_0="100", back_2="100")
    assert told(tablet) == "Takes back 10 points. 200.00 is paid back in money."
    tablet.send(PAGE)
    assert balance(counter) == WELCOME + 40 - 10
    assert returns(counter)[0].request["lines"] == [["1", 10000], ["3", 10000]]


@pytest.mark.sqlite_only
def test_a_receipt_of_another_card_or_store_is_like_one_that_nobody_has(
    counter: Counter, tablet: Tablet, member: str
) -> None:
    far = counter.tablet("timur", till=2)
    far.find()
    far.credit("FAR-1", "500")
    tablet.enrol(CHARLIE)
    tablet.credit("THEIRS", "500")
    assert look_up(tablet, "THEIRS") == 200
    theirs = tablet.path.rpartition("/")[2]
    tablet.find(OLGA)
    pages = set()
    for number in ("THEIRS", "FAR-1", "NOBODY"):
        assert look_up(tablet, number) == 404
        assert NOT_HERE in tablet.text
        pages.add(re.sub(r'value="[^"]+"', "", tablet.text))
    assert len(pages) == 1
    for foreign in (theirs, str(uuid4()), "x"):
        assert tablet.go(f"/till/card/{member}/return/{foreign}").status_code == 404
    mine = tablet.member_id
    tablet.credit("MINE", "500")
    look_up(tablet, "MINE")
    page, fields, stranger = tablet.path, tablet.form(PAGE).fields, counter.tablet("timur", 1)
    for path in (f"/till/card/{mine}/return", page, f"/till/card/{mine}/history"):
        assert stranger.go(path).status_code == 404
    stranger.go("/till")
    assert stranger.post(page, fields | {"csrf_token": stranger.token}).status_code == 404
    assert returns(counter) == []


def test_the_same_form_twice_gets_the_same_answer_and_moves_once(counter: Counter, tablet: Tablet, member: str) -> None:
    tablet.credit("R-1", "1000")
    look_up(tablet, "R-1")
    page = tablet.path
    tablet.send(PAGE, to=f"{page}/effect", back_0="300")
    fields = tablet.form(PAGE).fields
    first, second = tablet.post(page, fields), tablet.post(page, fields)
    assert (first.status_code, first.location) == (303, second.location)
    assert tablet.post(page, fields | {"back_0": "100"}).status_code == 422
    assert tablet.post(page, {**fields, "key": ""}).status_code == 400
    assert balance(counter) == WELCOME + 35


@pytest.mark.sqlite_only
def test_what_was_not_said_is_not_done_and_what_is_owed_is_said_kindly(
    counter: Counter, tablet: Tablet, member: str
) -> None:
    """The points went elsewhere meanwhile, or the amount was changed and nobody asked what that does."""
    tablet.credit("R-1", "5000")
    look_up(tablet, "R-1")
    fields, page = tablet.form(PAGE).fields, tablet.path
    assert told(tablet) == "Takes back 250 points. 5,000.00 is paid back in money."
    redeem(counter, tablet, "R-2", "1000", "450")
    answer = tablet.post(page, fields)
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert "Nothing was done yet." in text
    assert "223 points have been spent already: the next ones on the card settle them." in text
    assert returns(counter) == []
    assert counter.count(AuditRow, AuditRow.tag == "till:points:returned") == 0
    tablet.go(page)
    assert tablet.send(PAGE, back_0="100").status_code == 409
    assert told(tablet) == "Takes back 5 points. 100.00 is paid back in money."
    assert tablet.send(PAGE).status_code == 200
    assert balance(counter) == 27 - 5
    look_up(tablet, "R-1")
    tablet.send(PAGE)
    assert balance(counter) == -223
    tablet.go(f"/till/card/{member}")
    assert "The next 223 points settle an earlier return." in tablet.text
    tablet.send(f"/till/card/{member}/credit", to=f"/till/card/{member}/quote", amount="1000")
    assert "50 of the credited points settle an earlier return." in tablet.text


@pytest.mark.sqlite_only
def test_a_return_that_comes_too_late_says_so_and_moves_nothing(counter: Counter, tablet: Tablet, member: str) -> None:
    counter.rules(return_window_days=14)
    tablet.credit("R-1", "1000")
    counter.clock.advance(days=15)
    tablet = counter.tablet().in_english()
    tablet.find()
    look_up(tablet, "R-1")
    assert told(tablet) == "The 14 days in which this receipt could be returned are over. Ask a manager."
    assert tablet.send(PAGE).status_code == 409
    assert returns(counter) == []
