"""A gateway is told what it can use, and asked when it should know."""

from posapp.messaging.gateways.protocol import Capabilities
from posapp.messaging.models import ATTEMPT
from tests.messaging.conftest import Above, Work
from tests.messaging.gateways import Provider, surely_not
from tests.messaging.outbox_of import CODE, promised, rows
from tests.support.fake_clock import FakeClock


def test_the_code_itself_is_told_only_to_a_gateway_that_takes_codes(work: Work, above: Above) -> None:
    messenger, texts = Provider("messenger", surely_not()), Provider("texts")
    messenger.capabilities = Capabilities(takes_code=True)
    promised()
    work(messenger, texts)
    (told,), (written,) = messenger.sent, texts.sent
    assert (told.code, written.code) == (CODE, None)
    assert CODE in written.text
    assert CODE not in repr(told)
    above.derived = {}
    promised(template="redeemed")
    work(messenger, texts)
    assert messenger.sent[-1].code is None


def test_a_gateway_that_calls_back_is_asked_only_when_it_should_have(work: Work, clock: FakeClock) -> None:
    silent, calling, deaf = Provider("silent", polls=True), Provider("calling"), Provider("deaf")
    calling.capabilities = Capabilities(polls=True, receipts=True)
    for provider in (silent, calling, deaf):
        promised()
        work(provider)
    asked = {row["gateway"]: row["poll_at"] and (row["poll_at"] - clock.now()).total_seconds() for row in rows(ATTEMPT)}
    assert asked == {"silent": 1, "calling": 30, "deaf": None}
