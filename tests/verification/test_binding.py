"""A code is good at one till, in one shift, for one purpose, one number and exactly what it was asked for."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from posapp.audit import AuditTag
from posapp.core.db import db, transaction
from posapp.staff import sessions
from posapp.staff.models import StaffSession
from posapp.verification.authorising import authorise
from posapp.verification.cancelling import cancel_all
from posapp.verification.challenge import CHALLENGE, State
from posapp.verification.codes import digest_of
from posapp.verification.handlers import Done
from posapp.verification.purposes import Purpose
from posapp.verification.queries import view
from posapp.verification.refusals import AlreadyUsed, Cancelled, ChallengeNotFound, NotSentYet
from posapp.verification.starting import Started
from posapp.verification.trying import Outcome
from tests.verification.counter import PAVEL, SUBJECT, VERA, Counter, challenge
from tests.verification.floor import Floor, audited, failures_of, ledger_rows


def refused_as_strange(till: Counter, started: Started, code: str, purpose: Purpose | None = None) -> None:
    """404, nothing charged to anybody, and the audit knows."""
    before = len(audited(AuditTag.CHALLENGE_FOREIGN))
    with pytest.raises(ChallengeNotFound) as refused:
        till.type(started, code, purpose)
    assert refused.value.status == 404
    assert challenge(started).attempts == 0
    assert failures_of(started.phone_index) == 0
    assert len(audited(AuditTag.CHALLENGE_FOREIGN)) == before + 1


def test_a24_a_right_code_at_another_till_is_a_strangers(olga: Counter, boris: Counter) -> None:
    started, code = olga.ask()
    refused_as_strange(boris, started, code)
    assert isinstance(olga.confirm(started, code), Done)


def test_a25_another_cashier_at_the_same_till_is_a_stranger(floor: Floor, olga: Counter) -> None:
    started, code = olga.ask()
    boris = floor.counter("Boris", till_id=olga.till_id, state="locked")
    refused_as_strange(boris, started, code)


def test_a25_a_switch_of_cashiers_cancels_the_codes(olga: Counter) -> None:
    started, code = olga.ask()
    sessions.on_end(cancel_all)
    with transaction():
        (shift,) = sessions.open_sessions(StaffSession.subject_id == olga.till_id)
        sessions.step_back(shift, actor=olga.actor, at=olga.at)
    row = challenge(started)
    assert (row.state, row.end_reason, row.phone_sealed) == (State.CANCELLED, "switched", None)
    with pytest.raises(Cancelled) as refused:
        olga.type(started, code)
    assert refused.value.status == 409
    assert audited(AuditTag.CHALLENGE_CANCELLED) == ["switched"]


def test_a26_a_code_for_one_thing_is_not_good_for_another(olga: Counter) -> None:
    started, code = olga.ask(purpose=Purpose.ENROL)
    refused_as_strange(olga, started, code, Purpose.REDEEM)
    assert isinstance(olga.confirm(started, code, Purpose.ENROL), Done)


def edit(started: Started, **columns: object) -> None:
    """Somebody with the database in hand."""
    row = CHALLENGE.c.id == started.challenge_id
    with transaction():
        db.session.execute(update(CHALLENGE).where(row).values(**columns))


def test_a28_a_sum_edited_after_the_send_makes_the_code_wrong(olga: Counter) -> None:
    started, code = olga.ask()
    richer = SUBJECT | {"points": 50_000}
    edit(started, subject=richer, subject_digest=digest_of(richer))
    assert olga.confirm(started, code) is Outcome.WRONG_CODE
    assert ledger_rows(started.challenge_id) == 0


def test_a28_a_till_or_a_shift_edited_after_the_send_makes_the_code_wrong(olga: Counter, boris: Counter) -> None:
    started, code = olga.ask()
    edit(started, till_id=boris.till_id, staff_session_id=boris.person.session_id)
    assert boris.confirm(started, code) is Outcome.WRONG_CODE


def test_a28_a_purpose_edited_after_the_send_makes_the_code_wrong(olga: Counter) -> None:
    started, code = olga.ask()
    edit(started, purpose=Purpose.EARN.value)
    assert olga.confirm(started, code) is Outcome.WRONG_CODE


def test_a29_a_guessed_challenge_is_not_found(olga: Counter) -> None:
    started, code = olga.ask()
    beside = Started(type(started.challenge_id)(int=started.challenge_id.int ^ 1), started.phone_index)
    elsewhere = Started(started.challenge_id, uuid4())
    for guessed in (beside, elsewhere, Started(uuid4(), uuid4())):
        with pytest.raises(ChallengeNotFound):
            olga.type(guessed, code)
    assert audited(AuditTag.CHALLENGE_FOREIGN) == ["challenge_not_found"] * 3


def test_a30_the_code_of_one_basket_is_wrong_for_another(olga: Counter) -> None:
    _, of_vera = olga.ask(VERA)
    pavels, of_pavel = olga.ask(PAVEL, subject=SUBJECT | {"receipt": "A-18"})
    assert olga.confirm(pavels, of_vera) is Outcome.WRONG_CODE
    assert isinstance(olga.confirm(pavels, of_pavel), Done)


def test_a31_a_code_that_was_never_sent_confirms_nothing(olga: Counter) -> None:
    started = olga.start()
    with pytest.raises(NotSentYet) as refused:
        olga.type(started, "483921")
    assert refused.value.status == 409
    assert challenge(started).attempts == 0


def test_a31_a_proof_is_consumed_once_and_only_while_it_stands(olga: Counter) -> None:
    started, code = olga.ask()
    proven = olga.type(started, code).challenge
    assert proven is not None
    with transaction():
        authorise(proven, actor=olga.actor, at=olga.at, key="first")
    with pytest.raises(AlreadyUsed), transaction():
        authorise(proven, actor=olga.actor, at=olga.at, key="second")
    assert ledger_rows(started.challenge_id) == 1


def test_a31_a_proof_does_not_outlive_its_cancelling(olga: Counter) -> None:
    started, code = olga.ask()
    proven = olga.type(started, code).challenge
    assert proven is not None
    olga.cancel(started)
    with pytest.raises(Cancelled), transaction():
        authorise(proven, actor=olga.actor, at=olga.at, key="late")
    assert ledger_rows(started.challenge_id) == 0


def test_a_proof_of_one_till_authorises_nothing_at_another(olga: Counter, boris: Counter) -> None:
    started, code = olga.ask()
    proven = olga.type(started, code).challenge
    assert proven is not None
    with pytest.raises(ChallengeNotFound), transaction():
        authorise(proven, actor=boris.actor, at=boris.at, key="elsewhere")
    assert challenge(started).state is State.SENT


def test_the_page_of_a_challenge_opens_at_its_own_till_alone(olga: Counter, boris: Counter) -> None:
    started, _ = olga.ask()
    page = view(started.phone_index, started.challenge_id, actor=olga.actor)
    assert (page.purpose, page.subject, page.language) == (Purpose.REDEEM, SUBJECT, "en")
    assert page.phone_masked == VERA.masked
    for look in (
        lambda: view(started.phone_index, started.challenge_id, actor=boris.actor),
        lambda: boris.status(started),
    ):
        with pytest.raises(ChallengeNotFound):
            look()
