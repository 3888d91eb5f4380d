"""The gateway to a Kannel of our own."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import Message

from pydantic import Field, SecretStr

from posapp.messaging.gateways.accounts import Account, Sender
from posapp.messaging.gateways.protocol import (
    Callback,
    Capabilities,
    InboundMessage,
    Receipt,
    SendRequest,
    SendResult,
)
from posapp.messaging.gateways.provider import Provider, life_minutes, named, only
from posapp.messaging.gateways.verdicts import Fault, refused
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.parts import UCS_2, measure
from posapp.messaging.state import Outcome, State

DAY_MINUTES = 1_440
EVERY_RECEIPT = "31"
UNICODE, PLAIN = "2", "0"

STATES = {
    32: State.EXPIRED,
    1: State.DELIVERED,
    2: State.FAILED,
    16: State.REFUSED,
    4: State.BUFFERED,
    8: State.SENT,
}
"""The bits of a receipt's type; of several the first one here counts, so 34 is expired rather than failed."""


class KannelAccount(Account):
    """A ``sendsms-user`` of smsbox."""

    username: str = Field(min_length=1)
    password: SecretStr
    sender: Sender
    smsc: str | None = None
    """Pin texts to this message centre (``allowed-smsc-id``)."""
    parts_max: int = Field(1, ge=1, le=10)
    """The user's ``max-messages``: Kannel drops what exceeds it without a word, so it is refused here."""


class KannelGateway(Provider[KannelAccount]):
    """Posts plain text with ``X-Kannel-`` headers to ``sendsms``; hears receipts by GET, inbound texts by POST."""

    name = "kannel"
    capabilities = Capabilities(own_id=True, receipts=True, inbound=True)

    def _hand_over(self, request: SendRequest) -> Answer:
        account = self._account
        headers = {
            "X-Kannel-Username": account.username,
            "X-Kannel-Password": account.password.get_secret_value(),
            "X-Kannel-From": account.sender,
            "X-Kannel-To": request.phone.e164,
            "X-Kannel-Coding": UNICODE if measure(request.text).alphabet is UCS_2 else PLAIN,
            "X-Kannel-Validity": str(life_minutes(request, DAY_MINUTES)),
            "X-Kannel-DLR-Mask": EVERY_RECEIPT,
            "X-Kannel-DLR-Url": f"{self._callback_url}?id={request.message_id}&type=%d",
            **({"X-Kannel-SMSC": account.smsc} if account.smsc else {}),
        }
        return self._wire.post("/cgi-bin/sendsms", text=request.text, headers=headers)

    def send(self, request: SendRequest) -> SendResult:
        if measure(request.text).parts > self._account.parts_max:
            return refused(Fault.TEXT, "too_long")
        return super().send(request)

    def _is_explained(self, answer: Answer) -> bool:
        return super()._is_explained(answer) or answer.status == 503

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        if answer.status == 202:
            return SendResult(outcome=Outcome.ACCEPTED, provider_id=str(request.message_id))
        if answer.status == 503 and answer.text.startswith("Temporal failure"):
            # Said by smsbox when bearerbox has not taken the text: surely not sent.
            return SendResult(outcome=Outcome.NOT_SENT, error_code="http:503")
        if answer.status == 403 and not answer.text.startswith("Authorization failed"):
            return refused(Fault.ROUTE, 403)
        return None

    def receipts(self, callback: Callback) -> list[Receipt]:
        told = only(callback.query)
        if "type" not in told:
            return []
        bits = int(told["type"])
        state = next((state for bit, state in STATES.items() if bits & bit), None)
        return [Receipt(provider_id=named(told["id"]), state=state)] if state else []

    def inbound(self, callback: Callback) -> list[InboundMessage]:
        told = only(callback.query)
        if "inbound" not in told:
            return []
        headers = callback.headers
        sent_at = datetime.strptime(headers["x-kannel-time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        return [
            InboundMessage(
                inbound_id=named(told["inbound"]),
                sender=headers["x-kannel-from"],
                recipient=headers["x-kannel-to"],
                text=callback.body.decode(_charset(headers.get("content-type", "")), "replace"),
                sent_at=sent_at,
            )
        ]


def _charset(content_type: str) -> str:
    """Kannel sends UCS-2 as it came and everything else in UTF-8."""
    header = Message()
    header["Content-Type"] = content_type
    return "utf-16-be" if str(header.get_param("charset", "")).lower() == "utf-16be" else "utf-8"
