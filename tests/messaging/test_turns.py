"""Whose turn it is: codes first, always; advertisements never hold all the hands."""

from collections.abc import Iterator
from threading import Event

import pytest

from posapp.messaging import outbox, ports
from posapp.messaging.dispatcher import MARKETING_SENDERS, SENDERS, Dispatcher
from posapp.messaging.gateways.protocol import SendRequest, SendResult
from posapp.messaging.state import State, Traffic
from tests.messaging.conftest import Above, Work
from tests.messaging.gateways import Provider, accepted
from tests.messaging.outbox_of import promised
from tests.support.fake_clock import FakeClock


class SlowProvider(Provider):
    """Answers nobody until it is let go."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.go = Event()

    def send(self, request: SendRequest) -> SendResult:
        self.sent.append(request)
        assert self.go.wait(30)
        return accepted(request)


@pytest.fixture
def slow(above: Above) -> Iterator[SlowProvider]:
    provider = SlowProvider()
    yield provider
    provider.go.set()


def test_a_code_overtakes_the_advertisements_that_wait(above: Above, clock: FakeClock) -> None:
    for _ in range(3):
        promised(traffic="marketing", template="redeemed")
    clock.advance(seconds=1)
    code = promised()
    claimed = outbox.claim(
        clock.now(), limit=2, marketing_max=2, lease_seconds=30, routing=lambda *_: "provider", skip_locked=False
    )
    assert [each.message.traffic for each in claimed] == [Traffic.SERVICE, Traffic.MARKETING]
    assert claimed[0].message.id == code.id


def test_advertisements_leave_hands_free_for_codes(slow: SlowProvider, clock: FakeClock) -> None:
    for _ in range(SENDERS + 4):
        promised(traffic="marketing", template="redeemed")
    hands = Dispatcher([slow], lease_seconds=30, ring=lambda: None)
    assert hands.dispatch(clock.now()) == MARKETING_SENDERS
    assert hands.dispatch(clock.now()) == 0
    code = promised()
    assert hands.dispatch(clock.now()) == 1
    slow.go.set()
    hands.wait()
    hands.settle(clock.now())
    assert code.state().state is State.SUBMITTED
    assert sum(request.traffic is Traffic.MARKETING for request in slow.sent) == MARKETING_SENDERS
    hands.close()


def test_no_more_is_claimed_than_can_be_handed_over(slow: SlowProvider, clock: FakeClock) -> None:
    """What waits in the outbox can be taken by another worker; what waits in our memory cannot."""
    waiting = [promised() for _ in range(SENDERS + 3)]
    hands = Dispatcher([slow], lease_seconds=30, ring=lambda: None)
    assert hands.dispatch(clock.now()) == SENDERS
    assert sum(message.row()["lease"] is None for message in waiting) == 3
    slow.go.set()
    while hands.is_busy() or hands.dispatch(clock.now()):
        hands.wait()
        hands.settle(clock.now())
    assert all(message.state().state is State.SUBMITTED for message in waiting)
    hands.close()


def test_without_somebody_who_knows_the_consents_no_advertisement_goes(
    work: Work, provider: Provider, clock: FakeClock
) -> None:
    ports.install()
    message = promised(traffic="marketing", template="redeemed")
    work(provider)
    assert provider.sent == []
    assert message.state().end_reason == "nobody_decides"
