"""The one table of outcomes: what became of a text, by what the provider answered or did not answer.

    what happened                                         outcome         error code
    2xx and a name, or whatever the provider calls a yes  accepted
    bad number, bad text                                  refused_final   number:… text:…
    bad credentials, no money; 401, 402, 403, 404, 405    not_sent        account:…
    it does not reach this number, or will not say this   not_sent        route:…
    429, too fast                                         refused_retry   throttled:…
    no connection, name not found, TLS                    not_sent        ConnectError, ConnectTimeout, PoolTimeout
    no answer in time, cut off, 408, 409, 425, 5xx        unknown         ReadTimeout, …, http:…
    a redirect                                            unknown         http:3xx
    2xx that cannot be read                               unknown         unreadable

``not_sent`` goes to the next gateway at once, ``unknown`` never goes out again by the same way, ``refused_final`` is
the number's or the text's own fault. A fault of the account is told by its first word, ``account``.
"""

from __future__ import annotations

from enum import StrEnum

from posapp.messaging.gateways.protocol import SendResult
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.state import Outcome


class Fault(StrEnum):
    """Whose fault it is that a provider says no."""

    NUMBER = "number"
    TEXT = "text"
    ACCOUNT = "account"
    """Credentials, money, a sender that is not registered: every text would be refused."""
    ROUTE = "route"
    """This provider cannot bring this text to this number; another may."""
    THROTTLED = "throttled"
    LOST = "lost"
    """It broke there, perhaps after sending."""


OUTCOMES = {
    Fault.NUMBER: Outcome.REFUSED_FINAL,
    Fault.TEXT: Outcome.REFUSED_FINAL,
    Fault.ACCOUNT: Outcome.NOT_SENT,
    Fault.ROUTE: Outcome.NOT_SENT,
    Fault.THROTTLED: Outcome.REFUSED_RETRY,
    Fault.LOST: Outcome.UNKNOWN,
}

_BAD_REQUEST = frozenset({400, 413, 422})
_PERHAPS_DONE = frozenset({408, 409, 425})
_TOO_MANY = 429


def refused(fault: Fault, code: str | int, *, retry_after_seconds: float | None = None) -> SendResult:
    """The provider has said no, under this code of its own."""
    return SendResult(
        outcome=OUTCOMES[fault], error_code=f"{fault.value}:{code}", retry_after_seconds=retry_after_seconds
    )


def is_account_fault(result: SendResult) -> bool:
    """Would every other text be refused too, until somebody mends the account?"""
    return (result.error_code or "").partition(":")[0] == Fault.ACCOUNT


def by_status(answer: Answer) -> SendResult:
    """What an answer means whose content says nothing more."""
    status = answer.status
    if answer.is_yes:
        return SendResult(outcome=Outcome.UNKNOWN, error_code="unreadable")
    if status == _TOO_MANY:
        return refused(Fault.THROTTLED, status, retry_after_seconds=answer.retry_after_seconds)
    if status in _BAD_REQUEST:
        return refused(Fault.TEXT, status)
    if 400 <= status < 500 and status not in _PERHAPS_DONE:
        return refused(Fault.ACCOUNT, status)
    return SendResult(outcome=Outcome.UNKNOWN, error_code=f"http:{status}")
