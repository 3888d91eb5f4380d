"""A half-filled questionnaire: sealed, at its own till, alive through a lost session, gone after a day."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from posapp.core.db import METADATA, db, transaction
from posapp.core.ids import parse_id
from posapp.enrolment import service, storing
from posapp.enrolment.expiry import purge_drafts
from posapp.enrolment.models import Enrolment, QuestionnaireDraft
from posapp.enrolment.outcomes import DraftChanged, EndReason
from posapp.enrolment.queries import draft_at_till
from tests.enrolment.shopfloor import ANSWERS, NUMBER, Shopfloor, Tablet, arrive
from tests.support.fake_clock import FakeClock

OTHER = "+7 916 123-45-68"
PERSONAL = ["Каренин", "Анна", "Аркадьевна", "1990", "anna@", "9161234567", "M100 100", "[[100,"]


def drafts() -> int:
    db.session.rollback()
    return int(db.session.execute(select(func.count()).select_from(QuestionnaireDraft)).scalar_one())


def reasons() -> list[str | None]:
    db.session.rollback()
    return list(db.session.execute(select(Enrolment.end_reason).order_by(Enrolment.id)).scalars())


def everything() -> str:
    """Every value of every table, as the database holds it."""
    db.session.rollback()
    found: list[str] = []
    for table in METADATA.sorted_tables:
        for row in db.session.execute(text(f"SELECT * FROM {table.name}")):
            found += [bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else str(v) for v in row]
    return "\n".join(found)


@pytest.mark.parametrize("stage", ["filled", "signed", "code", "card"])
def test_nothing_personal_is_in_clear_in_any_table(olga: Tablet, clock: FakeClock, stage: str) -> None:
    path = olga.begin()
    olga.fill(path)
    if stage in ("signed", "code", "card"):
        olga.agree(path)
    if stage in ("code", "card"):
        code_page = olga.take(path).headers["Location"]
    if stage == "card":
        assert olga.say(code_page, arrive(clock.now())).status_code == 303
    kept = everything()
    assert [word for word in PERSONAL if word in kept] == []


def test_a48_nothing_personal_is_in_an_address(olga: Tablet) -> None:
    path, code_page = olga.to_code()
    assert "916" not in path.replace(path.rpartition("/")[2], "")
    assert "9161234567" not in path + code_page


def test_a_draft_survives_a_lost_session(floor: Shopfloor, olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path, surname="")
    again = floor.tablet("Olga")
    page = again.get(path)
    assert page.status_code == 200
    assert ANSWERS["given_name"] in page.get_data(as_text=True)
    assert again.fill(path).status_code == 303


def test_a_form_that_came_too_late_waits_until_somebody_has_signed_in(floor: Shopfloor, olga: Tablet) -> None:
    path, token = olga.begin(), olga.token()
    olga.client.delete_cookie("sid")
    late = olga.client.post(path, data={**ANSWERS, "csrf_token": token})
    assert late.headers["Location"].startswith("/till/sign-in")
    parked, again = olga.client.get_cookie("parked"), floor.tablet("Olga")
    assert parked
    again.client.set_cookie("parked", parked.value)
    waiting = again.get("/resume").get_data(as_text=True)
    assert f'action="{path}"' in waiting
    assert ANSWERS["surname"] in waiting
    assert again.fill(path).headers["Location"] == f"{path}/customer"


def test_a57_another_till_does_not_see_the_draft(floor: Shopfloor, olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    boris = floor.tablet("Boris", till=1)
    for page in (path, f"{path}/customer", f"{path}/confirm", f"{path}/number"):
        assert boris.get(page).status_code == 404
    assert boris.fill(path).status_code == 404
    assert ANSWERS["surname"] not in boris.get(boris.begin()).get_data(as_text=True)


@pytest.mark.parametrize("draft_id", ["x", "00000000-0000-4000-8000-000000000000", "../home"])
def test_a29_an_address_that_was_made_up_leads_nowhere(olga: Tablet, draft_id: str) -> None:
    assert olga.get(f"/till/enrol/{draft_id}").status_code == 404


def test_a_draft_is_gone_after_a_day_and_the_report_keeps_why(olga: Tablet, clock: FakeClock) -> None:
    path = olga.begin()
    olga.fill(path)
    clock.advance(hours=23, minutes=59)
    purge_drafts(clock.now())
    assert drafts() == 1
    clock.advance(minutes=1)
    purge_drafts(clock.now())
    purge_drafts(clock.now())
    assert (drafts(), reasons()) == (0, ["abandoned"])


def test_a_draft_that_is_over_does_not_open_even_before_it_is_deleted(
    floor: Shopfloor, olga: Tablet, clock: FakeClock
) -> None:
    path = olga.begin()
    clock.advance(hours=24)
    olga = floor.tablet("Olga")
    assert olga.get(path).status_code == 404
    assert olga.begin() != path
    assert (drafts(), reasons()) == (1, ["abandoned", None])


def test_a_draft_whose_code_ran_out_ends_with_that_reason(olga: Tablet, clock: FakeClock) -> None:
    olga.to_code()
    clock.advance(hours=24)
    purge_drafts(clock.now())
    assert reasons() == ["expired"]


def test_a_draft_for_a_number_that_got_its_card_elsewhere_ends_as_already_member(
    floor: Shopfloor, olga: Tablet, clock: FakeClock
) -> None:
    boris = floor.tablet("Boris", till=1)
    boris.begin()
    _, code_page = olga.to_code()
    olga.say(code_page, arrive(clock.now()))
    clock.advance(hours=24)
    purge_drafts(clock.now())
    assert sorted(map(str, reasons())) == ["None", "already_member"]


def test_a_wrong_number_takes_everything_typed_along(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    olga.agree(path)
    page = olga.get(f"{path}/number").get_data(as_text=True)
    assert f'value="{NUMBER}"' in page
    moved = olga.post(f"{path}/number", phone=OTHER).headers["Location"]
    assert moved != path
    assert OTHER in olga.get(moved).get_data(as_text=True)
    assert ANSWERS["surname"] in olga.get(moved).get_data(as_text=True)
    assert olga.get(f"{moved}/confirm").headers["Location"] == f"{moved}/customer"
    assert (drafts(), reasons()) == (1, ["wrong_number", None])


def test_the_same_number_again_is_no_change(olga: Tablet) -> None:
    path = olga.begin()
    olga.fill(path)
    assert olga.post(f"{path}/number", phone="8 916 1234567").headers["Location"] == path
    assert reasons() == [None]


def test_a_wrong_number_that_cannot_be_read_is_said(olga: Tablet) -> None:
    path = olga.begin()
    assert olga.post(f"{path}/number", phone="нет").status_code == 400


def test_a_draft_for_the_other_number_gives_way(olga: Tablet) -> None:
    olga.fill(olga.begin(OTHER), surname="Облонская")
    path = olga.begin()
    olga.fill(path)
    moved = olga.post(f"{path}/number", phone=OTHER).headers["Location"]
    assert ANSWERS["surname"] in olga.get(moved).get_data(as_text=True)
    assert (drafts(), sorted(map(str, reasons()))) == (1, ["None", "superseded", "wrong_number"])


def test_two_changes_at_once_cannot_overwrite_each_other(olga: Tablet, clock: FakeClock) -> None:
    path = olga.begin()
    row = draft_at_till(parse_id(path.rpartition("/")[2]), till_id=olga.place.till_id, at=clock.now())
    with transaction():
        service.save_answers(row, ANSWERS, language="ru", is_filled=True, actor=olga.actor, at=clock.now())
    with pytest.raises(DraftChanged), transaction():
        service.end(row, EndReason.ABANDONED, actor=olga.actor, at=clock.now())
    with pytest.raises(DraftChanged), transaction():
        storing.write(row, row.body, challenge_id=None)
    assert (drafts(), reasons()) == (1, [None])


def test_a_draft_lives_as_long_as_the_setting_says(olga: Tablet, clock: FakeClock) -> None:
    olga.begin()
    ends = db.session.execute(select(QuestionnaireDraft.expires_at)).scalar_one()
    assert ends == clock.now() + timedelta(hours=24)
