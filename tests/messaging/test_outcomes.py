"""What becomes of a message: accepted, refused, tried again, given up, held back."""

from datetime import timedelta

import pytest

from posapp.messaging.dispatcher import hand_over
from posapp.messaging.gateways.protocol import Price, SendResult
from posapp.messaging.ports import Decision
from posapp.messaging.state import Outcome, State
from tests.messaging.conftest import Above, Work
from tests.messaging.gateways import Provider, surely_not
from tests.messaging.outbox_of import CODE, promised
from tests.support.fake_clock import FakeClock


def test_an_accepted_text_is_submitted_and_the_attempt_says_by_whom(work: Work, above: Above, clock: FakeClock) -> None:
    price = Price(2_350_000, "RUB")
    provider = Provider("provider", SendResult(outcome=Outcome.ACCEPTED, provider_id="x1", parts_billed=1, price=price))
    message = promised()
    work(provider)
    state = message.state()
    assert (state.state, state.gateway, state.provider_id) == (State.SUBMITTED, "provider", "x1")
    assert state.submitted_at == clock.now()
    assert not state.is_final
    (attempt,) = message.attempts()
    assert (attempt["outcome"], attempt["provider_id"], attempt["parts_estimated"]) == ("accepted", "x1", 1)
    assert (attempt["price_micros"], attempt["currency"], attempt["price_source"]) == (2_350_000, "RUB", "send")
    assert above.told == [(message.id, "accepted")]


def test_a_bad_number_is_refused_at_once_and_never_tried_again(work: Work, above: Above, clock: FakeClock) -> None:
    provider = Provider("provider", SendResult(outcome=Outcome.REFUSED_FINAL, error_code="21211"))
    message = promised()
    work(provider)
    clock.advance(minutes=4)
    work(provider)
    assert len(provider.sent) == 1
    assert (message.state().state, message.state().end_reason) == (State.REFUSED, "21211")
    assert above.told == [(message.id, "refused_final")]


def test_a_lost_answer_counts_as_sent_and_is_not_sent_again(work: Work, above: Above, clock: FakeClock) -> None:
    """A43: a gateway that times out after it accepted gets no second text."""
    provider = Provider("provider", TimeoutError("read timed out"))
    message = promised()
    work(provider)
    clock.advance(minutes=4)
    work(provider)
    assert len(provider.sent) == 1
    assert message.state().state is State.SUBMITTED
    assert message.attempts()[0]["outcome"] == "unknown"
    assert above.told == [(message.id, "unknown")]


def test_what_was_surely_not_sent_is_tried_three_times_more_with_longer_pauses(
    work: Work, above: Above, clock: FakeClock
) -> None:
    provider, message = Provider("provider", *[surely_not()] * 9), promised()
    for pause, attempts in ((0, 1), (1, 1), (1, 2), (7, 2), (1, 3), (29, 3), (1, 4), (200, 4)):
        clock.advance(seconds=pause)
        work(provider)
        assert len(provider.sent) == attempts
        assert above.told == ([] if attempts < 4 else [(message.id, "not_sent")])
    assert (message.state().state, message.state().end_reason) == (State.FAILED, "refused_connection")
    assert [attempt["outcome"] for attempt in message.attempts()] == ["not_sent"] * 4


def test_the_next_gateway_is_asked_at_once(work: Work, clock: FakeClock) -> None:
    first, second, message = Provider("first", *[surely_not()] * 9), Provider("second"), promised()
    work(first, second)
    assert (len(first.sent), len(second.sent)) == (1, 1)
    assert message.state().gateway == "second"
    assert [attempt["gateway"] for attempt in message.attempts()] == ["first", "second"]


def test_only_after_every_gateway_comes_a_pause(work: Work, clock: FakeClock) -> None:
    first, second = Provider("first", *[surely_not()] * 9), Provider("second", surely_not())
    message = promised()
    work(first, second)
    assert (len(first.sent), len(second.sent)) == (1, 1)
    assert message.state().state is State.QUEUED
    clock.advance(seconds=2)
    work(first, second)
    assert message.state().gateway == "second"


def test_a_throttled_text_waits_as_long_as_the_gateway_asks(work: Work, clock: FakeClock) -> None:
    provider = Provider("provider", SendResult(outcome=Outcome.REFUSED_RETRY, retry_after_seconds=20))
    message = promised()
    for pause, attempts in ((0, 1), (19, 1), (1, 2)):
        clock.advance(seconds=pause)
        work(provider)
        assert len(provider.sent) == attempts
    assert message.state().state is State.SUBMITTED


def test_a_pause_that_would_outlast_the_code_is_not_begun(work: Work, above: Above) -> None:
    provider = Provider("provider", SendResult(outcome=Outcome.REFUSED_RETRY, retry_after_seconds=600))
    message = promised()
    work(provider)
    assert message.state().state is State.FAILED
    assert above.told == [(message.id, "refused_retry")]


def test_a_code_is_never_sent_after_its_life(work: Work, above: Above, provider: Provider, clock: FakeClock) -> None:
    message = promised(life_seconds=300)
    clock.advance(seconds=300)
    work(provider)
    assert provider.sent == []
    assert message.state().state is State.EXPIRED
    assert above.told == [(message.id, "expired")]


def test_a_code_whose_time_passed_between_claim_and_send_is_not_sent(
    work: Work, provider: Provider, clock: FakeClock
) -> None:
    """A process that was held up looks at the clock again before it speaks to the gateway."""
    promised()
    work(provider)
    request = provider.sent.pop()
    late = hand_over(provider, request, not_after=clock.now())
    assert (late.outcome, late.error_code) == (Outcome.NOT_SENT, "too_late")
    assert hand_over(provider, request, not_after=clock.now() + timedelta(seconds=1)).outcome is Outcome.ACCEPTED
    assert len(provider.sent) == 1


def test_what_must_not_go_any_more_is_held_back_and_says_why(work: Work, above: Above, provider: Provider) -> None:
    above.derived = None
    gone = promised()
    work(provider)
    above.derived, above.decision = {"code": CODE}, Decision(False, "do_not_contact", {"list": "sms"})
    unwanted = promised(traffic="marketing", template="redeemed")
    work(provider)
    assert provider.sent == []
    assert (gone.state().state, gone.state().end_reason) == (State.REFUSED, "withdrawn")
    assert unwanted.state().end_reason == "do_not_contact"
    kept = unwanted.row()["sent_decision"]
    assert (kept["send"], kept["reason"], kept["list"]) == (False, "do_not_contact", "sms")
    assert above.told == [(gone.id, "suppressed"), (unwanted.id, "suppressed")]


def test_why_it_was_sent_is_kept_from_both_moments(work: Work, provider: Provider, clock: FakeClock) -> None:
    message = promised()
    clock.advance(seconds=5)
    work(provider)
    assert message.row()["decision"] == {"reason": "asked_for"}
    kept = message.row()["sent_decision"]
    assert kept == {"send": True, "reason": "allowed", "at": clock.now().isoformat()}


def test_a_message_that_cannot_be_made_does_not_keep_the_others(work: Work, above: Above, provider: Provider) -> None:
    above.derived = {}
    bad, good = promised(), promised(template="redeemed")
    work(provider)
    assert [request.message_id for request in provider.sent] == [good.id]
    assert (bad.state().state, bad.state().end_reason) == (State.QUEUED, "KeyError")


def test_an_outcome_that_nobody_can_hear_is_written_down_all_the_same(
    work: Work, above: Above, provider: Provider, clock: FakeClock
) -> None:
    above.fault = LookupError("a room above is broken")
    message, other = promised(), promised(template="redeemed")
    work(provider)
    assert message.state().state is other.state().state is State.SUBMITTED
    clock.advance(seconds=60)
    work(provider)
    assert len(provider.sent) == 2


@pytest.mark.parametrize("told", ["the number +79161234567 is bad", "7 916 123 45 67", "79161234567", "x" * 65])
def test_a_gateway_s_sentence_is_not_kept_since_it_may_repeat_the_number(work: Work, told: str) -> None:
    message = promised()
    work(Provider("provider", SendResult(outcome=Outcome.REFUSED_FINAL, error_code=told)))
    assert message.state().end_reason == message.attempts()[0]["error_code"] == "unreadable"
