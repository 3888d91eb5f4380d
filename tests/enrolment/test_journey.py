"""From a number to a card: questionnaire, the customer's page, two signatures, a code said aloud."""

from sqlalchemy import func, select

from posapp.audit.models import AuditRow
from posapp.consent.models import ConsentRecord, Questionnaire
from posapp.core.db import db
from posapp.core.phone import PhoneNumber
from posapp.core.seal import unseal_text
from posapp.enrolment.models import Enrolment, QuestionnaireDraft
from posapp.members.models import Member
from posapp.members.queries import card_of, member_id_of
from posapp.points.models import AccountRow
from tests.enrolment.shopfloor import ANSWERS, NUMBER, Tablet, arrive
from tests.support.fake_clock import FakeClock

ANNA = PhoneNumber.restored("+79161234567")


def rows(table: object) -> int:
    db.session.rollback()
    return int(db.session.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_anna_gets_a_card(olga: Tablet, clock: FakeClock) -> None:
    # Given Olga who has typed what Anna said, and Anna who has read, ticked and signed
    path = olga.begin()
    assert olga.fill(path).headers["Location"] == f"{path}/customer"
    clock.advance(seconds=40)
    assert olga.agree(path).headers["Location"] == f"{path}/confirm"
    signed_at = clock.now()
    clock.advance(seconds=5)
    code_page = olga.take(path).headers["Location"]
    taken_at = clock.now()
    # When Anna says the code that came to her phone
    code = arrive(clock.now())
    clock.advance(seconds=20)
    assert olga.say(code_page, code).status_code == 303
    # Then she has a card, and everything that proves it
    member_id = member_id_of(ANNA)
    assert member_id is not None
    card = card_of(member_id)
    assert (card.display_name, card.language, card.store_id) == ("Анна К.", "ru", olga.place.store_id)
    line = db.session.execute(select(Enrolment.__table__)).one()
    assert (line.member_id, line.carded_at, line.consented_at) == (member_id, clock.now(), signed_at)
    assert line.ended_at is None
    assert rows(QuestionnaireDraft) == 0
    kept = db.session.execute(select(Questionnaire.__table__)).one()
    assert (kept.customer_signed_at, kept.staff_signed_at) == (signed_at, taken_at)
    assert (kept.staff_id, kept.challenge_id) == (olga.person.staff_id, line.challenge_id)


def test_a_record_is_kept_for_every_yes_and_every_no(olga: Tablet, clock: FakeClock) -> None:
    _, code_page = olga.to_code(advertising_messenger="y")
    olga.say(code_page, arrive(clock.now()))
    db.session.rollback()
    found = db.session.execute(select(ConsentRecord.purpose, ConsentRecord.agreed, ConsentRecord.matched_at)).all()
    assert {row.purpose: row.agreed for row in found} == {
        "personal_data": True,
        "rules": True,
        "advertising_sms": True,
        "advertising_call": False,
        "advertising_messenger": True,
    }
    assert {row.matched_at for row in found} == {clock.now()}


def test_advertising_is_never_a_condition(olga: Tablet, clock: FakeClock) -> None:
    _, code_page = olga.to_code(advertising_sms="")
    assert olga.say(code_page, arrive(clock.now())).status_code == 303
    assert rows(Member) == 1


def test_the_signature_is_a_picture_that_the_server_drew(olga: Tablet, clock: FakeClock) -> None:
    _, code_page = olga.to_code()
    olga.say(code_page, arrive(clock.now()))
    db.session.rollback()
    kept = db.session.execute(select(Questionnaire.__table__)).one()
    svg = unseal_text(kept.signature_sealed, table="questionnaire", column="signature_sealed", row_id=kept.id)
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 400"><path d="M100 100L')
    assert "script" not in svg


def test_who_cannot_draw_agrees_by_code(olga: Tablet, clock: FakeClock) -> None:
    _, code_page = olga.to_code(by_code="y", signature_points="")
    olga.say(code_page, arrive(clock.now()))
    db.session.rollback()
    kept = db.session.execute(select(Questionnaire.__table__)).one()
    assert (kept.signature_kind, kept.signature_sealed) == ("code", None)


def test_every_act_is_in_the_audit(olga: Tablet, clock: FakeClock) -> None:
    _, code_page = olga.to_code()
    olga.say(code_page, arrive(clock.now()))
    db.session.rollback()
    tags = list(db.session.execute(select(AuditRow.tag).where(AuditRow.stream == olga.place.till_id)).scalars())
    expected = [
        "till:questionnaire:begun", "till:questionnaire:saved", "till:consent:given", "till:challenge:started",
        "till:questionnaire:taken", "till:member:opened", "till:challenge:consumed",
    ]  # fmt: skip
    assert [tag for tag in tags if tag in expected] == expected


def test_a_birthday_needs_no_year_and_an_address_need_not_be_given(olga: Tablet, clock: FakeClock) -> None:
    _, code_page = olga.to_code(birthday_year="", email="", patronymic="")
    assert olga.say(code_page, arrive(clock.now())).status_code == 303
    db.session.rollback()
    member = db.session.execute(select(Member.__table__)).one()
    place = {"table": "member", "row_id": member.member_id}
    assert unseal_text(member.birthday_sealed, column="birthday_sealed", **place) == "--05-17"
    assert (member.email_sealed, member.patronymic_sealed) == (None, None)


def test_a_number_with_a_card_gets_no_second_one(olga: Tablet, clock: FakeClock) -> None:
    _, code_page = olga.to_code()
    olga.say(code_page, arrive(clock.now()))
    _, second = olga.to_code(surname="Облонская")
    answer = olga.say(second, arrive(clock.now()))
    assert answer.status_code == 409
    assert "already has a card" in answer.get_data(as_text=True)
    assert rows(Member) == 1
    db.session.rollback()
    assert db.session.execute(select(AccountRow.balance)).scalars().all() == [200], "one welcome, once"


def test_a46_a_known_and_an_unknown_number_begin_alike(olga: Tablet, clock: FakeClock) -> None:
    def shape(number: str) -> tuple[int, str]:
        path = olga.begin(number)
        page = olga.get(path).get_data(as_text=True)
        return len(path), page.replace(path, "").replace(number, "").partition("csrf_token")[0]

    _, code_page = olga.to_code()
    olga.say(code_page, arrive(clock.now()))
    known, unknown = shape(NUMBER), shape("+7 916 123-45-68")
    assert known == unknown


def test_the_same_number_goes_on_with_the_questionnaire_that_was_begun(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    assert olga.begin("8 916 123 45 67") == path
    assert rows(Enrolment) == 1
    assert ANSWERS["surname"] in olga.get(path).get_data(as_text=True)
