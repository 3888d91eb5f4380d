"""Two cards become one by a code to the number whose card is emptied, asked for by a manager at the till."""

from uuid import UUID

import pytest

from posapp.audit.models import AuditRow
from posapp.consent.models import ConsentRecord
from posapp.core.phone import PhoneNumber
from posapp.core.seal import phone_index
from posapp.members.models import Member, PhoneDirectory
from posapp.points.models import AccountRow, PostingRow
from posapp.verification.challenge import Challenge
from tests.till.office import credited, holds_card, office, opened
from tests.till.scene import CHARLIE, OLGA, Counter

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900, office_idle_seconds=3600)

OLD = CHARLIE
"""The customer's other number."""


class Desk:
    """Olga's card (lives) and that of her old number (goes), and Irina at the till with Olga's card open."""

    def __init__(self, counter: Counter, old: str) -> None:
        self.counter, self.old = counter, old
        credited(counter, self.old, "OLD-1", 800_000)
        self.lives = opened(counter, OLGA)
        self.irina = counter.tablet("manager")
        self.irina.client.set_cookie("lang", "en")
        self.irina.find(OLGA)
        self.path = f"/till/card/{self.lives}/merge"

    def type_number(self, phone: str = OLD) -> int:
        self.irina.go(self.path)
        return self.irina.send(self.path, phone=phone).status_code

    def ask(self) -> str:
        """A code is on its way to the old number; the challenge's id."""
        assert self.type_number() == 200
        self.irina.send(f"{self.path}/code")
        return self.irina.challenge

    def code(self) -> str:
        return self.counter.newest_code(OLD)

    def account(self, member_id: str) -> AccountRow:
        found: AccountRow = self.counter.rows(AccountRow, AccountRow.member_id == UUID(member_id))[0]
        return found

    def leads_to(self, phone: str) -> str:
        index = phone_index(PhoneNumber.restored(phone))
        return str(self.counter.rows(PhoneDirectory.member_id, PhoneDirectory.phone_index == index)[0])

    def is_untouched(self) -> bool:
        both = [self.account(self.old), self.account(self.lives)]
        numbers = [self.leads_to(OLD), self.leads_to(OLGA)]
        return [each.balance for each in both] == [600, 200] and numbers == [self.old, self.lives]


@pytest.fixture
def desk(counter: Counter) -> Desk:
    return Desk(counter, opened(counter, OLD))


def test_from_the_number_to_one_card(counter: Counter) -> None:
    anna = counter.tablet("anna", 1)
    desk = Desk(counter, anna.enrol(OLD))
    irina = desk.irina
    consents = counter.count(ConsentRecord)
    assert desk.type_number() == 200
    for said in ("600 points move to Ольга К.", "+7 903 ···-··-33", "Receipts today", "not taken over", "Both numbers"):
        assert said in irina.text, said
    assert desk.is_untouched()
    irina.send(f"{desk.path}/code")
    code = desk.code()
    assert "объединение карт" in counter.texts(OLD)[0]
    assert OLD[2:] not in irina.path
    assert irina.type_code(code).status_code == 200
    assert ("Two cards have become one" in irina.text, "600 points moved" in irina.text) == (True, True)
    assert "/till/undo" not in irina.text

    gone, lives = desk.account(desk.old), desk.account(desk.lives)
    assert (gone.status, str(gone.merged_into), gone.balance, lives.balance) == ("merged", desk.lives, 0, 800)
    assert desk.leads_to(OLD) == desk.leads_to(OLGA) == desk.lives
    states = {str(member.member_id): member.state for member in counter.rows(Member)}
    assert states == {desk.old: "closed", desk.lives: "active"}
    assert counter.count(ConsentRecord) == consents
    (challenge,) = counter.rows(Challenge, Challenge.purpose == "merge_cards")
    posted = counter.rows(PostingRow, PostingRow.kind == "merge")
    assert {(posting.challenge_id, posting.store_id) for posting in posted} == {(challenge.id, challenge.store_id)}
    assert challenge.posting_id in {posting.posting_id for posting in posted}
    (audited,) = counter.rows(AuditRow, AuditRow.tag == "till:cards:merged")
    assert (str(audited.object_id), audited.details["emptied"], audited.details["points"]) == (
        desk.lives, desk.old, 600,
    )  # fmt: skip

    anna.find(OLD)
    assert anna.path == f"/till/card/{desk.lives}"
    assert anna.ask_enrol_code(OLD)
    assert anna.type_code(desk.code()).status_code == 409
    assert counter.count(Member) == 2


@pytest.mark.sqlite_only
def test_pressed_twice_it_is_done_once(desk: Desk) -> None:
    challenge = desk.ask()
    code, key = desk.code(), "3f1b8c52-6f58-4f1e-9f0e-0a4c6a3d7c11"
    answers = [desk.irina.check(challenge, code, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].get_json() == answers[1].get_json()
    assert desk.counter.count(PostingRow, PostingRow.kind == "merge") == 2
    assert desk.irina.check(challenge, code).status_code == 409


@pytest.mark.sqlite_only
def test_a_wrong_code_another_till_and_another_person_move_nothing(desk: Desk) -> None:
    challenge = desk.ask()
    code, anna = desk.code(), desk.counter.tablet("anna", 1)
    anna.go("/till")
    wrong = f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06}"
    assert desk.irina.check(challenge, wrong).status_code == 422
    assert anna.check(challenge, code).status_code == 404
    desk.irina.go("/till")
    desk.irina.send("/till/lock")
    desk.irina.begin_shift("timur")
    desk.irina.go("/till")
    assert desk.irina.check(challenge, code).status_code == 404
    assert desk.is_untouched()
    (row,) = desk.counter.rows(Challenge, Challenge.purpose == "merge_cards")
    assert row.state == "cancelled"


@pytest.mark.sqlite_only
def test_a_cashier_merges_nothing_and_is_offered_nothing(desk: Desk) -> None:
    anna = desk.counter.tablet("anna", 1)
    anna.find(OLGA)
    assert "/merge" not in anna.text
    form = {"csrf_token": anna.token, "phone": OLD, "key": "3f1b8c52-6f58-4f1e-9f0e-0a4c6a3d7c11"}
    answers = [anna.go(desk.path), anna.post(desk.path, form), anna.post(f"{desk.path}/code", form)]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert desk.counter.count(Challenge, Challenge.purpose == "merge_cards") == 0


@pytest.mark.sqlite_only
def test_what_cannot_be_merged_is_said_before_a_code_is_sent(desk: Desk) -> None:
    laptop = office(desk.counter)
    for phone, said in (
        (OLGA, "lead to the same card"),
        ("+79050000000", "No card with this number"),
        ("12", "too short"),
    ):
        assert 400 <= desk.type_number(phone) < 500
        assert said in desk.irina.text
    for card in (OLD, OLGA):
        path = laptop.find(card)
        laptop.send(f"{path}/freeze", freeze_reason="Something is wrong")
        assert desk.type_number() == 409
        assert "frozen" in desk.irina.text
        laptop.send(f"{path}/unfreeze", freeze_reason="Cleared up")
    assert desk.counter.count(Challenge, Challenge.purpose == "merge_cards") == 0
    found = desk.counter.count(AuditRow, AuditRow.tag == "till:member:found")
    assert desk.type_number() == 200
    assert desk.counter.count(AuditRow, AuditRow.tag == "till:member:found") == found + 1


@pytest.mark.sqlite_only
def test_a_card_frozen_meanwhile_is_not_merged_and_the_code_stays_good(desk: Desk) -> None:
    challenge = desk.ask()
    code, laptop = desk.code(), office(desk.counter)
    path = laptop.find(OLD)
    laptop.send(f"{path}/freeze", freeze_reason="Something is wrong")
    assert desk.irina.check(challenge, code).status_code == 409
    assert desk.is_untouched()
    laptop.send(f"{path}/unfreeze", freeze_reason="Cleared up")
    assert desk.irina.check(challenge, code).status_code == 200
    assert desk.leads_to(OLD) == desk.lives


@pytest.mark.sqlite_only
def test_wrong_number_leads_back_to_the_number(desk: Desk) -> None:
    desk.ask()
    desk.irina.send("/till/code/[^/]+/wrong-number")
    assert desk.irina.path == desk.path
    assert desk.is_untouched()


@pytest.mark.sqlite_only
def test_an_own_card_is_known_by_either_number_and_merged_by_a_colleague_only(desk: Desk) -> None:
    counter = desk.counter
    for own in (OLD, OLGA):
        holds_card(counter, "manager", own)
        assert desk.type_number() == 409
        assert "This is your own card" in desk.irina.text
        desk.irina.find(OLGA)
    holds_card(counter, "manager", CHARLIE[:-1] + "9")
    desk.irina.find(OLGA)
    desk.ask()
    assert desk.irina.type_code(desk.code()).status_code == 200
    holds_card(counter, "manager", OLGA)
    desk.irina.find(OLD)
    assert desk.irina.member_id == desk.lives
    assert desk.irina.credit("R-1", "1000").status_code == 409
    assert "This is your own card" in desk.irina.text
