"""The gateway to Telegram Gateway."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import Field, SecretStr

from posapp.messaging.gateways.accounts import Account, Address, same
from posapp.messaging.gateways.protocol import Callback, Capabilities, Price, Receipt, SendRequest, SendResult
from posapp.messaging.gateways.provider import Provider, content_of, each, is_recent, life_seconds, moment, named
from posapp.messaging.gateways.verdicts import Fault, refused
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.state import Channel, Outcome, State

LIFE_SECONDS_MIN, LIFE_SECONDS_MAX = 60, 3_600
SIGNED_WITHIN = timedelta(minutes=10)
DOLLAR = "USD"

STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "expired": State.EXPIRED,
    "revoked": State.REFUSED,
}
ACCOUNT_FAULTS = frozenset(
    {"ACCESS_TOKEN_INVALID", "ACCESS_TOKEN_REQUIRED", "BALANCE_NOT_ENOUGH", "SENDER_NOT_VERIFIED"}
)
FLOOD = "FLOOD_WAIT"

_NOT_DIGITS = re.compile(r"[^0-9]")
_CODE = re.compile(r"[0-9]{4,8}")
_ERROR = re.compile(r"[A-Z][A-Z_]{2,40}")


class TelegramAccount(Account):
    """An access token of the Gateway's settings; it signs callbacks too."""

    base_url: Address = "https://gatewayapi.telegram.org"
    access_token: SecretStr
    sender_username: str | None = Field(None, pattern=r"^[A-Za-z][A-Za-z0-9_]{3,31}$")
    """A verified channel of ours that codes come from, without ``@``; Telegram's own when empty."""
    in_russia: bool = False
    """An explicit yes to its use in a shop there, where law 41-FZ stands against it."""


class TelegramGateway(Provider[TelegramAccount]):
    """Posts JSON to ``sendVerificationMessage``; hears signed JSON."""

    name = "telegram"
    capabilities = Capabilities(
        channels=frozenset({Channel.MESSENGER}), takes_code=True, price_at_send=True, receipts=True, polls=True
    )

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._account.access_token.get_secret_value()}"}

    def send(self, request: SendRequest) -> SendResult:
        return super().send(request) if _CODE.fullmatch(_code(request)) else refused(Fault.ROUTE, "no_code")

    def _hand_over(self, request: SendRequest) -> Answer:
        content = {
            "phone_number": request.phone.e164,
            "code": _code(request),
            "ttl": life_seconds(request, LIFE_SECONDS_MIN, LIFE_SECONDS_MAX),
            "callback_url": self._callback_url,
            "payload": str(request.message_id),
        }
        if self._account.sender_username:
            content["sender_username"] = self._account.sender_username
        return self._wire.post("/sendVerificationMessage", content=content)

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        told = answer.json()
        if told["ok"] is not True:
            return _no(str(told["error"]))
        if not answer.is_yes:
            return None
        result = told["result"]
        return SendResult(
            outcome=Outcome.ACCEPTED, provider_id=named(result["request_id"]), price=_price(result), parts_billed=1
        )

    def verify(self, callback: Callback) -> bool:
        key = hashlib.sha256(self._account.access_token.get_secret_value().encode()).digest()
        made_at = callback.headers.get("x-request-timestamp", "")
        expected = hmac.digest(key, made_at.encode() + b"\n" + callback.body, hashlib.sha256).hex()
        is_signed = same(callback.headers.get("x-request-signature", "").lower(), expected)
        return super().verify(callback) and is_signed and is_recent(made_at, callback.received_at, SIGNED_WITHIN)

    def receipts(self, callback: Callback) -> list[Receipt]:
        receipt = _word(content_of(callback))
        return [receipt] if receipt else []

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        return each(provider_ids, self._asked)

    def _asked(self, name: str) -> Receipt | None:
        told = self._told(self._wire.post("/checkVerificationStatus", content={"request_id": name}))
        return _word(told["result"])


def _code(request: SendRequest) -> str:
    return _NOT_DIGITS.sub("", request.code or "")


def _no(error: str) -> SendResult:
    """Telegram's no is never the number's last word: a text message may still reach it."""
    code = error if _ERROR.fullmatch(error) else "unreadable"
    if code in ACCOUNT_FAULTS:
        return refused(Fault.ACCOUNT, code)
    if error.startswith(FLOOD):
        seconds = error.removeprefix(FLOOD).strip("_")
        return refused(Fault.THROTTLED, FLOOD, retry_after_seconds=float(seconds) if seconds.isdigit() else None)
    return refused(Fault.ROUTE, code)


def _word(told: Any) -> Receipt | None:
    """What a RequestStatus says of its delivery; none before the message was sent."""
    delivery = told.get("delivery_status")
    state = STATES.get(delivery["status"]) if delivery else None
    if state is None:
        return None
    name, said_at = named(told["request_id"]), moment(delivery["updated_at"])
    return Receipt(provider_id=name, state=state, said_at=said_at, price=_price(told))


def _price(told: Any) -> Price | None:
    if told.get("request_cost") is None:
        return None
    return Price.of(0 if told.get("is_refunded") else str(told["request_cost"]), DOLLAR)
