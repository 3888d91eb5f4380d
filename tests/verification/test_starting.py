"""Starting: one live challenge for a number, the newest; and nothing that tells who holds it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, event, insert

from posapp.audit import AuditTag
from posapp.core import seal
from posapp.core.db import db, transaction
from posapp.core.phone import PhoneNumber
from posapp.members.models import PhoneDirectory
from posapp.staff.models import StaffSession
from posapp.staff.sessions import SessionOver
from posapp.verification.challenge import CHALLENGE, State
from posapp.verification.codes import digest_of
from posapp.verification.handlers import Done
from posapp.verification.number_limits import NumberLocked, TooManySends
from posapp.verification.phones import phone_of
from posapp.verification.refusals import ChallengeExpired, ChallengeOver, Superseded, find
from posapp.verification.starting import Started
from posapp.verification.trying import Outcome
from tests.support.fake_clock import FakeClock
from tests.verification.counter import PAVEL, SUBJECT, VERA, Counter, challenge, wrong_code
from tests.verification.floor import audited, failures_of


def test_a_challenge_begins_with_everything_its_code_is_bound_to(olga: Counter) -> None:
    started = olga.start()
    row = challenge(started)
    assert started == Started(row.id, seal.phone_index(VERA))
    assert (row.store_id, row.till_id, row.staff_session_id) == (olga.store_id, olga.till_id, olga.person.session_id)
    assert (row.subject, row.subject_digest, len(row.nonce)) == (SUBJECT, digest_of(SUBJECT), 16)
    assert (row.state, row.attempts, row.attempts_max, row.send_no, row.sends) == (State.PENDING, 0, 5, 1, 1)
    assert (row.expires_at - row.created_at).total_seconds() == 600
    assert (row.code_expires_at - row.last_sent_at).total_seconds() == 300
    assert phone_of(row) == VERA
    assert len(audited(AuditTag.CHALLENGE_STARTED)) == 1


def test_the_newest_start_supersedes(olga: Counter, boris: Counter) -> None:
    first, old_code = olga.ask()
    second, code = boris.ask()
    row = challenge(first)
    assert (row.state, row.end_reason, row.phone_sealed) == (State.SUPERSEDED, "newer_start", None)
    with pytest.raises(Superseded) as refused:
        olga.type(first, old_code)
    assert refused.value.status == 409
    assert isinstance(boris.confirm(second, code), Done)


def test_two_numbers_have_a_challenge_each(olga: Counter) -> None:
    vera, vera_code = olga.ask(VERA)
    pavel, pavel_code = olga.ask(PAVEL)
    assert isinstance(olga.confirm(vera, vera_code), Done)
    assert isinstance(olga.confirm(pavel, pavel_code), Done)


def test_a_refused_start_leaves_the_live_challenge_as_it_was(olga: Counter, boris: Counter) -> None:
    olga.ask()
    olga.ask()
    started, code = olga.ask()
    with pytest.raises(TooManySends):
        boris.start()
    assert isinstance(olga.confirm(started, code), Done)


def test_the_session_remembers_what_it_started(olga: Counter) -> None:
    started = olga.start()
    work = db.session.get_one(StaffSession, (olga.till_id, olga.person.session_id)).work
    assert str(started.challenge_id) in work["challenges"]


def test_a_shift_that_was_just_locked_starts_nothing(olga: Counter) -> None:
    with transaction():
        db.session.get_one(StaffSession, (olga.till_id, olga.person.session_id)).state = "locked"
    with pytest.raises(SessionOver):
        olga.start()
    assert db.session.execute(CHALLENGE.select()).first() is None


def test_a_subject_of_inexact_numbers_is_refused(olga: Counter) -> None:
    with pytest.raises(TypeError):
        olga.start(subject={"total": 12.5})


def test_a19_ten_failures_over_two_tills_lock_the_number(olga: Counter, boris: Counter, clock: FakeClock) -> None:
    for till in (olga, boris):
        started, _ = till.ask()
        for number in range(1, 6):
            till.type(started, wrong_code(started, number))
        clock.advance(minutes=10)
    with pytest.raises(NumberLocked) as refused:
        olga.start()
    assert refused.value.status == 423
    assert refused.value.values["retry_after_seconds"] == 86_400 - 1200


def test_a19_a_number_locked_meanwhile_costs_no_try_of_the_challenge(
    olga: Counter, clock: FakeClock, settings_changed: Callable[..., None]
) -> None:
    started, code = olga.ask()
    olga.type(started, wrong_code(started, 1))
    settings_changed(number_failures_day=1)
    with pytest.raises(NumberLocked):
        olga.type(started, code)
    assert challenge(started).attempts == 1
    assert failures_of(started.phone_index) == 1
    assert audited(AuditTag.NUMBER_LOCKED) == ["number_locked"]
    clock.advance(days=1)
    started, code = olga.ask()
    assert isinstance(olga.confirm(started, code), Done)


def test_a21_guesses_at_dead_challenges_cannot_lock_a_number(olga: Counter, boris: Counter, clock: FakeClock) -> None:
    superseded, _ = olga.ask()
    cancelled, _ = olga.ask()
    olga.cancel(cancelled)
    expired, _ = boris.ask(PAVEL)
    clock.advance(seconds=601)
    for till, dead in ((olga, superseded), (olga, cancelled), (boris, expired)):
        for number in range(1, 21):
            with pytest.raises((ChallengeOver, ChallengeExpired)) as refused:
                till.type(dead, f"{number:06}")
            assert refused.value.status in (409, 410)
        assert failures_of(dead.phone_index) == 0
        assert challenge(dead).attempts == 0
    assert isinstance(olga.confirm(*olga.ask()), Done)


def test_a23_a_success_does_not_forgive_the_failures_before_it(olga: Counter, clock: FakeClock) -> None:
    for _ in range(2):
        started, code = olga.ask()
        for number in range(1, 5):
            olga.type(started, wrong_code(started, number))
        assert isinstance(olga.confirm(started, code), Done)
        clock.advance(minutes=10)
    assert failures_of(started.phone_index) == 8
    started, code = olga.ask()
    assert olga.confirm(started, wrong_code(started, 1)) is Outcome.WRONG_CODE
    assert olga.confirm(started, wrong_code(started, 2)) is Outcome.WRONG_CODE
    with pytest.raises(NumberLocked):
        olga.type(started, code)


def test_a46_starting_says_and_does_the_same_for_every_number(olga: Counter) -> None:
    numbers = {name: PhoneNumber.restored(f"+7916000000{digit}") for digit, name in enumerate(HISTORIES)}
    olga.start(VERA)
    seen: dict[str, list[str]] = {}
    for name, phone in numbers.items():
        HISTORIES[name](olga, phone)
        statements: list[str] = []
        listen = _listener(statements)
        event.listen(Engine, "before_cursor_execute", listen)
        started = olga.start(phone)
        event.remove(Engine, "before_cursor_execute", listen)
        seen[name] = statements
        row = find(started.phone_index, started.challenge_id)
        assert row is not None
        assert row.state is State.PENDING
    assert len({tuple(statements) for statements in seen.values()}) == 1


def _listener(into: list[str]) -> Callable[..., None]:
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        into.append(statement)

    return note


def _nothing(_: Counter, __: PhoneNumber) -> None:
    """A number that nobody has heard of."""


def _card(till: Counter, phone: PhoneNumber) -> None:
    index = seal.phone_index(phone)
    row = {"phone_index": index, "blind_index": seal.blind_index(phone), "member_id": uuid4(), "phone_sealed": b"-"}
    with transaction():
        db.session.execute(insert(PhoneDirectory).values(**row, verified_at=till.at))


def _erased(till: Counter, phone: PhoneNumber) -> None:
    _card(till, phone)
    with transaction():
        db.session.execute(delete(PhoneDirectory).where(PhoneDirectory.phone_index == seal.phone_index(phone)))


def _proven_before(till: Counter, phone: PhoneNumber) -> None:
    till.confirm(*till.ask(phone))


HISTORIES: dict[str, Callable[[Counter, PhoneNumber], None]] = {
    "unknown": _nothing,
    "has a card": _card,
    "erased": _erased,
    "proven before": _proven_before,
}
