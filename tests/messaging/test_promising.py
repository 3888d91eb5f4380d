"""A message exists if, and only if, the transaction that needs it commits."""

import pytest

from posapp.core.db import transaction
from posapp.messaging.models import MESSAGE
from posapp.messaging.state import State
from posapp.messaging.texts import UnknownText, check_promise
from tests.messaging.conftest import Work
from tests.messaging.gateways import Provider
from tests.messaging.outbox_of import ALICE, BOB, CODE, promise_in_open_transaction, promised, rows

pytestmark = pytest.mark.usefixtures("app_context")


def test_a_promise_commits_with_its_transaction(work: Work, provider: Provider) -> None:
    message = promised()
    assert message.state().state is State.QUEUED
    work(provider)
    assert [request.message_id for request in provider.sent] == [message.id]
    assert message.state().state is State.SUBMITTED


def test_a_promise_vanishes_with_a_rollback(work: Work, provider: Provider) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        promise_in_open_transaction()
        raise ZeroDivisionError
    work(provider)
    assert rows(MESSAGE) == []
    assert provider.sent == []


def test_nothing_is_promised_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        promise_in_open_transaction()


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"template": "no_such_text"}, "no_such_text"),
        ({"code": CODE}, "derived when code_redeem is sent"),
        ({"template": "redeemed", "code": CODE}, "code is derived"),
    ],
)
def test_what_cannot_be_said_or_must_not_be_stored_is_not_promised(given: dict[str, str], what: str) -> None:
    with pytest.raises(UnknownText, match=what):
        promised(**given)
    assert rows(MESSAGE) == []


def test_a_missing_parameter_is_noticed_when_it_is_promised_and_not_when_it_is_sent() -> None:
    with pytest.raises(UnknownText, match="points"):
        check_promise("code_redeem", "ru", {"shop": "ACME"})
    with pytest.raises(UnknownText, match=r"redeemed\.de"):
        check_promise("redeemed", "de", {"shop": "ACME", "points": 1, "balance": 0})


def test_the_number_lies_in_the_row_sealed_to_it(work: Work, provider: Provider) -> None:
    message, other = promised(ALICE), promised(BOB)
    work(provider)
    assert {request.phone.e164 for request in provider.sent} == {ALICE, BOB}
    assert ALICE.encode() not in message.row()["phone_sealed"]
    assert message.row()["phone_index"] == message.route != other.route
