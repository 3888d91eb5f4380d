"""Everything between the start of a challenge and its end asks one shard at a time, and asks little."""

import pytest

from posapp.verification.handlers import Done
from posapp.verification.queries import view
from posapp.verification.refusals import AlreadyUsed
from tests.support.fake_clock import FakeClock
from tests.support.statement_guard import Watch
from tests.verification.counter import PAVEL, VERA, Counter, arrive, wrong_code


def test_a_challenge_asks_one_shard_at_a_time(olga: Counter, clock: FakeClock, guarded: Watch) -> None:
    started, _ = olga.ask(VERA)
    wrong = wrong_code(started)
    clock.advance(seconds=60)
    with guarded():
        olga.type(started, wrong)
        code = olga.resend(started)
        olga.status(started)
        view(started.phone_index, started.challenge_id, actor=olga.actor)
        assert isinstance(olga.confirm(started, code), Done)
        with pytest.raises(AlreadyUsed):
            olga.type(started, code)
        assert olga.cancel(olga.start(PAVEL))


def test_the_statements_of_a_challenge_are_few(olga: Counter, guarded: Watch) -> None:
    olga.confirm(*olga.ask(PAVEL))
    with guarded() as starting:
        started = olga.start()
    code = arrive(started, olga.at)
    with guarded() as trying:
        tried = olga.type(started, code)
    with guarded() as looking:
        olga.status(started)
    assert tried.challenge is not None
    assert [len(counted(each)) for each in (starting, trying, looking)] == [9, 3, 2]


def counted(statements: list[str]) -> list[str]:
    """Without the marks that begin and end a transaction."""
    return [each for each in statements if each.split()[0] not in ("BEGIN", "COMMIT", "ROLLBACK")]
