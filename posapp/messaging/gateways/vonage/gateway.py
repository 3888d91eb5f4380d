"""The gateway to Vonage."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import Field, SecretStr

from posapp.core import clock
from posapp.core.phone import PhoneNumber
from posapp.messaging.gateways import wire
from posapp.messaging.gateways.accounts import Account, Address, Sender, same
from posapp.messaging.gateways.protocol import (
    Acknowledgement,
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
from posapp.messaging.gateways.provider import Provider, content_of, digits, is_recent, life_seconds, named, only
from posapp.messaging.gateways.verdicts import Fault, refused
from posapp.messaging.gateways.wire import Answer, Wire
from posapp.messaging.parts import UCS_2, measure
from posapp.messaging.state import Outcome, State

LIFE_SECONDS_MIN, LIFE_SECONDS_MAX = 20, 604_800
SIGNED_WITHIN = timedelta(hours=25)
"""Vonage repeats for a day what was not answered; what is played again within it was kept already."""

EURO = "EUR"
DONE = "0"

STATES = {
    "accepted": State.SENT,
    "buffered": State.BUFFERED,
    "delivered": State.DELIVERED,
    "expired": State.EXPIRED,
    "failed": State.FAILED,
    "rejected": State.REFUSED,
}
FAULTS = {
    **dict.fromkeys(("7", "33"), Fault.NUMBER),
    **dict.fromkeys(("2", "3", "12"), Fault.TEXT),
    **dict.fromkeys(("4", "8", "9", "11", "14", "15", "23", "29", "32"), Fault.ACCOUNT),
    **dict.fromkeys(("1", "10"), Fault.THROTTLED),
    "5": Fault.LOST,
}
REACH: dict[str, Reach] = {"reachable": "reachable", "absent": "absent", "bad_number": "invalid"}


class VonageAccount(Account):
    """The key and the secrets of the dashboard's settings."""

    base_url: Address = "https://rest.nexmo.com"
    lookup_url: Address = "https://api.nexmo.com"
    api_key: str = Field(min_length=1)
    api_secret: SecretStr
    signature_secret: SecretStr
    """Of the method "SHA-256 HMAC", with which the dashboard must be told to sign webhooks."""
    sender: Sender


class VonageGateway(Provider[VonageAccount]):
    """Posts a form to ``sms/json``; hears signed webhooks, as a form, JSON or a question."""

    name = "vonage"
    capabilities = Capabilities(own_id=True, price_at_send=True, receipts=True, inbound=True, lookup=True, balance=True)

    def __init__(self, account: VonageAccount) -> None:
        super().__init__(account)
        self._insight = Wire(account.lookup_url, answer_seconds=account.answer_seconds, headers=self._headers())

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": wire.basic(self._account.api_key, self._account.api_secret.get_secret_value())}

    def _hand_over(self, request: SendRequest) -> Answer:
        form = {
            "api_key": self._account.api_key,
            "api_secret": self._account.api_secret.get_secret_value(),
            "to": digits(request.phone),
            "from": self._account.sender,
            "text": request.text,
            "type": "unicode" if measure(request.text).alphabet is UCS_2 else "text",
            "ttl": str(1000 * life_seconds(request, LIFE_SECONDS_MIN, LIFE_SECONDS_MAX)),
            "client-ref": str(request.message_id),
            "status-report-req": "1",
            "callback": self._callback_url,
        }
        return self._wire.post("/sms/json", form=form)

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        parts = answer.json()["messages"]
        taken = [part for part in parts if part["status"] == DONE]
        if not taken:
            fault = FAULTS.get(parts[0]["status"], Fault.ROUTE)
            return refused(fault, int(parts[0]["status"]))
        price = Price.of(sum((Decimal(part["message-price"]) for part in taken), Decimal()), EURO)
        # A part that was refused beside one that was taken changes nothing: sending again would send the other twice.
        return SendResult(
            outcome=Outcome.ACCEPTED, provider_id=str(request.message_id), parts_billed=len(taken), price=price
        )

    def verify(self, callback: Callback) -> bool:
        told = _fields(callback)
        is_signed = same(str(told.pop("sig", "")).lower(), signature_of(self._account.signature_secret, told))
        is_new = is_recent(str(told.get("timestamp", "")), callback.received_at, SIGNED_WITHIN)
        return super().verify(callback) and is_signed and is_new

    def receipts(self, callback: Callback) -> list[Receipt]:
        told = _fields(callback)
        state = STATES.get(told.get("status", ""))
        if state is None:
            return []
        name, error = named(told.get("client-ref") or told["messageId"]), told.get("err-code", "0")
        said_at = datetime.strptime(told["message-timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        return [Receipt(provider_id=name, state=state, said_at=said_at, error_code=error if error != "0" else None)]

    def inbound(self, callback: Callback) -> list[InboundMessage]:
        told = _fields(callback)
        if "text" not in told or "status" in told:
            return []
        name, sender = named(told["messageId"]), f"+{told['msisdn']}"
        return [InboundMessage(inbound_id=name, sender=sender, recipient=told["to"], text=told["text"])]

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(204 if ok else 503)

    def lookup(self, phone: PhoneNumber) -> Lookup | None:
        told = self._told(self._insight.get("/ni/advanced/json", params=[("number", digits(phone))]))
        if told["status"] not in (0, 43, 44):  # 43, 44: known in part
            return None
        price = Price.of(told["request_price"], EURO) if told.get("request_price") else None
        reach = REACH.get(told.get("reachable"), "unknown")
        network = (told.get("current_carrier") or {}).get("name")
        return Lookup(reach=reach, network=network, said_at=clock.now(), price=price)

    def balance(self) -> Price | None:
        return Price.of(str(self._told(self._wire.get("/account/get-balance"))["value"]), EURO)


def signature_of(secret: SecretStr, told: Mapping[str, Any]) -> str:
    """Hexadecimal HMAC-SHA256 over ``&name=value`` in the order of names; ``&`` and ``=`` in a value become ``_``."""
    pairs = (f"&{name}={str(told[name]).replace('&', '_').replace('=', '_')}" for name in sorted(told))
    return hmac.digest(secret.get_secret_value().encode(), "".join(pairs).encode(), hashlib.sha256).hex()


def _fields(callback: Callback) -> dict[str, str]:
    """The webhook's fields, in whichever of its three shapes the dashboard has been told to send."""
    if callback.headers.get("content-type", "").startswith("application/json"):
        return {str(name): str(value) for name, value in content_of(callback).items()}
    return only(callback.form or callback.query)
