"""kill -9 in every place: nothing promised is lost, and nothing is sent that was not promised."""

import signal
from pathlib import Path

import pytest

from posapp.messaging import outbox
from posapp.messaging.models import MESSAGE
from posapp.messaging.state import State
from posapp.settings import Settings
from tests.messaging import hands
from tests.messaging.conftest import Above, Work
from tests.messaging.gateways import Provider
from tests.messaging.outbox_of import promised, rows
from tests.support.fake_clock import FakeClock

pytestmark = [pytest.mark.torture, pytest.mark.usefixtures("app_context")]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger"
    path.touch()
    return path


def kill(settings: Settings, clock: FakeClock, ledger: Path, deed: str) -> None:
    """A process does this and is killed in the middle of it."""
    assert hands.start(settings, clock.now(), ledger, deed).wait(120) == -signal.SIGKILL


def test_killed_before_the_commit_nothing_was_promised(settings: Settings, clock: FakeClock, ledger: Path) -> None:
    kill(settings, clock, ledger, "die_before_commit")
    assert rows(MESSAGE) == []


def test_killed_between_commit_and_send_the_message_goes_out_when_the_lease_has_passed(
    settings: Settings, clock: FakeClock, ledger: Path, work: Work, above: Above, provider: Provider
) -> None:
    message = promised()
    kill(settings, clock, ledger, "die_before_send")
    assert ledger.read_text() == ""
    assert message.state().state is State.QUEUED
    clock.advance(seconds=29)
    work(provider)
    assert provider.sent == []
    clock.advance(seconds=1)
    work(provider)
    assert [request.message_id for request in provider.sent] == [message.id]
    assert message.state().state is State.SUBMITTED
    assert [attempt["outcome"] for attempt in message.attempts()] == ["unknown", "accepted"]
    assert message.attempts()[0]["error_code"] == "worker_lost"
    assert above.told == [(message.id, "accepted")]


def test_killed_between_send_and_settle_the_same_text_goes_again_under_the_same_id(
    settings: Settings, clock: FakeClock, ledger: Path, work: Work, above: Above, provider: Provider
) -> None:
    message = promised()
    kill(settings, clock, ledger, "die_after_send")
    assert ledger.read_text().split() == [str(message.id)]
    clock.advance(seconds=30)
    work(provider)
    assert [request.message_id for request in provider.sent] == [message.id]
    assert message.state().state is State.SUBMITTED
    clock.advance(minutes=4)
    work(provider)
    assert len(provider.sent) == 1


@pytest.mark.parametrize("deed", ["die_before_send", "die_after_send"])
def test_an_advertisement_whose_worker_died_is_never_sent_again(
    settings: Settings, clock: FakeClock, ledger: Path, work: Work, provider: Provider, deed: str
) -> None:
    message = promised(traffic="marketing", template="redeemed")
    kill(settings, clock, ledger, deed)
    clock.advance(seconds=30)
    work(provider)
    outbox.release_lost_advertisements(clock.now())
    work(provider)
    assert provider.sent == []
    assert (message.state().state, message.state().end_reason) == (State.UNKNOWN, "worker_lost")
    assert message.attempts()[0]["outcome"] == "unknown"


def test_a_code_whose_life_ended_while_its_worker_lay_dead_is_not_sent(
    settings: Settings, clock: FakeClock, ledger: Path, work: Work, above: Above, provider: Provider
) -> None:
    message = promised(life_seconds=20)
    kill(settings, clock, ledger, "die_before_send")
    clock.advance(seconds=30)
    work(provider)
    assert provider.sent == []
    assert message.state().state is State.EXPIRED
    assert above.told == [(message.id, "expired")]


def test_a_message_that_kills_every_worker_is_given_up(work: Work, above: Above, clock: FakeClock) -> None:
    message, provider = promised(), Provider("provider")
    for _ in range(4):
        outbox.claim(
            clock.now(), limit=1, marketing_max=0, lease_seconds=30, routing=lambda *_: "provider", skip_locked=False
        )
        clock.advance(seconds=30)
    work(provider)
    assert provider.sent == []
    assert (message.state().state, message.state().end_reason) == (State.FAILED, "worker_lost")
