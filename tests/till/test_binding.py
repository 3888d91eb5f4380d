"""A code is good for what it was asked for, where it was asked for, and for nothing else."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from posapp.audit.models import AuditRow
from posapp.core.db import db, transaction
from posapp.members.models import Member
from posapp.points.models import AccountRow, PostingRow
from posapp.verification.challenge import Challenge
from tests.till.scene import CHARLIE, PINS, Counter, Tablet

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900)


def attempts(counter: Counter, challenge: str) -> int:
    (row,) = counter.rows(Challenge, Challenge.id == UUID(challenge))
    return int(row.attempts)


def refused(counter: Counter) -> list[str]:
    return [row.tag for row in counter.rows(AuditRow, AuditRow.outcome == "refused")]


def test_a24_another_tills_shift_finds_no_such_challenge(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    other = counter.tablet("timur", 1)
    other.go("/till")
    assert other.check(challenge, code).status_code == 404
    assert attempts(counter, challenge) == 0
    assert "till:challenge:foreign" in refused(counter)


def test_a25_after_a_switch_of_cashiers_the_code_is_nobodys(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    tablet.send("/till/lock")
    tablet.begin_shift("timur")
    tablet.go("/till")
    assert tablet.check(challenge, code).status_code == 404
    (row,) = counter.rows(Challenge)
    assert (row.state, row.attempts) == ("cancelled", 0)


def test_locking_and_unlocking_by_the_same_person_keeps_the_code_good(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    tablet.send("/till/lock")
    tablet.send("/till/unlock", pin=PINS["anna"])
    tablet.go(f"/till/code/{challenge}")
    assert tablet.type_code(code).status_code == 200


def test_a27_what_else_stands_in_the_body_is_never_applied(counter: Counter, tablet: Tablet) -> None:
    tablet.enrol()
    tablet.credit("R-1", "10000")
    tablet.ask_redeem_code("R-2", "1000", "100")
    challenge, code = tablet.challenge, counter.newest_code()
    more = {"points": "500", "receipt": "R-9", "total": "1", "member_id": str(uuid4()), "phone": "+79990000000"}
    answer = tablet.check(challenge, code, **more)
    assert answer.status_code == 200
    (sale,) = counter.rows(PostingRow, PostingRow.receipt == "R-2")
    assert sale.result["redeemed"] == 100
    assert counter.count(PostingRow, PostingRow.receipt == "R-9") == 0


@pytest.mark.parametrize("changed", [{"points": 500}, {"receipt": "R-9"}, {"total": 999_999}])
def test_a28_a_row_edited_after_the_send_makes_its_code_wrong(
    counter: Counter, tablet: Tablet, changed: dict[str, object]
) -> None:
    tablet.enrol()
    tablet.credit("R-1", "20000")
    tablet.ask_redeem_code("R-2", "1000", "100")
    challenge, code = tablet.challenge, counter.newest_code()
    (row,) = counter.rows(Challenge, Challenge.id == UUID(challenge))
    with counter.app.app_context(), transaction():
        edit = update(Challenge).where(Challenge.phone_index == row.phone_index, Challenge.id == row.id)
        db.session.execute(edit.values(subject=row.subject | changed))
    assert tablet.check(challenge, code).status_code == 422


def test_a29_a_guessed_id_is_not_found(counter: Counter, tablet: Tablet) -> None:
    challenge = tablet.ask_enrol_code()
    code = counter.newest_code()
    for guess in (str(uuid4()), challenge.upper(), challenge[:-1], challenge.replace("-", ""), "1"):
        if guess != challenge:
            assert tablet.check(guess, code).status_code == 404, guess
    assert attempts(counter, challenge) == 0


def test_a30_the_code_of_one_basket_is_not_the_code_of_another(counter: Counter, tablet: Tablet) -> None:
    tablet.enrol()
    tablet.credit("R-1", "20000")
    tablet.ask_redeem_code("R-2", "1000", "100")
    first = counter.newest_code()
    counter.clock.advance(seconds=1)
    tablet.ask_redeem_code("R-3", "1000", "100")
    counter.work()
    assert tablet.check(tablet.challenge, first).status_code == 422


def test_a31_no_step_can_be_left_out(counter: Counter, tablet: Tablet) -> None:
    tablet.find()
    tablet.send("/till/new", phone="+79161234567")
    draft = tablet.path.split("/")[3]
    token, key = tablet.token, str(uuid4())
    answer = tablet.post(f"/till/enrol/{draft}/confirm", {"csrf_token": token, "key": key})
    assert answer.status_code == 409
    assert counter.count(Challenge) == 0
    assert tablet.check(str(uuid4()), "123456").status_code == 404
    assert counter.count(Member) == 0


def test_a26_crediting_redeems_nothing_whatever_code_comes_with_it(counter: Counter, tablet: Tablet) -> None:
    tablet.enrol()
    tablet.credit("R-1", "20000")
    before = counter.rows(AccountRow)[0].balance
    tablet.ask_redeem_code("R-2", "1000", "100")
    challenge, code = tablet.challenge, counter.newest_code()
    fields = {"csrf_token": tablet.token, "key": str(uuid4()), "receipt": "R-2", "amount": "1000"}
    answer = tablet.post(f"/till/card/{tablet.member_id}/credit", fields | {"code": code, "points": "100"})
    assert answer.status_code == 303
    (sale,) = counter.rows(PostingRow, PostingRow.receipt == "R-2")
    assert (sale.result["redeemed"], sale.result["earned"], sale.challenge_id) == (0, 50, None)
    assert counter.rows(AccountRow)[0].balance == before + 50
    (row,) = counter.rows(Challenge, Challenge.id == UUID(challenge))
    assert (row.state, row.attempts) == ("sent", 0)


def test_a26_the_code_of_one_purpose_is_wrong_for_another(counter: Counter, tablet: Tablet) -> None:
    tablet.enrol()
    tablet.ask_redeem_code("R-2", "1000", "100")
    redeem, code = tablet.challenge, counter.newest_code()
    enrol = tablet.ask_enrol_code(CHARLIE)
    counter.work()
    answer = tablet.check(enrol, code)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "wrong_code")
    assert (attempts(counter, enrol), attempts(counter, redeem)) == (1, 0)
    assert counter.count(Member) == 1
    assert tablet.check(redeem, code).status_code == 200
