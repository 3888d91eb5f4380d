"""The gateway to SMSC.ru."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import Field, SecretStr

from posapp.core import clock
from posapp.core.phone import PhoneNumber
from posapp.messaging.gateways.accounts import Account, Address, Sender, same
from posapp.messaging.gateways.protocol import (
    Callback,
    Capabilities,
    InboundMessage,
    Lookup,
    Pending,
    Price,
    Reach,
    Receipt,
    SendRequest,
    SendResult,
)
from posapp.messaging.gateways.provider import Provider, digits, life_minutes, moment, named, only
from posapp.messaging.gateways.verdicts import Fault, refused
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.state import Channel, Outcome, State

DAY_MINUTES = 1_440
SEND_AND_TELL_PRICE = "3"
JSON = "3"

STATES = {
    "0": State.SENT,
    "1": State.DELIVERED,
    "2": State.DELIVERED,
    "4": State.DELIVERED,
    "3": State.EXPIRED,
    "20": State.FAILED,
    "22": State.FAILED,
    "23": State.REFUSED,
    "24": State.FAILED,
    "25": State.FAILED,
}
FAULTS = {
    1: Fault.TEXT,
    2: Fault.ACCOUNT,
    3: Fault.ACCOUNT,
    4: Fault.ACCOUNT,
    5: Fault.TEXT,
    6: Fault.ROUTE,
    7: Fault.NUMBER,
    8: Fault.ROUTE,
    9: Fault.THROTTLED,
}
SAME_TEXT_AGAIN_SECONDS = 60.0
REACH: dict[int, Reach] = {1: "invalid", 6: "absent"}
"""By the network's error."""


class SmscAccount(Account):
    """A login with a password for the API, and the secret that signs callbacks."""

    base_url: Address = "https://smsc.ru"
    login: str = Field(min_length=1)
    password: SecretStr
    secret: SecretStr
    """Written at SMSC beside the handler's address, which must end in ``?sha1``."""
    sender: Sender
    currency: str = Field("RUB", pattern=r"^[A-Z]{3}$")
    """Of the account's tariff."""


class SmscGateway(Provider[SmscAccount]):
    """Posts a form to ``send.php``; hears forms signed with SHA-1. It is asked about HLR look-ups, never about texts:
    that would take the number, which is not kept for asking."""

    name = "smsc"
    capabilities = Capabilities(
        channels=frozenset({Channel.SMS, Channel.CALL}),
        price_at_send=True,
        receipts=True,
        inbound=True,
        lookup=True,
        balance=True,
    )

    def _hand_over(self, request: SendRequest) -> Answer:
        minutes = life_minutes(request, DAY_MINUTES)
        form = {
            "phones": digits(request.phone),
            "mes": request.text,
            "valid": f"{minutes // 60:02}:{minutes % 60:02}",
            "cost": SEND_AND_TELL_PRICE,
            **({"call": "1"} if request.channel is Channel.CALL else {"sender": self._account.sender}),
        }
        return self._post("send", form)

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        told = answer.json()
        if "error_code" in told:
            fault = FAULTS.get(told["error_code"], Fault.ROUTE)
            pause = SAME_TEXT_AGAIN_SECONDS if fault is Fault.THROTTLED else None
            return refused(fault, told["error_code"], retry_after_seconds=pause)
        if not answer.is_yes:
            return None
        price = Price.of(told["cost"], self._account.currency) if told.get("cost") else None
        parts = int(told.get("cnt") or 0)
        return SendResult(
            outcome=Outcome.ACCEPTED, provider_id=named(told["id"]), parts_billed=parts or None, price=price
        )

    def verify(self, callback: Callback) -> bool:
        told, secret = only(callback.form), self._account.secret.get_secret_value()
        names = ("phone", "mes", "to") if "mes" in told else ("id", "phone", "status")
        signed = ":".join([*(told[name] for name in names), secret])
        expected = hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
        return super().verify(callback) and same(told.get("sha1", "").lower(), expected)

    def receipts(self, callback: Callback) -> list[Receipt]:
        told = only(callback.form)
        state = STATES.get(told.get("status", ""))
        if state is None or "mes" in told:
            return []
        error = told.get("err", "0")
        return [
            Receipt(
                provider_id=named(told["id"]),
                state=state,
                said_at=moment(told["ts"]) if "ts" in told else None,
                error_code=error if error != "0" else None,
            )
        ]

    def inbound(self, callback: Callback) -> list[InboundMessage]:
        told = only(callback.form)
        if "mes" not in told:
            return []
        sender, recipient = f"+{told['phone'].lstrip('+')}", told["to"]
        return [InboundMessage(inbound_id=named(told["id"]), sender=sender, recipient=recipient, text=told["mes"])]

    def lookup(self, phone: PhoneNumber) -> Lookup | Pending | None:
        told = self._told(self._post("send", {"phones": digits(phone), "hlr": "1"}))
        return Pending(named(told["id"])) if "id" in told else None

    def looked_up(self, pending: Pending, phone: PhoneNumber) -> Lookup | Pending | None:
        told = self._told(self._post("status", {"phone": digits(phone), "id": pending.lookup_id}))
        if "error_code" in told:
            return None
        if int(told["status"]) <= 0:
            return pending
        return Lookup(reach=_reach(told), network=told.get("net") or None, said_at=clock.now())

    def balance(self) -> Price | None:
        told = self._told(self._post("balance", {}))
        return Price.of(told["balance"], self._account.currency)

    def _post(self, deed: str, form: Mapping[str, str]) -> Answer:
        who = {"login": self._account.login, "psw": self._account.password.get_secret_value()}
        return self._wire.post(f"/sys/{deed}.php", form={**who, "fmt": JSON, "charset": "utf-8", **form})


def _reach(told: Any) -> Reach:
    status, error = int(told["status"]), int(told.get("err") or 0)
    return "reachable" if status in (1, 2) and not error else REACH.get(error, "unknown")
