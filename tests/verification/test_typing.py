"""The customer says the code, the cashier types it: what counts, what is spent, and when it is over."""

from typing import Any

import pytest

from posapp.audit import AuditTag
from posapp.verification.challenge import State
from posapp.verification.codes import MalformedCode
from posapp.verification.handlers import Done
from posapp.verification.refusals import AlreadyUsed, ChallengeExpired, CodeExpired, Exhausted
from posapp.verification.trying import Outcome
from tests.support.fake_clock import FakeClock
from tests.verification.counter import PAVEL, SUBJECT, VERA, Counter, challenge, wrong_code
from tests.verification.floor import audited, failures_of, ledger_rows


def test_a_right_code_does_what_it_was_asked_for_once(olga: Counter) -> None:
    started, code = olga.ask()
    done = olga.confirm(started, code)
    assert isinstance(done, Done)
    row = challenge(started)
    assert row.state is State.CONSUMED
    assert (row.posting_id, row.consumed_at, row.phone_sealed) == (done.posting_id, olga.at, None)
    assert ledger_rows(started.challenge_id) == 1
    assert len(audited(AuditTag.CHALLENGE_CONSUMED)) == 1


def test_a_right_code_gives_its_try_back(olga: Counter) -> None:
    started, code = olga.ask()
    assert olga.type(started, code).tries_left == 4
    assert failures_of(started.phone_index) == 1
    olga.confirm(started, code)
    assert challenge(started).attempts == 1
    assert failures_of(started.phone_index) == 1


def test_a01_a02_a03_a06_what_is_no_code_costs_no_try(olga: Counter) -> None:
    started, _ = olga.ask()
    no_codes: list[Any] = ["", None, True, 123456, ["123456"], {"a": 1}, float("inf"), "12345", "4" * 1_000_000]
    for typed in no_codes:
        with pytest.raises(MalformedCode):
            olga.type(started, typed)
    assert challenge(started).attempts == 0
    assert failures_of(started.phone_index) == 0


def test_a04_a05_a_right_code_in_other_digits_or_with_something_around_it_is_no_code(olga: Counter) -> None:
    started, code = olga.ask()
    digits = code.replace(" ", "")
    other = [str.maketrans("0123456789", alphabet) for alphabet in ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "⁰¹²³⁴⁵⁶⁷⁸⁹")]
    around = [f"{digits}\n", f" {digits}", f"+{digits}", f"{digits[:3]}\u200b{digits[3:]}", f"{digits[0]}_{digits[1:]}"]
    for typed in [*(digits.translate(table) for table in other), *around]:
        with pytest.raises(MalformedCode):
            olga.type(started, typed)
    assert challenge(started).attempts == 0


def test_a05_a_code_may_be_typed_as_it_is_shown(olga: Counter) -> None:
    for phone, join in ((VERA, " "), (PAVEL, "-")):
        started, code = olga.ask(phone)
        assert isinstance(olga.confirm(started, code.replace(" ", join)), Done)


def test_a07_a_leading_zero_belongs_to_the_code(olga: Counter, clock: FakeClock) -> None:
    started, code = olga.ask()
    while not code.startswith("0"):
        clock.advance(hours=3)
        started, code = olga.ask()
    with pytest.raises(MalformedCode):
        olga.type(started, code.replace(" ", "")[1:])
    assert isinstance(olga.confirm(started, code), Done)


def test_a08_four_wrong_codes_then_the_right_one(olga: Counter) -> None:
    started, code = olga.ask()
    for left in (4, 3, 2, 1):
        tried = olga.type(started, wrong_code(started, left))
        assert (tried.outcome, tried.tries_left, tried.challenge) == (Outcome.WRONG_CODE, left, None)
    assert isinstance(olga.confirm(started, code), Done)


def test_a08_five_wrong_codes_and_nothing_is_accepted_any_more(olga: Counter) -> None:
    started, code = olga.ask()
    outcomes = [olga.confirm(started, wrong_code(started, number)) for number in range(1, 6)]
    assert outcomes == [Outcome.WRONG_CODE] * 4 + [Outcome.EXHAUSTED]
    with pytest.raises(Exhausted) as refused:
        olga.type(started, code)
    assert refused.value.status == 409
    row = challenge(started)
    assert (row.state, row.attempts, row.phone_sealed) == (State.EXHAUSTED, 5, None)
    assert ledger_rows(started.challenge_id) == 0
    assert audited(AuditTag.CHALLENGE_WRONG_CODE) == ["wrong_code"] * 4
    assert audited(AuditTag.CHALLENGE_EXHAUSTED) == ["wrong_code"]


def test_a09_a_code_is_good_once(olga: Counter) -> None:
    started, code = olga.ask()
    olga.confirm(started, code)
    with pytest.raises(AlreadyUsed) as refused:
        olga.confirm(started, code)
    assert refused.value.status == 409
    assert ledger_rows(started.challenge_id) == 1


def test_a12_a_code_is_too_old_after_five_minutes(olga: Counter, clock: FakeClock) -> None:
    started, code = olga.ask()
    clock.advance(seconds=301)
    with pytest.raises(CodeExpired) as refused:
        olga.type(started, code)
    assert refused.value.status == 410
    assert challenge(started).attempts == 0
    assert failures_of(started.phone_index) == 0


def test_a_code_is_good_to_its_last_second(olga: Counter, clock: FakeClock) -> None:
    started, code = olga.ask()
    clock.advance(seconds=299)
    assert isinstance(olga.confirm(started, code), Done)


def test_a13_nothing_sent_again_outlives_the_hard_end(olga: Counter, clock: FakeClock) -> None:
    started, _ = olga.ask()
    clock.advance(seconds=599)
    code = olga.resend(started)
    assert olga.status(started).expires_in == 1
    clock.advance(seconds=1)
    with pytest.raises(ChallengeExpired) as refused:
        olga.type(started, code)
    assert refused.value.status == 410
    assert olga.status(started).state is State.EXPIRED


@pytest.mark.settings(attempts_max=3)
def test_the_tries_are_a_setting(olga: Counter) -> None:
    started, _ = olga.ask()
    assert [olga.type(started, wrong_code(started, n)).outcome for n in (1, 2, 3)][-1] is Outcome.EXHAUSTED


def test_the_handler_is_given_what_the_code_was_bound_to_and_nothing_else(olga: Counter) -> None:
    started, code = olga.ask()
    tried = olga.type(started, code)
    assert tried.challenge is not None
    assert tried.challenge.subject == SUBJECT
    assert not {"nonce", "subject_digest", "phone_sealed"} & set(repr(tried.challenge))
