"""The gateway to Infobip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Field, SecretStr

from posapp.core import clock
from posapp.core.phone import PhoneNumber
from posapp.messaging.gateways import wire
from posapp.messaging.gateways.accounts import Account, Sender, same
from posapp.messaging.gateways.protocol import (
    Callback,
    Capabilities,
    InboundMessage,
    Lookup,
    Price,
    Reach,
    Receipt,
    SendRequest,
    SendResult,
)
from posapp.messaging.gateways.provider import Provider, content_of, digits, life_minutes, named
from posapp.messaging.gateways.verdicts import Fault, refused
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.state import Outcome, State

DAY_MINUTES = 1_440
REJECTED = "REJECTED"

STATES = {
    "PENDING": State.SENT,
    "DELIVERED": State.DELIVERED,
    "UNDELIVERABLE": State.FAILED,
    "EXPIRED": State.EXPIRED,
    REJECTED: State.REFUSED,
}
FAULTS = {
    **dict.fromkeys(("REJECTED_DESTINATION", "REJECTED_INVALID_DESTINATION", "REJECTED_NOT_A_NUMBER"), Fault.NUMBER),
    **dict.fromkeys(("REJECTED_NOT_ENOUGH_CREDITS", "REJECTED_SENDER", "REJECTED_SOURCE"), Fault.ACCOUNT),
    "REJECTED_FLOODING_FILTER": Fault.THROTTLED,
}
"""Whatever else is rejected, another provider may take."""

ABSENT, UNKNOWN = "EC_ABSENT_SUBSCRIBER", "EC_UNKNOWN_SUBSCRIBER"


class InfobipAccount(Account):
    """An API key, and the name and password that Infobip shows when it calls us."""

    api_key: SecretStr
    callback_user: str = Field(min_length=1)
    callback_password: SecretStr = Field(min_length=16)
    sender: Sender


class InfobipGateway(Provider[InfobipAccount]):
    """Posts JSON to ``sms/3/messages``; hears JSON of up to a hundred results."""

    name = "infobip"
    capabilities = Capabilities(own_id=True, receipts=True, polls=True, inbound=True, lookup=True, balance=True)

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"App {self._account.api_key.get_secret_value()}"}

    def _hand_over(self, request: SendRequest) -> Answer:
        message = {
            "sender": self._account.sender,
            "destinations": [{"to": digits(request.phone), "messageId": str(request.message_id)}],
            "content": {"text": request.text},
            "options": {"validityPeriod": {"amount": life_minutes(request, DAY_MINUTES), "timeUnit": "MINUTES"}},
        }
        return self._wire.post("/sms/3/messages", content={"messages": [message]})

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        if not answer.is_yes:
            return None
        (told,) = answer.json()["messages"]
        status, name = told["status"], named(told["messageId"])
        if status["groupName"] == REJECTED:
            return refused(FAULTS.get(status["name"], Fault.ROUTE), status["name"])
        return SendResult(outcome=Outcome.ACCEPTED, provider_id=name, parts_billed=_parts(told.get("details") or {}))

    def verify(self, callback: Callback) -> bool:
        expected = wire.basic(self._account.callback_user, self._account.callback_password.get_secret_value())
        return super().verify(callback) and same(callback.headers.get("authorization", ""), expected)

    def receipts(self, callback: Callback) -> list[Receipt]:
        return _words(content_of(callback))

    def inbound(self, callback: Callback) -> list[InboundMessage]:
        return [
            InboundMessage(
                inbound_id=named(told["messageId"]),
                sender=f"+{told['from'].lstrip('+')}",
                recipient=told["to"],
                text=told["text"],
                sent_at=_time(told.get("receivedAt")),
            )
            for told in content_of(callback)["results"]
            if "text" in told and "status" not in told
        ]

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        return _words(self._told(self._wire.get("/sms/3/logs", params=[("messageId", name) for name in provider_ids])))

    def lookup(self, phone: PhoneNumber) -> Lookup | None:
        (told,) = self._told(self._wire.post("/number/1/query", content={"to": [digits(phone)]}))["results"]
        network = (told.get("originalNetwork") or {}).get("networkName")
        return Lookup(reach=_reach(told), network=network, said_at=clock.now(), price=_price(told, 1))

    def balance(self) -> Price | None:
        told = self._told(self._wire.get("/account/1/balance"))
        return Price.of(str(told["balance"]), told["currency"])


def _reach(told: Any) -> Reach:
    if told["status"]["groupName"] == "DELIVERED":
        return "reachable"
    error = (told.get("error") or {}).get("name", "")
    if error.startswith(ABSENT):
        return "absent"
    return "invalid" if error.startswith(UNKNOWN) else "unknown"


def _words(told: Any) -> list[Receipt]:
    """The receipts among the results of a callback or of the log."""
    return [_word(one) for one in told["results"] if one.get("status", {}).get("groupName") in STATES]


def _word(told: Any) -> Receipt:
    error, parts = (told.get("error") or {}).get("name"), _parts(told)
    return Receipt(
        provider_id=named(told["messageId"]),
        state=STATES[told["status"]["groupName"]],
        said_at=_time(told.get("doneAt")),
        error_code=None if error in (None, "NO_ERROR") else str(error),
        parts_billed=parts,
        price=_price(told, parts or 1),
    )


def _parts(told: Any) -> int | None:
    count = told.get("messageCount", told.get("smsCount"))
    return int(count) if count else None


def _price(told: Any, parts: int) -> Price | None:
    """The price is told for one part."""
    price = told.get("price") or {}
    return Price.of(parts * Decimal(str(price["pricePerMessage"])), price["currency"]) if price else None


def _time(told: str | None) -> datetime | None:
    return datetime.strptime(told, "%Y-%m-%dT%H:%M:%S.%f%z") if told else None
