"""What a shift has under way, and the ports that hear of its end."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from posapp.core.actor import Actor
from posapp.core.db import transaction
from posapp.staff import service, sessions
from posapp.web.access import Person
from tests.staff.house import OFFICE, Browser, House
from tests.support.fake_clock import FakeClock


def person_at(tablet: Browser) -> Person:
    person = tablet.visitor().person
    assert person is not None
    return person


@pytest.fixture
def told(house: House) -> Iterator[list[tuple[UUID, str]]]:
    """The challenges whose end was announced, with the reason."""
    heard: list[tuple[UUID, str]] = []
    before = list(sessions._cancel)

    def hear(challenges: sessions.Challenges, reason: str, actor: Actor, at: datetime) -> None:
        heard.extend((challenge_id, reason) for _, challenge_id in challenges)

    sessions.on_end(hear)
    yield heard
    sessions._cancel[:] = before


def begin_code(tablet: Browser, house: House) -> UUID:
    challenge_id = uuid4()
    with house.app.app_context(), transaction():
        sessions.keep_challenge(person_at(tablet), uuid4(), challenge_id)
    return challenge_id


def test_a_shift_finds_its_own_challenges_and_nobody_elses(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    other = house.tablet(house.till_2)
    other.begin_shift("boris")
    mine, phone_index = uuid4(), uuid4()
    with house.app.app_context(), transaction():
        sessions.keep_challenge(person_at(tablet), phone_index, mine)
    assert sessions.find_challenge(person_at(tablet), mine) == phone_index
    assert sessions.find_challenge(person_at(tablet), uuid4()) is None
    assert sessions.find_challenge(person_at(other), mine) is None
    with house.app.app_context(), transaction():
        sessions.drop_challenge(person_at(tablet), mine)
    assert sessions.find_challenge(person_at(tablet), mine) is None


def test_a_ninth_challenge_lets_the_oldest_go(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    kept = [begin_code(tablet, house) for _ in range(sessions.CHALLENGES_MAX + 2)]
    found = [sessions.find_challenge(person_at(tablet), challenge_id) is not None for challenge_id in kept]
    assert found == [False, False] + [True] * sessions.CHALLENGES_MAX


def test_two_requests_that_began_together_do_not_undo_each_others_notes(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    stale, mine, yours, draft = person_at(tablet), uuid4(), uuid4(), (uuid4(), uuid4())
    with house.app.app_context():
        with transaction():
            sessions.keep_challenge(stale, uuid4(), mine)
        with transaction():
            sessions.keep_challenge(stale, uuid4(), yours)
            sessions.keep_draft(stale, *draft)
    person = person_at(tablet)
    assert sessions.find_challenge(person, mine)
    assert sessions.find_challenge(person, yours)
    assert person.work["draft"] == [str(part) for part in draft]


def test_draft_card_and_last_operation_are_remembered_and_the_draft_forgotten(
    tablet: Browser, house: House, clock: FakeClock
) -> None:
    tablet.begin_shift("anna")
    person, ids = person_at(tablet), [uuid4() for _ in range(6)]
    with house.app.app_context(), transaction():
        sessions.keep_draft(person, ids[0], ids[1])
        sessions.keep_card(person, ids[2], ids[3])
        sessions.keep_posting(person, ids[4], ids[5], clock.now())
    work = person_at(tablet).work
    assert work["draft"] == [str(ids[0]), str(ids[1])]
    assert work["card"] == [str(ids[2]), str(ids[3])]
    assert work["last_posting"] == [str(ids[4]), str(ids[5]), clock.now().isoformat()]
    with house.app.app_context(), transaction():
        sessions.drop_draft(person)
    assert person_at(tablet).work["draft"] is None
    assert person_at(tablet).work["card"] == work["card"]


def test_a_shift_that_begins_has_nothing_under_way(tablet: Browser, house: House) -> None:
    tablet.begin_shift("anna")
    begin_code(tablet, house)
    tablet.post("/till/end-shift")
    tablet.begin_shift("anna")
    assert person_at(tablet).work == {"challenges": {}, "draft": None, "card": None, "last_posting": None}


def test_codes_are_cancelled_when_the_shift_is_ended(
    tablet: Browser, house: House, told: list[tuple[UUID, str]]
) -> None:
    tablet.begin_shift("anna")
    code = begin_code(tablet, house)
    tablet.post("/till/end-shift")
    assert told == [(code, "ended_by_person")]


def test_codes_are_cancelled_when_another_signs_in_by_password(
    tablet: Browser, house: House, told: list[tuple[UUID, str]]
) -> None:
    tablet.begin_shift("anna")
    code = begin_code(tablet, house)
    tablet.lock()
    tablet.sign_in("boris")
    assert told == [(code, "switched")]


def test_codes_are_cancelled_when_the_person_is_disabled(
    tablet: Browser, house: House, told: list[tuple[UUID, str]], clock: FakeClock
) -> None:
    tablet.begin_shift("anna")
    code = begin_code(tablet, house)
    with house.app.app_context():
        service.disable(house.people["anna"], actor=OFFICE, at=clock.now())
    assert told == [(code, "disabled")]


def test_codes_are_cancelled_when_the_till_is_revoked_or_enrolled_again(
    tablet: Browser, house: House, told: list[tuple[UUID, str]]
) -> None:
    tablet.begin_shift("anna")
    first = begin_code(tablet, house)
    second_tablet = house.tablet()
    second_tablet.begin_shift("boris")
    second = begin_code(second_tablet, house)
    house.office("marina").post(f"/manager/tills/{house.till_1}/revoke")
    assert told == [(first, "till_enrolled_again"), (second, "till_revoked")]


def test_the_job_writes_down_the_end_of_what_is_over_and_touches_nothing_else(
    tablet: Browser, house: House, told: list[tuple[UUID, str]], clock: FakeClock
) -> None:
    tablet.begin_shift("anna")
    code = begin_code(tablet, house)
    clock.advance(minutes=29)
    office = house.office("marina")
    other = house.tablet(house.till_2)
    other.begin_shift("boris")
    clock.advance(minutes=1)
    for _ in range(2):
        with house.app.app_context():
            service.end_expired(clock.now())
    assert told == [(code, "time_over")]
    assert [entry for entry in house.audit() if entry[2] == "time_over"] == [
        ("staff:session:ended", "done", "time_over")
    ]
    assert other.name() == "Boris"
    assert office.get("/who-in-office").status_code == 200
