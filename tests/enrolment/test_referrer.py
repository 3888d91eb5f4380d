"""Who invited the customer: asked where it brings points, bound by the code, and told to nobody."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from posapp.consent.models import Questionnaire
from posapp.core.actor import system_actor
from posapp.core.db import db, transaction
from posapp.core.ids import parse_id
from posapp.core.phone import PhoneNumber
from posapp.core.seal import unseal
from posapp.enrolment.queries import draft_at_till
from posapp.members.queries import member_id_of
from posapp.points import programmes, queries, service
from posapp.points.programme import Programme
from posapp.points.receipt import Receipt
from posapp.points.referral import REFERRAL
from posapp.points.referring import settle_referrals
from tests.enrolment.shopfloor import NUMBER, Shopfloor, Tablet, arrive
from tests.support.fake_clock import FakeClock

ANNA, BORIS = "+7 903 111-22-33", NUMBER
QUESTION = 'name="referrer"'


def shop(app: Flask, clock: FakeClock, points: int = 100, **questions: bool) -> Tablet:
    """Olga at the till of a shop with these rules and questions."""
    olga = Shopfloor(app, clock, **questions).tablet("Olga")
    with transaction():
        rules = Programme.from_config({"referral_points": points, "welcome_points": 0, "earn_rate_bp": 0})
        programmes.publish(rules, name="R", starts_on=date(2026, 1, 1), actor=system_actor(), at=clock.now())
    return olga


@pytest.fixture
def olga(app_context: Flask, clock: FakeClock) -> Tablet:
    return shop(app_context, clock, referrer=True)


def shown(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def kept(olga: Tablet, path: str) -> Any:
    row = draft_at_till(parse_id(path.rpartition("/")[2]), till_id=olga.place.till_id, at=olga.floor.clock.now())
    return row.body


def open_card(olga: Tablet, number: str, referrer: str = "") -> TestResponse:
    path = olga.begin(number)
    olga.fill(path, referrer=referrer)
    olga.agree(path)
    code_page = olga.take(path).headers["Location"]
    return olga.say(code_page, arrive(olga.floor.clock.now()))


@pytest.mark.parametrize(
    ("questions", "points", "asked"),
    [({"referrer": True}, 1, True), ({"referrer": True}, 0, False), ({"referrer": False}, 1, False), ({}, 1, False)],
)
@pytest.mark.sqlite_only
def test_it_is_asked_where_the_shop_wants_it_and_the_programme_pays_for_it(
    app_context: Flask, clock: FakeClock, questions: dict[str, bool], points: int, asked: bool
) -> None:
    olga = shop(app_context, clock, points, **questions)
    path = olga.begin()
    assert (QUESTION in shown(olga.get(path))) is asked
    assert olga.fill(path, referrer=ANNA).status_code == 303
    assert ("referrer" in kept(olga, path).answers) is asked


@pytest.mark.parametrize("written", ["8 (903) 111-22-33", "9031112233", ANNA])
@pytest.mark.sqlite_only
def test_a_number_is_taken_in_any_form_and_shown_whole_to_be_mended_only(olga: Tablet, written: str) -> None:
    path = olga.begin()
    assert olga.fill(path, referrer=written).status_code == 303
    assert kept(olga, path).referrer == PhoneNumber.restored("+79031112233")
    assert f'value="{ANNA}"' in shown(olga.get(path))
    olga.agree(path)
    confirm = shown(olga.get(f"{path}/confirm"))
    assert "Invited by" in confirm
    assert "111-22-33" not in confirm


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (BORIS, "This is the customer's own number."),
        ("+7 903 111", "The number is too short."),
        ("8 495 123-45-67", "This is not a mobile number"),
        ("call Anna", "There are letters in the number."),
    ],
)
@pytest.mark.sqlite_only
def test_what_cannot_be_is_said_at_the_field_and_stays(olga: Tablet, written: str, sentence: str) -> None:
    path = olga.begin(BORIS)
    answer = olga.fill(path, referrer=written)
    assert answer.status_code == 422
    assert sentence in shown(answer)
    assert f'value="{written}"' in shown(answer)
    assert olga.get(f"{path}/customer").status_code == 303


def test_who_was_invited_and_who_invited_get_points_after_the_first_purchase(olga: Tablet, clock: FakeClock) -> None:
    open_card(olga, ANNA)
    assert open_card(olga, BORIS, referrer="8 903 111 22 33").status_code == 303
    anna, boris = (member_id_of(PhoneNumber.restored(e164)) for e164 in ("+79031112233", "+79161234567"))
    assert anna is not None
    assert boris is not None
    db.session.rollback()
    assert tuple(db.session.execute(select(REFERRAL)).one()) == (boris, anna, clock.now())
    with transaction():
        receipt = Receipt.of_total(olga.place.store_id, "R1", 100_000)
        service.sale(boris, receipt=receipt, redeem=0, key="k", actor=olga.actor, at=clock.now())
    settle_referrals(clock.advance(minutes=1))
    assert [queries.account_card(card, clock.now()).spendable for card in (anna, boris)] == [100, 100]


def test_nobody_learns_at_the_till_whether_the_number_has_a_card(olga: Tablet, clock: FakeClock) -> None:
    open_card(olga, ANNA)
    pages = []
    for number, referrer in ((BORIS, ANNA), ("+7 916 123-45-68", "+7 903 111-22-34")):
        path = olga.begin(number)
        answers = [olga.fill(path, referrer=referrer), olga.agree(path), olga.get(f"{path}/confirm")]
        code_page = olga.take(path).headers["Location"]
        answers += [olga.get(code_page), olga.say(code_page, arrive(clock.now()))]
        pages.append([(answer.status_code, len(answer.get_data())) for answer in answers])
    assert pages[0] == pages[1]
    db.session.rollback()
    assert len(db.session.execute(select(REFERRAL)).all()) == 1


def test_a_number_that_was_mended_to_that_of_the_inviting_one_invites_nobody(olga: Tablet, clock: FakeClock) -> None:
    path = olga.begin(BORIS)
    olga.fill(path, referrer=ANNA)
    path = olga.post(f"{path}/number", phone=ANNA).headers["Location"]
    olga.agree(path)
    code_page = olga.take(path).headers["Location"]
    assert olga.say(code_page, arrive(clock.now())).status_code == 303
    db.session.rollback()
    assert db.session.execute(select(REFERRAL)).all() == []


def test_the_code_signs_the_answer_and_the_evidence_keeps_nobody_elses_number(olga: Tablet, clock: FakeClock) -> None:
    path = olga.begin(BORIS)
    olga.fill(path, referrer=ANNA)
    olga.agree(path)
    code_page = olga.take(path).headers["Location"]
    code = arrive(clock.now())
    olga.fill(path, referrer="+7 903 111-22-34")
    assert olga.say(code_page, code).status_code == 409
    olga.agree(path)
    olga.say(olga.take(path).headers["Location"], arrive(clock.now()))
    db.session.rollback()
    row = db.session.execute(select(Questionnaire.__table__)).one()
    evidence = unseal(row.answers_sealed, table="questionnaire", column="answers_sealed", row_id=row.id).decode()
    assert '"referrer":"' in evidence
    assert "903111" not in evidence
