"""A right code whose sum is known later is a grant: used once, where it was given, within its time."""

from collections import Counter as Count
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from posapp.audit import AuditTag
from posapp.audit.models import AuditRow
from posapp.core.db import db, transaction
from posapp.core.errors import Refusal
from posapp.verification import expiry, handlers
from posapp.verification.cancelling import cancel_all
from posapp.verification.challenge import GRANT_LIFE, ChallengeRow, State
from posapp.verification.granting import grant, spend_grant
from posapp.verification.handlers import Done
from posapp.verification.phones import phone_of
from posapp.verification.purposes import Purpose
from posapp.verification.refusals import (
    AlreadyUsed,
    Cancelled,
    ChallengeExpired,
    ChallengeNotFound,
    ChallengeOver,
    Superseded,
)
from posapp.verification.starting import Started
from posapp.verification.trying import ProvenChallenge
from tests.support.fake_clock import FakeClock
from tests.support.statement_guard import Watch
from tests.verification.counter import VERA, Counter, challenge
from tests.verification.floor import Floor, audited, failures_of, ledger_rows, post_once
from tests.verification.hands import all_at_once

STORE = {"store": "Arbat"}


def right_code(till: Counter, **what: Any) -> tuple[Started, ProvenChallenge]:
    """Vera has read her code aloud and it was the right one."""
    started, code = till.ask(**{"purpose": Purpose.EARN, "subject": STORE} | what)
    tried = till.type(started, code)
    assert tried.challenge is not None
    return started, tried.challenge


def granted(till: Counter) -> Started:
    started, proven = right_code(till)
    with transaction():
        assert grant(proven, actor=till.actor, at=till.at) == till.at + GRANT_LIFE
    return started


def spend(till: Counter, started: Started, points: int = 40, **later: Any) -> Done:
    """The basket is rung up: the sum is known."""
    with transaction():
        return spend_grant(
            started.phone_index, started.challenge_id, purpose=Purpose.EARN, later={"points": points} | later,
            actor=till.actor, at=till.at, key="key",
        )  # fmt: skip


def test_a_grant_is_used_once_and_costs_no_try(olga: Counter) -> None:
    started = granted(olga)
    row = challenge(started)
    assert (row.state, row.attempts, row.verified_at, row.consumed_at) == (State.VERIFIED, 0, olga.at, None)
    assert failures_of(started.phone_index) == 0
    done = spend(olga, started)
    row = challenge(started)
    assert (row.state, row.consumed_at, row.posting_id) == (State.CONSUMED, olga.at, done.posting_id)
    assert row.phone_sealed is None
    with pytest.raises(AlreadyUsed):
        spend(olga, started)
    assert ledger_rows(started.challenge_id) == 1
    assert len(audited(AuditTag.CHALLENGE_VERIFIED)) == len(audited(AuditTag.CHALLENGE_CONSUMED)) == 1


def test_the_handler_gets_what_was_bound_and_what_came_later_and_can_still_write(olga: Counter) -> None:
    seen: list[Any] = []

    def look(challenge: ChallengeRow, subject: Mapping[str, Any], **rest: Any) -> Done:
        seen.extend([phone_of(challenge), dict(subject)])
        return post_once(challenge, subject, **rest)

    handlers.register(Purpose.EARN, look)
    spend(olga, granted(olga), receipt="A-17")
    assert seen == [VERA, STORE | {"points": 40, "receipt": "A-17"}]


def test_what_the_customer_agreed_to_cannot_be_changed_later(olga: Counter) -> None:
    started = granted(olga)
    with pytest.raises(ValueError, match="store"):
        spend(olga, started, store="Tverskaya")
    assert challenge(started).state is State.VERIFIED
    assert ledger_rows(started.challenge_id) == 0


def test_a_typed_code_is_dead_once_it_is_a_grant(olga: Counter) -> None:
    started, code = olga.ask(purpose=Purpose.EARN, subject=STORE)
    proven = olga.type(started, code).challenge
    again = olga.type(started, code).challenge
    assert proven is not None
    assert again is not None
    with transaction():
        grant(proven, actor=olga.actor, at=olga.at)
    with pytest.raises(AlreadyUsed), transaction():
        grant(again, actor=olga.actor, at=olga.at)
    with pytest.raises(AlreadyUsed):
        olga.type(started, code)


def test_after_its_time_a_grant_is_worth_nothing_and_the_clock_ends_it(olga: Counter, clock: FakeClock) -> None:
    started = granted(olga)
    clock.advance(seconds=299)
    expiry.expire_due(clock.now())
    assert challenge(started).state is State.VERIFIED
    clock.advance(seconds=1)
    with pytest.raises(ChallengeExpired):
        spend(olga, started)
    assert olga.status(started).state is State.EXPIRED
    expiry.expire_due(clock.now())
    row = challenge(started)
    assert (row.state, row.end_reason, row.phone_sealed) == (State.EXPIRED, "grant_unused", None)
    with pytest.raises(ChallengeExpired):
        spend(olga, started)
    assert ledger_rows(started.challenge_id) == 0


def test_a_grant_lives_its_time_though_its_challenge_would_be_over(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask(purpose=Purpose.EARN, subject=STORE)
    for seconds in (290, 290):
        clock.advance(seconds=seconds)
        code = olga.resend(started)
    proven = olga.type(started, code).challenge
    assert proven is not None
    with transaction():
        grant(proven, actor=olga.actor, at=olga.at)
    clock.advance(seconds=290)
    expiry.expire_due(clock.now())
    assert spend(olga, started).kind == "redeemed"


def test_a_grant_is_of_no_use_at_another_till_or_in_another_shift(olga: Counter, boris: Counter, floor: Floor) -> None:
    started = granted(olga)
    for other in (boris, floor.counter("Dora", till_id=olga.till_id, state="locked")):
        with pytest.raises(ChallengeNotFound):
            spend(other, started)
    assert challenge(started).state is State.VERIFIED
    assert ledger_rows(started.challenge_id) == 0
    spend(olga, started)


def test_a_grant_ends_with_its_shift(olga: Counter) -> None:
    started = granted(olga)
    with transaction():
        cancel_all([(started.phone_index, started.challenge_id)], "signed_out", olga.actor, olga.at)
    row = challenge(started)
    assert (row.state, row.end_reason, row.phone_sealed) == (State.CANCELLED, "signed_out", None)
    with pytest.raises(Cancelled):
        spend(olga, started)


def test_a_grant_can_be_taken_back(olga: Counter) -> None:
    started = granted(olga)
    assert olga.cancel(started)
    assert not olga.cancel(started)
    with pytest.raises(Cancelled):
        spend(olga, started)


def test_a_newer_code_for_the_number_supersedes_a_grant(olga: Counter, boris: Counter) -> None:
    started = granted(olga)
    boris.start(VERA)
    with pytest.raises(Superseded):
        spend(olga, started)


def test_what_the_handler_refuses_leaves_the_grant(olga: Counter) -> None:
    def refuse(*_: Any, **__: Any) -> Done:
        raise Refusal

    started = granted(olga)
    handlers.register(Purpose.EARN, refuse)
    with pytest.raises(Refusal):
        spend(olga, started)
    assert challenge(started).state is State.VERIFIED
    handlers.register(Purpose.EARN, post_once)
    spend(olga, started)


@pytest.mark.parametrize("purpose", [Purpose.REDEEM, Purpose.ENROL])
def test_a_code_that_says_the_sum_is_no_grant(olga: Counter, purpose: Purpose) -> None:
    started, proven = right_code(olga, purpose=purpose)
    with pytest.raises(ValueError, match=purpose.value), transaction():
        grant(proven, actor=olga.actor, at=olga.at)
    assert challenge(started).state is State.SENT


def test_a_code_that_nobody_has_typed_grants_nothing(olga: Counter) -> None:
    started, _ = olga.ask(purpose=Purpose.EARN, subject=STORE)
    with pytest.raises(ChallengeOver):
        spend(olga, started)
    assert challenge(started).state is State.SENT


@pytest.mark.torture
def test_of_many_who_use_a_grant_at_once_one_does(olga: Counter, app: Flask) -> None:
    started = granted(olga)

    def press() -> Callable[[], str]:
        return lambda: spend(olga, started).kind

    answers = Count(all_at_once(app, [press() for _ in range(12)]))
    assert answers == {"redeemed": 1, "challenge_used": 11}
    assert ledger_rows(started.challenge_id) == 1


def test_a_grant_asks_one_shard_at_a_time(olga: Counter, guarded: Watch) -> None:
    with guarded():
        spend(olga, granted(olga))


def test_the_audit_says_what_was_granted(olga: Counter) -> None:
    started = granted(olga)
    look = select(AuditRow.details).where(AuditRow.tag == AuditTag.CHALLENGE_VERIFIED.value)
    assert db.session.execute(look.where(AuditRow.object_id == started.challenge_id)).scalar_one() == {
        "purpose": "earn",
        "tries_left": 5,
    }
