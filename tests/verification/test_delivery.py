"""What the sender is told and tells: a code only for the newest message of a live challenge."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from posapp.core.db import db, transaction
from posapp.messaging.models import MESSAGE
from posapp.messaging.state import State as MessageState
from posapp.verification.challenge import State
from posapp.verification.delivery import on_outcome, text_parameters
from posapp.verification.handlers import Done
from posapp.verification.refusals import ChallengeNotFound, SendFailed
from posapp.verification.texts import Delivery
from tests.support.fake_clock import FakeClock
from tests.verification.counter import VERA, Counter, arrive, challenge, newest_message


def test_the_outbox_names_the_challenge_and_never_the_code(olga: Counter) -> None:
    started = olga.start()
    message = newest_message(started)
    expected = {"shop": "ACME", "points": 500, "challenge_id": str(started.challenge_id), "send_no": 1}
    assert message.parameters == expected
    assert (message.route, message.template, message.language) == (started.phone_index, "code_redeem", "en")
    assert message.phone() == VERA
    assert message.expires_at == challenge(started).code_expires_at


def test_a_code_is_spoken_in_two_groups(olga: Counter) -> None:
    message = newest_message(olga.start())
    derived = text_parameters(message, olga.at)
    assert derived is not None
    code = derived["code"]
    assert (len(code), code[3], code.replace(" ", "").isdigit()) == (7, " ", True)


def test_a_message_without_a_challenge_is_left_as_it_is(olga: Counter) -> None:
    message = replace(newest_message(olga.start()), parameters={"shop": "ACME"})
    assert text_parameters(message, olga.at) == {}
    with transaction():
        on_outcome(message, "refused_final", olga.at)


def test_a_message_of_a_challenge_that_has_ended_is_held_back(olga: Counter, clock: FakeClock) -> None:
    superseded, cancelled = olga.start(), olga.start()
    olga.cancel(cancelled)
    assert text_parameters(newest_message(superseded), olga.at) is None
    assert text_parameters(newest_message(cancelled), olga.at) is None
    late = olga.start()
    clock.advance(seconds=300)
    assert text_parameters(newest_message(late), olga.at) is None


def test_the_message_before_a_resend_is_held_back(olga: Counter, clock: FakeClock) -> None:
    started, first = olga.ask()
    before = newest_message(started)
    clock.advance(seconds=60)
    second = olga.resend(started)
    assert text_parameters(before, olga.at) is None
    assert newest_message(started).parameters["send_no"] == 2
    assert first != second


@pytest.mark.parametrize("outcome", ["accepted", "unknown"])
def test_what_may_have_arrived_may_be_tried(olga: Counter, outcome: str) -> None:
    started = olga.start()
    code = arrive(started, olga.at, outcome)
    assert challenge(started).state is State.SENT
    assert isinstance(olga.confirm(started, code), Done)


@pytest.mark.parametrize("outcome", ["refused_final", "refused_retry", "not_sent", "expired"])
def test_what_no_gateway_would_send_has_failed(olga: Counter, outcome: str) -> None:
    started = olga.start()
    arrive(started, olga.at, outcome)
    row = challenge(started)
    assert (row.state, row.end_reason, row.phone_sealed) == (State.SEND_FAILED, f"send_{outcome}", None)
    with pytest.raises(SendFailed) as refused:
        olga.type(started, "483921")
    assert refused.value.status == 409


def test_the_outcome_of_an_older_message_says_nothing_about_the_newest(olga: Counter) -> None:
    older = newest_message(olga.start())
    newest = olga.start()
    with transaction():
        on_outcome(older, "suppressed", olga.at)
    assert challenge(newest).state is State.PENDING


def test_the_till_is_told_how_far_the_message_is(olga: Counter, clock: FakeClock) -> None:
    started = olga.start()
    assert (olga.status(started).state, olga.status(started).delivery) == (State.PENDING, Delivery.QUEUED)
    arrive(started, olga.at)
    said = {
        MessageState.SUBMITTED: Delivery.SENT,
        MessageState.BUFFERED: Delivery.SENT,
        MessageState.UNKNOWN: Delivery.SENT,
        MessageState.DELIVERED: Delivery.DELIVERED,
        MessageState.REFUSED: Delivery.FAILED,
    }
    for state, delivery in said.items():
        with transaction():
            db.session.execute(update(MESSAGE).values(state=state.value, end_reason="absent"))
        assert (olga.status(started).delivery, olga.status(started).delivery_reason) == (delivery, "absent")
    clock.advance(seconds=20)
    status = olga.status(started)
    assert (status.is_live, status.tries_left, status.expires_in, status.resend_in) == (True, 5, 280, 40)


def test_an_ended_challenge_has_nothing_left_to_wait_for(olga: Counter) -> None:
    started, _ = olga.ask()
    assert olga.cancel(started)
    status = olga.status(started)
    assert (status.is_live, status.expires_in, status.resend_in, status.may_resend) == (False, 0, None, False)


def test_cancelling_twice_is_cancelling_once_and_only_by_its_own_till(olga: Counter, boris: Counter) -> None:
    started, _ = olga.ask()
    with pytest.raises(ChallengeNotFound):
        boris.cancel(started)
    assert olga.cancel(started, "wrong_number")
    assert not olga.cancel(started)
    assert challenge(started).end_reason == "wrong_number"
