"""What nobody ends, time ends; and what has ended leaves after ninety days."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from posapp.core.db import db, transaction
from posapp.verification import expiry
from posapp.verification.challenge import CHALLENGE, State
from posapp.verification.handlers import Done
from tests.support.fake_clock import FakeClock
from tests.verification.counter import PAVEL, VERA, Counter, challenge


def test_time_ends_a_challenge_and_blanks_its_number(olga: Counter, clock: FakeClock) -> None:
    sent, _ = olga.ask(VERA)
    pending = olga.start(PAVEL)
    clock.advance(seconds=599)
    expiry.expire_due(clock.now())
    assert challenge(sent).state is State.SENT
    clock.advance(seconds=1)
    assert olga.status(sent).state is State.EXPIRED
    expiry.expire_due(clock.now())
    for started in (sent, pending):
        row = challenge(started)
        assert (row.state, row.end_reason, row.phone_sealed) == (State.EXPIRED, "time", None)


def test_what_has_ended_otherwise_stays_what_it_is(olga: Counter, clock: FakeClock) -> None:
    started, code = olga.ask()
    assert isinstance(olga.confirm(started, code), Done)
    clock.advance(days=1)
    expiry.expire_due(clock.now())
    expiry.expire_due(clock.now())
    assert challenge(started).state is State.CONSUMED


def test_challenges_leave_after_ninety_days_in_batches(
    olga: Counter, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BATCH_ROWS", 2)
    for _ in range(5):
        olga.start()
        clock.advance(minutes=15)
    clock.advance(days=89)
    kept = olga.start()
    expiry.expire_due(clock.now())
    assert rows() == 6
    clock.advance(days=1)
    expiry.expire_due(clock.now())
    assert rows() == 1
    assert challenge(kept).state is State.EXPIRED


@pytest.mark.parametrize(
    "broken",
    [{"attempts": 6}, {"attempts": -1}, {"state": "open"}, {"purpose": "gamble"}],
)
def test_the_database_itself_refuses_impossible_rows(olga: Counter, broken: dict[str, object]) -> None:
    olga.start()
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(CHALLENGE.update().values(**broken))


def rows() -> int:
    db.session.rollback()
    return int(db.session.execute(select(func.count()).select_from(CHALLENGE)).scalar_one())
