"""What a till does all day is answered by one shard at a time, statement by statement, through every room it passes."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.fake_clock import FakeClock
from tests.support.statement_guard import Watch
from tests.till.scene import CHARLIE, OLGA, Counter, open_counter


@pytest.fixture
def counter(app: Flask, clock: FakeClock) -> Iterator[Counter]:
    opened = open_counter(app, clock)
    yield opened
    opened.worker.close()


def test_a_whole_visit_stays_on_one_shard_at_a_time(counter: Counter, guarded: Watch) -> None:
    tablet = counter.tablet()
    with guarded() as statements:
        tablet.find(CHARLIE)
        tablet.ask_enrol_code()
    code = counter.newest_code()
    with guarded() as more:
        tablet.type_code(code)
        tablet.find()
        tablet.credit("R-1", "1 234,56")
        tablet.ask_redeem_code("R-2", "500", "10")
    code = counter.newest_code()
    with guarded() as rest:
        assert tablet.type_code(code).status_code == 200
        assert tablet.path.startswith("/till/done/")
        tablet.send("/till/undo")
    assert all((statements, more, rest))


STATEMENTS = {
    "find": 9,  # one of them asks whether it is the own card of a cashier who has one
    "card": 4,
    "credit": 8,
    "done": 5,
    "ask for a code": 19,
    "code": 6,
    "redeem": 20,
}
"""Of each request, from the look at who asks to the last line of the audit. Fewer is welcome; more needs a reason."""


@pytest.mark.postgres_only
@pytest.mark.settings(shift_lock_idle_seconds=900)
def test_the_statements_of_each_request_are_counted(counter: Counter, guarded: Watch) -> None:
    tablet = counter.tablet()
    card = f"/till/card/{tablet.enrol()}"
    counter.clock.advance(minutes=11)  # later than what is odd about a new card
    tablet.find()
    tablet.credit("R-1", "1000")  # what is read once in a while has been read
    took: dict[str, int] = {}

    def counted(name: str, press: Callable[[], TestResponse]) -> TestResponse:
        with guarded() as statements:
            answer = press()
        took[name] = len(statements)
        assert answer.status_code == (303 if answer.request.method == "POST" else 200), name
        return answer

    tablet.go("/till")
    form = tablet.form("/till/find").fields | {"phone": OLGA}
    counted("find", lambda: tablet.post("/till/find", form))
    counted("card", lambda: tablet.go(card))
    form = tablet.form(f"{card}/credit").fields | {"receipt": "R-2", "amount": "1000"}
    done = counted("credit", lambda: tablet.post(f"{card}/credit", form)).location
    counted("done", lambda: tablet.go(done))
    tablet.go(card)
    form = tablet.form(f"{card}/credit").fields | {"receipt": "R-3", "amount": "1000", "points": "100"}
    asked = counted("ask for a code", lambda: tablet.post(f"{card}/redeem", form)).location
    code = counter.newest_code()
    counted("code", lambda: tablet.go(asked))
    form = tablet.form(asked).fields | {"code": code}
    counted("redeem", lambda: tablet.post(asked, form))
    assert took == STATEMENTS
