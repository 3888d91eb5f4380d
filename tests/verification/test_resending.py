"""A new code kills the old one; nothing else starts afresh."""

import pytest

from posapp.audit import AuditTag
from posapp.verification.challenge import State
from posapp.verification.handlers import Done
from posapp.verification.number_limits import TooManySends
from posapp.verification.refusals import ChallengeExpired, ChallengeNotFound, Exhausted, NotSentYet
from posapp.verification.resending import NoMoreSends, ResendTooSoon
from posapp.verification.trying import Outcome
from tests.support.fake_clock import FakeClock
from tests.verification.counter import Counter, arrive, challenge, wrong_code
from tests.verification.floor import audited


def test_a15_nothing_is_sent_again_in_the_first_minute(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    clock.advance(seconds=59)
    with pytest.raises(ResendTooSoon) as refused:
        olga.resend(started)
    assert (refused.value.status, refused.value.values["retry_after_seconds"]) == (429, 1)
    row = challenge(started)
    assert (row.attempts, row.send_no, row.sends) == (0, 1, 1)
    assert (olga.status(started).resend_in, olga.status(started).may_resend) == (1, False)
    clock.advance(seconds=1)
    assert olga.status(started).may_resend
    olga.resend(started)
    assert len(audited(AuditTag.CHALLENGE_RESENT)) == 1


def test_the_second_pause_is_two_minutes(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    clock.advance(seconds=60)
    olga.resend(started)
    clock.advance(seconds=119)
    with pytest.raises(ResendTooSoon):
        olga.resend(started)
    clock.advance(seconds=1)
    olga.resend(started)
    assert challenge(started).send_no == 3


def test_a16_a_fourth_code_is_not_sent(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    for pause in (60, 120):
        clock.advance(seconds=pause)
        olga.resend(started)
    clock.advance(seconds=120)
    with pytest.raises(NoMoreSends) as refused:
        olga.resend(started)
    assert refused.value.status == 409
    assert olga.status(started).resend_in is None


def test_a17_the_earlier_code_is_known_as_one_and_costs_a_try(olga: Counter, clock: FakeClock) -> None:
    started, first = olga.ask()
    clock.advance(seconds=60)
    second = olga.resend(started)
    tried = olga.type(started, first)
    assert (tried.outcome, tried.tries_left) == (Outcome.EARLIER_CODE, 4)
    assert audited(AuditTag.CHALLENGE_WRONG_CODE) == ["earlier_code"]
    assert isinstance(olga.confirm(started, second), Done)


def test_a17_the_earlier_code_at_the_last_try_is_the_last_try(olga: Counter, clock: FakeClock) -> None:
    started, first = olga.ask()
    clock.advance(seconds=60)
    olga.resend(started)
    for number in range(1, 5):
        olga.type(started, wrong_code(started, number))
    assert olga.type(started, first).outcome is Outcome.EXHAUSTED


def test_a18_tries_are_kept_across_a_resend(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    for number in range(1, 5):
        olga.type(started, wrong_code(started, number))
    clock.advance(seconds=60)
    code = olga.resend(started)
    assert olga.status(started).tries_left == 1
    assert olga.type(started, wrong_code(started)).outcome is Outcome.EXHAUSTED
    with pytest.raises(Exhausted):
        olga.type(started, code)
    clock.advance(seconds=120)
    with pytest.raises(Exhausted):
        olga.resend(started)


def test_a_new_code_has_a_life_of_its_own(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    clock.advance(seconds=299)
    code = olga.resend(started)
    clock.advance(seconds=299)
    assert isinstance(olga.confirm(started, code), Done)


def test_a_code_that_is_too_old_is_what_sending_again_is_for(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    clock.advance(seconds=400)
    assert (olga.status(started).expires_in, olga.status(started).may_resend) == (0, True)
    assert isinstance(olga.confirm(started, olga.resend(started)), Done)


def test_a_resend_never_moves_the_hard_end(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    ends_at = challenge(started).expires_at
    clock.advance(seconds=590)
    olga.resend(started)
    assert challenge(started).expires_at == ends_at
    clock.advance(seconds=10)
    with pytest.raises(ChallengeExpired):
        olga.resend(started)


def test_a_code_that_is_still_on_its_way_is_not_sent_again(olga: Counter, clock: FakeClock) -> None:
    started = olga.start()
    clock.advance(seconds=61)
    with pytest.raises(NotSentYet):
        olga.resend(started)


def test_each_resend_counts_against_its_number(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    for pause in (60, 120):
        clock.advance(seconds=pause)
        olga.resend(started)
    with pytest.raises(TooManySends):
        olga.start()
    assert challenge(started).state is State.SENT


def test_a_refused_resend_changes_nothing(olga: Counter, clock: FakeClock) -> None:
    olga.ask()
    olga.ask()
    started, code = olga.ask()
    clock.advance(seconds=60)
    with pytest.raises(TooManySends):
        olga.resend(started)
    assert isinstance(olga.confirm(started, code), Done)


def test_only_the_till_that_started_sends_again(olga: Counter, boris: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    clock.advance(seconds=60)
    with pytest.raises(ChallengeNotFound):
        boris.resend(started)


@pytest.mark.settings(sends_max=1)
def test_where_one_send_is_all_there_is_no_other(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    clock.advance(seconds=300)
    assert olga.status(started).resend_in is None
    with pytest.raises(NoMoreSends):
        olga.resend(started)


def test_a_resend_that_fails_leaves_the_challenge_open(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    clock.advance(seconds=60)
    code = olga.resend(started)
    arrive(started, olga.at, outcome="not_sent")
    assert isinstance(olga.confirm(started, code), Done)
