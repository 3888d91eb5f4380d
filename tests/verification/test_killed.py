"""A process that dies between the two transactions of a check leaves the try spent and nothing else."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from posapp.core.errors import Refusal
from posapp.verification import handlers, trying
from posapp.verification.challenge import ChallengeRow, State
from posapp.verification.handlers import Done
from posapp.verification.purposes import Purpose
from posapp.verification.refusals import Exhausted
from tests.verification.counter import Counter, challenge, wrong_code
from tests.verification.floor import failures_of, ledger_rows, post_once
from tests.verification.hands import die, killed

pytestmark = pytest.mark.torture


def post_and_die(challenge: ChallengeRow, subject: Mapping[str, Any], **rest: Any) -> Done:
    post_once(challenge, subject, **rest)
    die()


@pytest.mark.parametrize("where", ["before the second transaction", "after the posting, before its commit"])
def test_a53_killed_between_the_try_and_the_posting(olga: Counter, app: Flask, where: str) -> None:
    started, code = olga.ask()

    def type_and_die() -> None:
        olga.type(started, code)
        die()

    def confirm_and_die() -> None:
        handlers.register(Purpose.REDEEM, post_and_die)
        olga.confirm(started, code)

    killed(app, type_and_die if where.startswith("before") else confirm_and_die)

    row = challenge(started)
    assert (row.state, row.attempts, row.posting_id) == (State.SENT, 1, None)
    assert failures_of(started.phone_index) == 1
    assert ledger_rows(started.challenge_id) == 0

    assert isinstance(olga.confirm(started, code, key="again"), Done)
    assert ledger_rows(started.challenge_id) == 1
    assert challenge(started).attempts == 1


def test_a_death_before_the_last_wrong_code_is_noted_opens_nothing(olga: Counter, app: Flask) -> None:
    started, code = olga.ask()
    for number in range(1, 5):
        olga.type(started, wrong_code(started, number))

    def spend_and_die() -> None:
        trying._charge(started.phone_index, started.challenge_id, None, olga.actor, olga.at)
        die()

    killed(app, spend_and_die)
    assert (challenge(started).state, challenge(started).tries_left) == (State.SENT, 0)
    with pytest.raises(Exhausted):
        olga.type(started, code)
    assert olga.status(started).resend_in is None


def test_a_refusal_of_the_posting_rolls_back_all_but_the_try(olga: Counter) -> None:
    def post_and_refuse(challenge: ChallengeRow, subject: Mapping[str, Any], **rest: Any) -> Done:
        post_once(challenge, subject, **rest)
        raise Refusal

    handlers.register(Purpose.REDEEM, post_and_refuse)
    started, code = olga.ask()
    with pytest.raises(Refusal):
        olga.confirm(started, code)
    row = challenge(started)
    assert (row.state, row.attempts) == (State.SENT, 1)
    assert ledger_rows(started.challenge_id) == 0
    handlers.register(Purpose.REDEEM, post_once)
    assert isinstance(olga.confirm(started, code), Done)
