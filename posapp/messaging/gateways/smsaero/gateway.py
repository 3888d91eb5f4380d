"""The gateway to SMS Aero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, SecretStr

from posapp.core import clock
from posapp.core.phone import PhoneNumber
from posapp.messaging.gateways import wire
from posapp.messaging.gateways.accounts import Account, Address, Sender
from posapp.messaging.gateways.protocol import (
    Callback,
    Capabilities,
    Lookup,
    Pending,
    Price,
    Reach,
    Receipt,
    SendRequest,
    SendResult,
)
from posapp.messaging.gateways.provider import NotTold, Provider, content_of, digits, each, moment, named, only
from posapp.messaging.gateways.verdicts import Fault, refused
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.state import Outcome, State

ROUBLE = "RUB"

STATES = {
    1: State.DELIVERED,
    2: State.FAILED,
    3: State.SENT,
    4: State.SENT,
    6: State.REFUSED,
}
"""0, in the queue, and 8, under moderation, say nothing that we do not know."""

REACH: dict[int, Reach] = {1: "reachable", 2: "absent", 3: "invalid"}
ASKING = 4

FIELDS = {"number": Fault.NUMBER, "text": Fault.TEXT, "sign": Fault.ACCOUNT}
"""Whose fault a field is that was not accepted."""


class SmsAeroAccount(Account):
    """The e-mail address of the account and its API key."""

    base_url: Address = "https://gate.smsaero.ru"
    email: str = Field(min_length=3)
    api_key: SecretStr
    sender: Sender


class SmsAeroGateway(Provider[SmsAeroAccount]):
    """Posts JSON to ``v2/sms/send``; hears a form or JSON."""

    name = "smsaero"
    capabilities = Capabilities(price_at_send=True, receipts=True, polls=True, lookup=True, balance=True)

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": wire.basic(self._account.email, self._account.api_key.get_secret_value())}

    def _hand_over(self, request: SendRequest) -> Answer:
        content = {
            "number": digits(request.phone),
            "text": request.text,
            "sign": self._account.sender,
            "callbackUrl": self._callback_url,
            "callbackFormat": "JSON",
        }
        return self._wire.post("/v2/sms/send", content=content)

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        told = answer.json()
        if told.get("success") is not True:
            return _no(told) or (refused(Fault.ROUTE, "no_success") if answer.is_yes else None)
        if not answer.is_yes:
            return None
        sent = told["data"]
        price = Price.of(str(sent["cost"]), ROUBLE) if sent.get("cost") else None
        return SendResult(outcome=Outcome.ACCEPTED, provider_id=named(sent["id"]), price=price)

    def receipts(self, callback: Callback) -> list[Receipt]:
        receipt = _word(only(callback.form) if callback.form else content_of(callback))
        return [receipt] if receipt else []

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        return each(provider_ids, lambda name: _word(self._ask("sms/status", {"id": int(name)})))

    def lookup(self, phone: PhoneNumber) -> Lookup | Pending | None:
        return _reach(self._ask("hlr/check", {"number": digits(phone)}))

    def looked_up(self, pending: Pending, phone: PhoneNumber) -> Lookup | Pending | None:
        return _reach(self._ask("hlr/status", {"id": int(pending.lookup_id)}))

    def balance(self) -> Price | None:
        return Price.of(str(self._ask("balance", {})["balance"]), ROUBLE)

    def _ask(self, deed: str, content: Mapping[str, Any]) -> Any:
        told = self._told(self._wire.post(f"/v2/{deed}", content=content))
        if told["success"] is not True:
            raise NotTold("no_success")
        return told["data"]


def _no(told: Any) -> SendResult | None:
    """A refusal names the fields that were not accepted, or says in words that money is missing."""
    fields = told.get("data") if isinstance(told.get("data"), dict) else {}
    for field, fault in FIELDS.items():
        if field in fields:
            return refused(fault, field)
    words = str(told.get("message") or told.get("result") or "").lower()
    return refused(Fault.ACCOUNT, "no_money") if "money" in words or "credits" in words else None


def _word(told: Any) -> Receipt | None:
    state = STATES.get(int(told["status"]))
    if state is None:
        return None
    price = Price.of(str(told["cost"]), ROUBLE) if told.get("cost") else None
    said_at = moment(told["dateAnswer"]) if told.get("dateAnswer") else None
    return Receipt(provider_id=named(told["id"]), state=state, said_at=said_at, price=price)


def _reach(told: Any) -> Lookup | Pending | None:
    if told["hlrStatus"] == ASKING:
        return Pending(named(told["id"]))
    reach = REACH.get(told["hlrStatus"], "unknown")
    return Lookup(reach=reach, network=told.get("extendOperator"), said_at=clock.now())
