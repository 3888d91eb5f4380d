"""Many workers at once: each message is sent once, and nothing is changed by hands that were too slow."""

from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import update

from posapp.core.db import db, transaction
from posapp.messaging import outbox
from posapp.messaging.dispatcher import Dispatcher
from posapp.messaging.models import MESSAGE
from posapp.messaging.outbox import Settlement
from posapp.messaging.state import State
from posapp.settings import Settings
from tests.messaging import hands
from tests.messaging.conftest import Above, Work
from tests.messaging.gateways import Provider
from tests.messaging.outbox_of import promised
from tests.support.fake_clock import FakeClock

pytestmark = pytest.mark.torture


def claim(clock: FakeClock, *, limit: int) -> list[outbox.Claimed]:
    """Take service messages as a dispatcher does."""
    return outbox.claim(
        clock.now(), limit=limit, marketing_max=0, lease_seconds=30, routing=lambda *_: "provider",
        skip_locked=outbox.may_skip_locked(),
    )  # fmt: skip


def test_many_threads_never_send_one_message_twice(app: Flask, above: Above, clock: FakeClock) -> None:
    messages = [promised() for _ in range(60)]
    provider, together = Provider("provider"), Barrier(4)

    def worker() -> None:
        with app.app_context():
            own = Dispatcher([provider], lease_seconds=30, ring=lambda: None)
            together.wait()
            while own.dispatch(clock.now()) or own.is_busy():
                own.wait()
                own.settle(clock.now())
            own.close()

    threads = [Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(request.message_id for request in provider.sent) == sorted(message.id for message in messages)
    assert {message.state().state for message in messages} == {State.SUBMITTED}
    assert len(above.told) == len(messages)


@pytest.mark.postgres_only
def test_many_processes_never_send_one_message_twice(
    app_context: Flask, settings: Settings, clock: FakeClock, tmp_path: Path
) -> None:
    messages, ledger = [promised() for _ in range(120)], tmp_path / "ledger"
    workers = [hands.start(settings, clock.now(), ledger) for _ in range(4)]
    assert [worker.wait(120) for worker in workers] == [0] * 4
    assert sorted(ledger.read_text().split()) == sorted(str(message.id) for message in messages)
    assert {message.state().state for message in messages} == {State.SUBMITTED}


def test_two_claimers_at_one_moment_get_different_messages(above: Above, clock: FakeClock) -> None:
    promised(), promised(), promised()
    first, second, third = (claim(clock, limit=2) for _ in range(3))
    assert (len(first), len(second), len(third)) == (2, 1, 0)
    assert {each.message.id for each in first}.isdisjoint(each.message.id for each in second)


def test_hands_that_were_too_slow_change_nothing(work: Work, above: Above, clock: FakeClock) -> None:
    """The lease has passed to another: the late settlement is fenced off, its attempt is still told truly."""
    message, slow, quick = promised(), Provider("provider"), Provider("provider")
    late = Dispatcher([slow], lease_seconds=30, ring=lambda: None)
    late.dispatch(clock.now())
    late.wait()
    clock.advance(seconds=30)
    work(quick)
    before = message.row()
    late.settle(clock.now())
    assert message.row() == before
    assert above.told == [(message.id, "accepted")]
    assert [attempt["outcome"] for attempt in message.attempts()] == ["accepted", "accepted"]
    late.close()


def test_a_lease_holds_until_it_ends(work: Work, above: Above, clock: FakeClock) -> None:
    promised()
    idle, quick = Provider("provider"), Provider("provider")
    first = Dispatcher([idle], lease_seconds=30, ring=lambda: None)
    first.dispatch(clock.now())
    first.wait()
    clock.advance(seconds=29)
    work(quick)
    assert quick.sent == []
    first.settle(clock.now())
    clock.advance(seconds=60)
    work(quick)
    assert quick.sent == []
    first.close()


def test_a_receipt_that_overtakes_the_settlement_stands(above: Above, clock: FakeClock) -> None:
    message = promised()
    (claimed,) = claim(clock, limit=1)
    settlement = Settlement(state=State.SUBMITTED, outcome="accepted", gateway="provider", provider_id="x")
    with transaction():
        db.session.execute(update(MESSAGE).where(MESSAGE.c.id == message.id).values(state="delivered", rank=5))
    with transaction():
        assert outbox.settle(claimed.message, settlement, clock.now())
    assert (message.state().state, message.row()["lease"]) == (State.DELIVERED, None)
