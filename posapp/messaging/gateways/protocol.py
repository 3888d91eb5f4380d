"""What every gateway can do, and the values that cross over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol, Self
from uuid import UUID

from posapp.core.jobs import Job
from posapp.core.phone import PhoneNumber
from posapp.messaging.state import Channel, Outcome, State, Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider offers; the dispatcher asks nothing of it that is not here."""

    channels: frozenset[Channel] = frozenset({Channel.SMS})
    own_id: bool = False
    """It calls the message by the name that we give it, so receipts find it even when the answer was lost."""
    idempotent: bool = False
    """The same name twice is one message."""
    takes_code: bool = False
    """It is told the code and writes the text itself: nothing but codes can go this way."""
    price_at_send: bool = False
    receipts: bool = False
    """It calls back."""
    polls: bool = False
    """It can be asked about messages that it took."""
    inbound: bool = False
    lookup: bool = False
    balance: bool = False
    countries: frozenset[str] | None = None
    """ISO codes it reaches; None: all of them."""

    @property
    def asked_after(self) -> timedelta | None:
        """When it is first asked about a message: at once where it never calls back, later where it should have."""
        if not self.polls:
            return None
        return timedelta(seconds=30 if self.receipts else 1)


Reach = Literal["reachable", "absent", "invalid", "unknown"]
"""What the network says of a number. Absent is not invalid."""

PRICE_MAX = 1_000_000_000
"""Of any currency's unit: what costs more was misread."""


@dataclass(frozen=True, slots=True)
class Price:
    """Millionths of a currency's unit."""

    micros: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Self:
        """What a provider writes as ``"1.40"``. Raises ArithmeticError or ValueError when that is no amount."""
        value = Decimal(amount)
        if not abs(value) <= PRICE_MAX:
            raise ValueError("this is not an amount")
        return cls(int(value.scaleb(6).to_integral_value()), currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """One text to hand over, once. Printing it shows neither the text nor the number."""

    message_id: UUID
    attempt: int
    traffic: Traffic
    channel: Channel
    phone: PhoneNumber
    text: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    """The code that the text holds, only for gateways that take codes."""
    parts: int
    expires_at: datetime
    """Tell the provider to give up then, where it can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What came of it."""

    outcome: Outcome
    provider_id: str | None = None
    """What receipts will call the message: the provider's name for it, or ours where it takes ours."""
    error_code: str | None = None
    """Short: our word for the fault, then the provider's own code, such as ``number:21211`` (see ``verdicts``)."""
    retry_after_seconds: float | None = None
    parts_billed: int | None = None
    price: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a provider says about a message that it took."""

    provider_id: str
    state: State
    said_at: datetime | None = None
    error_code: str | None = None
    parts_billed: int | None = None
    price: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A request that came from outside in a provider's name; nothing in it is believed before ``verify``."""

    method: str
    token: str = field(repr=False)
    """The secret part of the path."""
    query_string: str = field(repr=False)
    """As it was sent, for providers that sign the address."""
    query: Sequence[tuple[str, str]] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Names in small letters."""
    form: Sequence[tuple[str, str]] = field(repr=False)
    """The fields of a body that is a form."""
    body: bytes = field(repr=False)
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A text that somebody sent to us."""

    inbound_id: str
    """The provider's name of it: the same when it is delivered again."""
    sender: str = field(repr=False)
    recipient: str
    text: str = field(repr=False)
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer that a provider wants to a callback."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What the network says of a number at one moment."""

    reach: Reach
    network: str | None = None
    said_at: datetime
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A look-up whose answer comes later under this name."""

    lookup_id: str


class Gateway(Protocol):
    """One provider. Every method may be called from several threads at once."""

    @property
    def name(self) -> str:
        """The folder's name."""

    @property
    def capabilities(self) -> Capabilities: ...

    def send(self, request: SendRequest) -> SendResult:
        """Hand over one text. Whatever it raises counts as perhaps sent."""

    def verify(self, callback: Callback) -> bool:
        """Does the callback really come from the provider?"""

    def receipts(self, callback: Callback) -> list[Receipt]:
        """What a verified callback says about messages."""

    def inbound(self, callback: Callback) -> list[InboundMessage]:
        """The texts that a verified callback brings."""

    def acknowledge(self, ok: bool) -> Acknowledgement:
        """What to answer to a callback that was stored, or could not be."""

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        """Ask about messages that the provider took; what it does not know is left out."""

    def lookup(self, phone: PhoneNumber) -> Lookup | Pending | None:
        """Ask the network about a number; None where the provider cannot."""

    def looked_up(self, pending: Pending, phone: PhoneNumber) -> Lookup | Pending | None:
        """The answer to a look-up that was begun, or that it is still under way."""

    def balance(self) -> Price | None:
        """What is left on the account; None where the provider does not say."""

    def jobs(self) -> Sequence[Job]:
        """What it wants done every so often."""


class SendOnly:
    """Answers every question with a no; a gateway overrides those that its provider can answer."""

    def verify(self, callback: Callback) -> bool:
        return False

    def receipts(self, callback: Callback) -> list[Receipt]:
        return []

    def inbound(self, callback: Callback) -> list[InboundMessage]:
        return []

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(200 if ok else 503)

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        return []

    def lookup(self, phone: PhoneNumber) -> Lookup | Pending | None:
        return None

    def looked_up(self, pending: Pending, phone: PhoneNumber) -> Lookup | Pending | None:
        return None

    def balance(self) -> Price | None:
        return None

    def jobs(self) -> Sequence[Job]:
        return ()
