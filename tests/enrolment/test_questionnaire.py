"""The questionnaire: what is wrong is said at its field, what was typed stays, what is switched off is not there."""

import json
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from posapp.core.ids import parse_id
from posapp.enrolment.queries import draft_at_till
from tests.enrolment.shopfloor import ANSWERS, NUMBER, Shopfloor, Tablet, arrive
from tests.support.fake_clock import FakeClock


def shown(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def kept(tablet: Tablet, path: str) -> dict[str, str]:
    """The answers in the draft."""
    draft_id = parse_id(path.rpartition("/")[2])
    row = draft_at_till(draft_id, till_id=tablet.place.till_id, at=tablet.floor.clock.now())
    return dict(row.body.answers)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("surname", "", "Write the surname."),
        ("given_name", "  ", "Write the given name."),
        ("given_name", "<img src=x onerror=alert(1)>", "letters, spaces, hyphens and apostrophes"),
        ("birthday_day", "31", "There is no such day."),
        ("birthday_month", "", "Give the day and the month of birth"),
        ("birthday_year", "2027", "There is no such day."),
        ("email", "anna@", "This is not an e-mail address."),
        ("language", "fr", "Choose the customer's language."),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_stays(olga: Tablet, field: str, typed: str, sentence: str) -> None:
    path = olga.begin()
    wrong = {field: typed} if field != "birthday_day" else {field: typed, "birthday_month": "4"}
    answer = olga.fill(path, **wrong)
    page = shown(answer)
    assert answer.status_code == 422
    assert "<title>Error: " in page
    assert sentence in page
    for name, value in (ANSWERS | wrong).items():
        if name in ("surname", "patronymic", "email", "birthday_year") and value:
            assert f'value="{value}"' in page, name
    assert kept(olga, path) == {name: value.strip() for name, value in (ANSWERS | wrong).items() if name != "language"}


def test_a69_markup_in_a_name_is_shown_as_text(olga: Tablet) -> None:
    answer = olga.fill(olga.begin(), surname="<img src=x onerror=alert(1)>")
    assert b"<img src=x" not in answer.get_data()


def test_back_shows_what_was_typed(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    page = shown(olga.get(path))
    for name in ("surname", "given_name", "patronymic", "birthday_day", "birthday_year", "email"):
        assert f'value="{ANSWERS[name]}"' in page
    assert '<option selected value="5">' in page


def test_the_number_is_shown_and_not_asked_again(olga: Tablet) -> None:
    page = shown(olga.get(olga.begin()))
    assert NUMBER in page
    assert 'name="phone"' not in page


def test_the_next_page_waits_until_the_answers_are_right(olga: Tablet) -> None:
    path = olga.begin()
    assert olga.get(f"{path}/customer").headers["Location"] == path
    olga.fill(path, surname="")
    assert olga.get(f"{path}/customer").headers["Location"] == path
    olga.fill(path)
    assert olga.get(f"{path}/customer").status_code == 200


@pytest.mark.parametrize("question", ["birthday", "email", "patronymic"])
def test_a58_a_question_that_is_switched_off_is_neither_asked_nor_read(
    app_context: Flask, clock: FakeClock, question: str
) -> None:
    olga = Shopfloor(app_context, clock, **{question: False}).tablet("Olga")
    path = olga.begin()
    page = shown(olga.get(path))
    assert f'name="{question}' not in page
    assert olga.fill(path).status_code == 303
    assert not [name for name in kept(olga, path) if name.startswith(question)]


def test_a58_fields_that_are_not_on_the_page_are_ignored(olga: Tablet) -> None:
    path = olga.begin()
    more = {"is_filled": "1", "member_id": "x", "phone": "+79990000000", "balance": "1000", "signed": "1", "salt": "0"}
    assert olga.fill(path, **more).status_code == 303
    assert kept(olga, path).keys() == ANSWERS.keys() - {"language"}
    assert NUMBER in shown(olga.get(path))


@pytest.mark.parametrize(
    "number", ["916123", "8 495 123-45-67", "8 800 555 35 35", "+1 202 555 0143", "9161234567 9161234568"]
)
def test_a34_a_number_that_cannot_be_written_to_begins_nothing(olga: Tablet, number: str) -> None:
    answer = olga.post("/till/new", phone=number)
    assert answer.status_code in (400, 422)
    assert f'value="{number}"' in shown(answer)


def test_a32_letters_in_a_number_are_refused_with_a_reason(olga: Tablet) -> None:
    answer = olga.post("/till/new", phone="+7(916)CALLNOW")
    assert answer.status_code == 400
    assert "There are letters in the number." in shown(answer)


def test_the_same_answers_as_json(olga: Tablet) -> None:
    path = olga.begin()
    token = olga.token()
    wrong = olga.client.post(path, json={**ANSWERS, "surname": ["x"]}, headers={"X-CSRFToken": token})
    assert wrong.status_code == 422
    assert "surname" in json.loads(wrong.get_data())["fields"]
    right = olga.client.post(path, json=ANSWERS, headers={"X-CSRFToken": token})
    assert (right.status_code, right.get_json()["location"]) == (200, f"{path}/customer")


def test_a_corrected_answer_goes_back_to_the_customer(olga: Tablet, clock: FakeClock) -> None:
    path, code_page = olga.to_code()
    code = arrive(clock.now())
    assert olga.fill(path, surname="Левина").headers["Location"] == f"{path}/customer"
    assert olga.say(code_page, code).status_code == 409
    assert olga.get(f"{path}/confirm").headers["Location"] == f"{path}/customer"


def test_the_same_answers_again_keep_signature_and_code(olga: Tablet, clock: FakeClock) -> None:
    path, code_page = olga.to_code()
    code = arrive(clock.now())
    assert olga.fill(path).headers["Location"] == f"{path}/confirm"
    assert olga.say(code_page, code).status_code == 303
