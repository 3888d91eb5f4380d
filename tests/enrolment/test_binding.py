"""The code signs the questionnaire and every document: no step is skipped, and whoever changes either voids it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from posapp.consent.service import publish_documents
from posapp.core.actor import system_actor
from posapp.core.db import db, transaction
from posapp.core.ids import parse_id
from posapp.enrolment import storing
from posapp.enrolment.card import open_card
from posapp.enrolment.models import Enrolment
from posapp.enrolment.outcomes import DocumentsSuperseded, QuestionnaireChanged
from posapp.enrolment.queries import DraftRow, draft_at_till
from posapp.members.models import Member
from posapp.messaging.models import MESSAGE
from posapp.stores import queries as stores
from posapp.stores.models import Shop
from tests.enrolment.shopfloor import Tablet, arrive, newest_challenge
from tests.support.fake_clock import FakeClock


def members() -> int:
    db.session.rollback()
    return int(db.session.execute(select(func.count()).select_from(Member)).scalar_one())


def messages() -> int:
    db.session.rollback()
    return int(db.session.execute(select(func.count()).select_from(MESSAGE)).scalar_one())


def draft(olga: Tablet, path: str) -> DraftRow:
    db.session.rollback()
    return draft_at_till(parse_id(path.rpartition("/")[2]), till_id=olga.place.till_id, at=olga.floor.clock.now())


def publish_changed(clock: FakeClock) -> None:
    with transaction():
        db.session.execute(update(Shop).values(contact="new@acme.example"))
    with transaction():
        publish_documents(stores.shop(), clock.now(), actor=system_actor("setup"))


def test_a31_no_code_without_the_questionnaire(olga: Tablet) -> None:
    path = olga.begin()
    assert olga.post(f"{path}/customer", personal_data="y", rules="y", by_code="y").status_code == 409
    assert olga.take(path).status_code == 409
    assert messages() == 0


def test_a31_no_code_without_the_customers_signature(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    answer = olga.take(path)
    assert answer.status_code == 409
    assert "The customer has not signed yet." in answer.get_data(as_text=True)
    assert messages() == 0


def test_a31_no_card_without_the_consents_whatever_the_draft_says(olga: Tablet, clock: FakeClock) -> None:
    path, _ = olga.to_code()
    row = draft(olga, path)
    with transaction():
        storing.write(row, replace(row.body, ticks=("rules",)), challenge_id=row.challenge_id)
    challenge = newest_challenge()
    with pytest.raises(QuestionnaireChanged), transaction():
        open_card(challenge, challenge.subject, actor=olga.actor, at=clock.now(), key=uuid4().hex)
    assert members() == 0


def test_the_right_code_for_a_changed_questionnaire_is_refused(olga: Tablet, clock: FakeClock) -> None:
    path, code_page = olga.to_code()
    code, row = arrive(clock.now()), draft(olga, path)
    changed = replace(row.body, answers={**row.body.answers, "surname": "Левина"})
    with transaction():
        storing.write(row, changed, challenge_id=row.challenge_id)
    answer = olga.say(code_page, code)
    assert answer.status_code == 409
    assert "changed after the code was sent" in answer.get_data(as_text=True)
    assert members() == 0


def test_the_right_code_after_a_document_was_superseded_is_refused(olga: Tablet, clock: FakeClock) -> None:
    _, code_page = olga.to_code()
    code = arrive(clock.now())
    publish_changed(clock)
    answer = olga.say(code_page, code)
    assert answer.status_code == 409
    assert "a new text since the customer signed" in answer.get_data(as_text=True)
    assert members() == 0


def test_a_questionnaire_under_an_old_text_is_not_taken(olga: Tablet, clock: FakeClock) -> None:
    path = olga.begin()
    olga.fill(path)
    olga.agree(path)
    publish_changed(clock)
    answer = olga.take(path)
    assert (answer.status_code, messages()) == (409, 0)
    assert DocumentsSuperseded.sentence in answer.get_data(as_text=True)


@pytest.mark.parametrize("change", ["answers", "ticks", "language", "number", "stop"])
def test_a_change_after_the_code_was_sent_cancels_the_code(olga: Tablet, clock: FakeClock, change: str) -> None:
    path, code_page = olga.to_code()
    code = arrive(clock.now())
    if change == "answers":
        olga.fill(path, given_name="Долли")
    elif change == "ticks":
        olga.agree(path, advertising_call="y")
    elif change == "language":
        olga.post(f"{path}/language", {}, lang="en")
    elif change == "number":
        olga.post(f"{path}/number", phone="+7 916 123-45-68")
    else:
        olga.post(f"{path}/stop")
    assert newest_challenge().state == "cancelled"
    assert olga.say(code_page, code).status_code == 409
    assert members() == 0


def test_the_subject_holds_digests_and_nothing_personal(olga: Tablet) -> None:
    olga.to_code()
    subject = newest_challenge().subject
    assert set(subject) == {"draft", "enrolment", "questionnaire", "documents"}
    assert len(subject["questionnaire"]) == 64
    assert set(subject["documents"]) == {
        "personal_data", "rules", "advertising_sms", "advertising_call", "advertising_messenger",
    }  # fmt: skip


def test_the_same_press_sends_one_code(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    olga.agree(path)
    key = str(uuid4())
    first, again = olga.take(path, key), olga.take(path, key)
    assert first.headers["Location"] == again.headers["Location"]
    assert messages() == 1


def test_many_presses_at_once_send_one_code(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    olga.agree(path)
    key, hands = str(uuid4()), [olga.again() for _ in range(4)]
    with ThreadPoolExecutor(len(hands)) as pool:
        answers = list(pool.map(lambda hand: hand.take(path, key), hands))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert messages() == 1


def test_back_from_the_code_page_sends_no_second_code(olga: Tablet) -> None:
    path, code_page = olga.to_code()
    assert olga.take(path).headers["Location"] == code_page
    assert messages() == 1


def test_a_press_without_a_key_does_nothing(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    olga.agree(path)
    assert olga.post(f"{path}/confirm").status_code == 400
    assert messages() == 0


def test_the_number_limits_are_said_where_the_button_is(olga: Tablet, clock: FakeClock) -> None:
    path = olga.begin()
    olga.fill(path)
    for _ in range(3):
        olga.agree(path, advertising_call="y")
        assert olga.take(path).status_code == 303
        clock.advance(seconds=1)
        olga.agree(path)
    answer = olga.take(path)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "enough codes for now" in answer.get_data(as_text=True)


def test_the_line_of_the_report_names_the_newest_code(olga: Tablet) -> None:
    olga.to_code()
    db.session.rollback()
    line = db.session.execute(select(Enrolment.challenge_id, Enrolment.staff_id)).one()
    assert tuple(line) == (newest_challenge().id, olga.person.staff_id)
