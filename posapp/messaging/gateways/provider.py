"""What the gateways of providers on the web have in common. A folder adds the call, and how its answers are read."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from posapp.core import clock
from posapp.core.phone import PhoneNumber
from posapp.messaging.gateways import wire
from posapp.messaging.gateways.accounts import Account
from posapp.messaging.gateways.protocol import Callback, Capabilities, Receipt, SendOnly, SendRequest, SendResult
from posapp.messaging.gateways.verdicts import Fault, by_status, refused
from posapp.messaging.gateways.wire import Answer, NoAnswer, Wire
from posapp.messaging.state import Outcome

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What reading an answer raises that is not what was expected."""

NAME_LENGTH_MAX = 128

A = TypeVar("A", bound=Account)


class NotTold(Exception):
    """The provider answered, but not what it was asked. The text is a status, never content."""


class Provider(SendOnly, ABC, Generic[A]):
    """One provider on the web and our account there."""

    name: str
    capabilities: Capabilities

    def __init__(self, account: A) -> None:
        self._account = account
        self._wire = Wire(account.base_url, answer_seconds=account.answer_seconds, headers=self._headers())

    @property
    def _callback_url(self) -> str:
        """The address that the provider is told to call."""
        return self._account.callback_url(self.name)

    def send(self, request: SendRequest) -> SendResult:
        """Hand over one text; the table of ``verdicts`` says what became of it."""
        if not request.text.strip():
            return refused(Fault.TEXT, "empty")
        try:
            answer = self._hand_over(request)
        except NoAnswer as none:
            result = SendResult(outcome=none.outcome, error_code=none.code)
        else:
            result = self._judged(answer, request)
        if result.outcome is Outcome.UNKNOWN and self.capabilities.own_id:
            return replace(result, provider_id=str(request.message_id))
        return result

    def verify(self, callback: Callback) -> bool:
        """Does it call the address that only the provider knows? Providers that sign are asked for more."""
        return self._account.is_token(callback.token)

    def _headers(self) -> Mapping[str, str]:
        """What goes with every request, such as credentials."""
        return {}

    @abstractmethod
    def _hand_over(self, request: SendRequest) -> Answer:
        """Call the provider, once."""

    @abstractmethod
    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        """What a yes or a 4xx says; None, or any of ``UNREADABLE``, when nothing but the status can be told."""

    def _judged(self, answer: Answer, request: SendRequest) -> SendResult:
        if not self._is_explained(answer):
            return by_status(answer)
        try:
            return self._read(answer, request) or by_status(answer)
        except UNREADABLE:
            return by_status(answer)

    def _is_explained(self, answer: Answer) -> bool:
        """Is the content worth more than the status?"""
        return answer.is_yes or (400 <= answer.status < 500 and answer.status != 429)

    def _told(self, answer: Answer) -> Any:
        """The content of a yes. Raises NotTold."""
        if not answer.is_yes:
            raise NotTold(f"http:{answer.status}")
        try:
            return answer.json()
        except ValueError:
            raise NotTold("unreadable") from None


def each(provider_ids: Sequence[str], ask: Callable[[str], Receipt | None]) -> list[Receipt]:
    """Ask about one after the other; one that nothing can be told about is left out.

    Where no answer comes to one, none comes to the next: what was told until then counts. Raises NoAnswer at the first.
    """
    told: list[Receipt] = []
    for name in provider_ids:
        try:
            receipt = ask(name)
        except (NotTold, *UNREADABLE):
            continue
        except NoAnswer:
            if told:
                break
            raise
        if receipt is not None:
            told.append(receipt)
    return told


def digits(phone: PhoneNumber) -> str:
    """The number as most providers write it: E.164 without its plus."""
    return phone.e164.removeprefix("+")


def life_seconds(request: SendRequest, least: int, most: int) -> int:
    """How long the provider may try, between what it allows at least and at most."""
    return min(max(math.ceil((request.expires_at - clock.now()).total_seconds()), least), most)


def life_minutes(request: SendRequest, most: int) -> int:
    """The same in minutes, begun ones counted whole."""
    return -(-life_seconds(request, 60, 60 * most) // 60)


def named(value: Any) -> str:
    """What a provider calls a message. Raises ValueError when that is no name."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not 0 < len(str(value)) <= NAME_LENGTH_MAX:
        raise ValueError("this is not a name")
    return str(value)


def only(values: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The fields of a callback. Raises ValueError when a name stands twice: signed fields are never ambiguous."""
    pairs = list(values)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def content_of(callback: Callback) -> Any:
    """The JSON of a callback. Raises ValueError."""
    return wire.read_json(callback.body)


def moment(seconds: str | int) -> datetime:
    """A time that is told in seconds since 1970. Raises ValueError or OverflowError."""
    return datetime.fromtimestamp(int(seconds), UTC)


def is_recent(seconds: str, at: datetime, within: timedelta) -> bool:
    """Was a signed callback made about now? An old one may have been recorded and played again."""
    try:
        return abs(at - moment(seconds)) <= within
    except (ValueError, OverflowError, OSError):
        return False
