"""However many hands there are, a code is compared as often as it may be and does its work once."""

from collections import Counter as Count
from collections.abc import Callable

import pytest
from flask import Flask

from posapp.core import db as core_db
from posapp.core.errors import Refusal
from posapp.verification.challenge import LIVE, State
from posapp.verification.handlers import Done
from posapp.verification.refusals import find
from posapp.verification.starting import Started
from posapp.verification.trying import Outcome
from tests.verification.counter import VERA, Counter, arrive, challenge, wrong_code
from tests.verification.floor import Floor, failures_of, ledger_rows
from tests.verification.hands import all_at_once

pytestmark = [pytest.mark.torture, pytest.mark.settings(database_pool=40)]

COMPARED = {Outcome.RIGHT.value, Outcome.WRONG_CODE.value, Outcome.EARLIER_CODE.value, Outcome.EXHAUSTED.value}


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch, app_context: Flask) -> None:
    """More hands than one SQLite file serves in its usual time: here they wait, and are not told to come again."""
    monkeypatch.setattr(core_db, "SQLITE_BUSY_MILLISECONDS", 120_000)
    core_db.db.engine.dispose()


def test_a10_one_right_code_many_times_at_once(olga: Counter, app: Flask) -> None:
    started, code = olga.ask()

    def press(number: int) -> Callable[[], str]:
        def once() -> str:
            done = olga.confirm(started, code, key=f"key-{number}")
            return done.kind if isinstance(done, Done) else done.value

        return once

    answers = Count(all_at_once(app, [press(number) for number in range(50)]))
    assert answers.pop("redeemed") == 1
    assert set(answers) <= {"challenge_used", "challenge_exhausted"}
    assert ledger_rows(started.challenge_id) == 1
    assert challenge(started).state is State.CONSUMED


def test_a11_a_hundred_and_fifty_clients_get_five_comparisons(olga: Counter, app: Flask) -> None:
    started, _ = olga.ask()
    wrong = [wrong_code(started, number) for number in range(1, 9)]

    def guesser() -> list[str]:
        return [attempt(olga, started, guess) for guess in wrong]

    answers = Count(answer for answers in all_at_once(app, [guesser] * 150) for answer in answers)
    assert answers.total() == 1200
    assert sum(answers[outcome] for outcome in COMPARED) == 5
    assert answers[Outcome.EXHAUSTED.value] == 1
    assert challenge(started).attempts == 5
    assert failures_of(started.phone_index) == 5


def test_a20_forty_tills_get_ten_comparisons_for_one_number(floor: Floor, app: Flask) -> None:
    tills = [floor.counter(f"Charlie {number}") for number in range(40)]

    def guesser(till: Counter) -> Callable[[], list[str]]:
        def guess() -> list[str]:
            answers = []
            for _ in range(3):
                started = begin(till)
                if isinstance(started, str):
                    answers.append(started)
                    continue
                answers += [attempt(till, started, wrong_code(started, number)) for number in range(1, 21)]
            return answers

        return guess

    answers = Count(answer for answers in all_at_once(app, [guesser(till) for till in tills]) for answer in answers)
    assert 1 <= sum(answers[outcome] for outcome in COMPARED) <= 10
    assert answers[Outcome.RIGHT.value] == 0
    assert answers["too_many_sends"] + answers["number_locked"] >= 117


def test_a22_two_tills_start_one_number_at_once(olga: Counter, boris: Counter, app: Flask) -> None:
    both = all_at_once(app, [lambda: olga.start(VERA), lambda: boris.start(VERA)])
    assert sorted(challenge(started).state.value for started in both) == ["pending", "superseded"]
    live = next(each for each in both if challenge(each).state is State.PENDING)
    gone = next(each for each in both if each is not live)
    assert challenge(gone).phone_sealed is None
    till = olga if challenge(live).till_id == olga.till_id else boris
    assert isinstance(till.confirm(live, arrive(live, till.at)), Done)


def test_a22_of_many_tills_one_number_has_one_live_challenge(floor: Floor, app: Flask) -> None:
    tills = [floor.counter(f"Olga {number}") for number in range(12)]
    answers = all_at_once(app, [lambda till=till: begin(till) for till in tills])  # type: ignore[misc]
    begun = [answer for answer in answers if isinstance(answer, Started)]
    assert len(begun) == 3
    assert Count(answer for answer in answers if isinstance(answer, str)) == {"too_many_sends": 9}
    assert sorted(challenge(started).state in LIVE for started in begun) == [False, False, True]


def attempt(till: Counter, started: Started, guess: str) -> str:
    """One guess; what came of it."""
    try:
        return till.type(started, guess).outcome.value
    except Refusal as refusal:
        return refusal.code


def begin(till: Counter) -> Started | str:
    """One start whose message arrives at once; the refusal's code when there is none."""
    try:
        started = till.start(VERA)
    except Refusal as refusal:
        return refusal.code
    row = find(started.phone_index, started.challenge_id)
    if row is not None and row.state is State.PENDING:
        arrive(started, till.at)
    return started
