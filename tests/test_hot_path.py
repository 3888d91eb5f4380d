"""What a till does all day is answered by one shard at a time, statement by statement, through every room it passes."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.fake_clock import FakeClock
from tests.support.statement_guard import Watch
from tests.till.scene import CHARLIE, Counter, open_counter


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
