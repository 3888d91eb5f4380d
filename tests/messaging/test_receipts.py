"""Receipts only raise a message's rank, come late, early, twice and out of order, and are each applied once."""

from itertools import permutations

import pytest

from posapp.messaging import chores, receipts
from posapp.messaging.gateways.protocol import Price, Receipt
from posapp.messaging.models import ATTEMPT, RECEIPT, REFERENCE
from posapp.messaging.state import State
from tests.messaging.conftest import Work
from tests.messaging.gateways import Provider, surely_not
from tests.messaging.outbox_of import Promised, promised, rows
from tests.support.fake_clock import FakeClock


def said(message: Promised, state: State, attempt: int = 1, **more: object) -> Receipt:
    return Receipt(provider_id=f"p-{message.id}-{attempt}", state=state, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", list(permutations([State.SENT, State.BUFFERED, State.DELIVERED])))
def test_in_whatever_order_receipts_come_the_highest_stands(
    work: Work, provider: Provider, clock: FakeClock, order: tuple[State, ...]
) -> None:
    message = promised()
    work(provider)
    for state in order:
        receipts.keep("provider", [said(message, state)], clock.advance(seconds=1))
    assert message.state().state is State.DELIVERED
    assert message.attempts()[0]["state"] == "delivered"


def test_a_receipt_never_lowers(work: Work, provider: Provider, clock: FakeClock) -> None:
    message = promised()
    work(provider)
    receipts.keep("provider", [said(message, State.DELIVERED)], clock.now())
    delivered_at = clock.now()
    clock.advance(minutes=1)
    receipts.keep("provider", [said(message, State.FAILED, error_code="30003")], clock.now())
    state = message.state()
    assert (state.state, state.end_reason, state.delivered_at) == (State.DELIVERED, None, delivered_at)


def test_a_failure_may_still_turn_into_a_delivery(work: Work, provider: Provider, clock: FakeClock) -> None:
    message = promised()
    work(provider)
    receipts.keep("provider", [said(message, State.FAILED, error_code="absent")], clock.now())
    assert (message.state().state, message.state().end_reason) == (State.FAILED, "absent")
    receipts.keep("provider", [said(message, State.DELIVERED)], clock.now())
    assert message.state().state is State.DELIVERED


def test_a_repeated_callback_is_kept_once(work: Work, provider: Provider, clock: FakeClock) -> None:
    message = promised()
    work(provider)
    raised = [receipts.keep("provider", [said(message, State.SENT)] * 2, clock.now()) for _ in range(3)]
    assert raised == [1, 0, 0]
    assert len(rows(RECEIPT)) == 1


def test_a_receipt_that_comes_before_its_message_is_known_is_kept_and_matched_later(
    work: Work, provider: Provider, clock: FakeClock
) -> None:
    message = promised()
    assert receipts.keep("provider", [said(message, State.DELIVERED)], clock.now()) == 0
    assert message.state().state is State.QUEUED
    work(provider)
    assert message.state().state is State.SUBMITTED
    assert receipts.match(clock.now()) == 1
    assert message.state().state is State.DELIVERED
    assert receipts.match(clock.now()) == 0


def test_another_gateway_s_name_is_another_message(work: Work, provider: Provider, clock: FakeClock) -> None:
    message = promised()
    work(provider)
    assert receipts.keep("stranger", [said(message, State.DELIVERED)], clock.now()) == 0
    assert message.state().state is State.SUBMITTED


def test_a_receipt_finds_the_attempt_it_speaks_of(work: Work, clock: FakeClock) -> None:
    first, second = Provider("first", surely_not()), Provider("second")
    message = promised()
    work(first, second)
    receipts.keep("second", [said(message, State.DELIVERED, attempt=2)], clock.now())
    assert [attempt["state"] for attempt in message.attempts()] == [None, "delivered"]


def test_a_price_that_comes_later_is_noted_with_the_attempt(work: Work, provider: Provider, clock: FakeClock) -> None:
    message = promised()
    work(provider)
    receipts.keep("provider", [said(message, State.DELIVERED)], clock.now())
    bill = said(message, State.DELIVERED, parts_billed=2, price=Price(4_700_000, "RUB"))
    receipts.keep("provider", [bill], clock.now())
    (attempt,) = message.attempts()
    assert (attempt["parts_billed"], attempt["price_micros"], attempt["price_source"]) == (2, 4_700_000, "receipt")


def test_gateways_that_can_be_asked_are_asked_ever_less_often_until_the_last_word(work: Work, clock: FakeClock) -> None:
    provider = Provider("provider", polls=True)
    provider.word = State.SENT
    message = promised()
    work(provider)
    asked: list[int] = []
    for second in range(1, 41):
        clock.advance(seconds=1)
        work(provider, ask=True)
        if len(provider.asked) > len(asked):
            asked.append(second)
    assert asked[:4] == [1, 2, 3, 4]
    assert 8 < len(asked) < 20
    assert message.state().state is State.SENT
    provider.word = State.DELIVERED
    clock.advance(minutes=15)
    work(provider, ask=True)
    assert message.state().state is State.DELIVERED
    before = len(provider.asked)
    clock.advance(hours=1)
    work(provider, ask=True)
    assert len(provider.asked) == before


def test_no_last_word_is_an_end_too_and_a_late_word_still_counts(work: Work, clock: FakeClock) -> None:
    provider, message = Provider("provider", polls=True), promised(life_seconds=300)
    work(provider)
    clock.advance(minutes=14, seconds=59)
    chores.close_silent(clock.now())
    assert message.state().state is State.SUBMITTED
    clock.advance(seconds=1)
    chores.close_silent(clock.now())
    assert message.state().state is State.UNKNOWN
    assert message.attempts()[0]["poll_at"] is None
    receipts.keep("provider", [said(message, State.DELIVERED)], clock.now())
    assert message.state().state is State.DELIVERED


def test_an_advertisement_s_last_word_is_awaited_for_three_days(
    work: Work, provider: Provider, clock: FakeClock
) -> None:
    message = promised(traffic="marketing", template="redeemed", life_seconds=3600)
    work(provider)
    clock.advance(hours=72)
    chores.close_silent(clock.now())
    assert message.state().state is State.SUBMITTED
    clock.advance(hours=1)
    chores.close_silent(clock.now())
    assert message.state().state is State.UNKNOWN


def test_the_number_goes_a_day_after_the_end_and_not_before(work: Work, provider: Provider, clock: FakeClock) -> None:
    ended, waiting = promised(), promised()
    work(provider)
    receipts.keep("provider", [said(ended, State.DELIVERED)], clock.now())
    clock.advance(hours=23, minutes=59)
    chores.blank_phones(clock.now())
    assert ended.row()["phone_sealed"] is not None
    clock.advance(minutes=1)
    chores.blank_phones(clock.now())
    assert ended.row()["phone_sealed"] is None
    assert waiting.row()["phone_sealed"] is not None


def test_old_receipts_and_names_are_let_go(work: Work, provider: Provider, clock: FakeClock) -> None:
    message = promised()
    work(provider)
    receipts.keep("provider", [said(message, State.DELIVERED)], clock.now())
    clock.advance(days=91)
    receipts.forget(clock.now())
    assert rows(RECEIPT) == rows(REFERENCE) == []
    assert len(rows(ATTEMPT)) == 1
