"""The gateway to MTS Exolve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from posapp.messaging.gateways.accounts import Account, Address, Sender
from posapp.messaging.gateways.protocol import (
    Callback,
    Capabilities,
    InboundMessage,
    Price,
    Receipt,
    SendRequest,
    SendResult,
)
from posapp.messaging.gateways.provider import Provider, content_of, digits, each, named
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.state import Outcome, State

ROUBLE = "RUB"
INCOMING = ("1", "DIRECTION_INCOMING")

STATES = {
    "SENT": State.SENT,
    "DELIVERED": State.DELIVERED,
    "UNDELIVERED": State.FAILED,
    "FAILED": State.FAILED,
    "EXPIRED": State.EXPIRED,
    "REJECTED": State.REFUSED,
}
PREFIXES = ("DELIVERY_STATUS_", "MESSAGE_STATE_", "STATUS_")


class ExolveAccount(Account):
    """The key of an application."""

    base_url: Address = "https://api.exolve.ru"
    api_key: SecretStr
    sender: Sender


class ExolveGateway(Provider[ExolveAccount]):
    """Posts JSON to ``messaging/v1/SendSMS``; hears JSON."""

    name = "exolve"
    capabilities = Capabilities(receipts=True, polls=True, inbound=True, balance=True)

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._account.api_key.get_secret_value()}"}

    def _hand_over(self, request: SendRequest) -> Answer:
        content = {"number": self._account.sender, "destination": digits(request.phone), "text": request.text}
        return self._wire.post("/messaging/v1/SendSMS", content=content)

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        if not answer.is_yes:
            return None
        return SendResult(outcome=Outcome.ACCEPTED, provider_id=named(answer.json()["message_id"]))

    def receipts(self, callback: Callback) -> list[Receipt]:
        told = content_of(callback)
        receipt = None if _is_inbound(told) else _word(told)
        return [receipt] if receipt else []

    def inbound(self, callback: Callback) -> list[InboundMessage]:
        told = content_of(callback)
        if not _is_inbound(told):
            return []
        sender, recipient = f"+{str(told['sender']).lstrip('+')}", str(told["receiver"])
        name, sent_at = named(told["message_id"]), _time(told.get("date"))
        return [InboundMessage(inbound_id=name, sender=sender, recipient=recipient, text=told["text"], sent_at=sent_at)]

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        return each(provider_ids, self._asked)

    def balance(self) -> Price | None:
        told = self._told(self._wire.post("/finance/v1/GetBalance", content={}))
        return Price.of(str(told["balance"]), ROUBLE)

    def _asked(self, name: str) -> Receipt | None:
        found = self._told(self._wire.post("/messaging/v1/GetList", content={"message_id": name}))["messages"]
        return next((_word(one) for one in found if one["message_id"] == name), None)


def _is_inbound(told: Any) -> bool:
    return str(told.get("direction")) in INCOMING


def _word(told: Any) -> Receipt | None:
    status = str(told.get("delivery_status") or told.get("status")).upper()
    for prefix in PREFIXES:
        status = status.removeprefix(prefix)
    state = STATES.get(status)
    if state is None:
        return None
    parts = int(told.get("segments_count") or 0)
    return Receipt(provider_id=named(told["message_id"]), state=state, parts_billed=parts or None)


def _time(told: str | None) -> datetime | None:
    found = datetime.fromisoformat(told) if told else None
    return found if found is None or found.tzinfo else None
