"""The gateway to Twilio."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import Field, SecretStr

from posapp.messaging.gateways import wire
from posapp.messaging.gateways.accounts import Account, Address, Sender, same
from posapp.messaging.gateways.protocol import (
    Acknowledgement,
    Callback,
    Capabilities,
    InboundMessage,
    Price,
    Receipt,
    SendRequest,
    SendResult,
)
from posapp.messaging.gateways.provider import Provider, each, life_seconds, named, only
from posapp.messaging.gateways.verdicts import Fault, refused
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.state import Outcome, State

LIFE_SECONDS_MAX = 36_000

STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.REFUSED,
}
"""``accepted``, ``scheduled``, ``queued`` and ``sending`` say nothing that we do not know."""

FAULTS = {
    **dict.fromkeys((21211, 21214, 21217, 21610, 21614), Fault.NUMBER),
    **dict.fromkeys((21602, 21617, 21619), Fault.TEXT),
    **dict.fromkeys((20003, 20005, 20404, 21212, 21603, 21606, 21608, 21704), Fault.ACCOUNT),
    **dict.fromkeys((21408, 21612, 21635), Fault.ROUTE),
    21611: Fault.THROTTLED,
}


class TwilioAccount(Account):
    """An account, or a subaccount, and the sender registered there."""

    base_url: Address = "https://api.twilio.com"
    account_sid: str = Field(pattern=r"^AC[0-9a-f]{32}$")
    auth_token: SecretStr
    """Signs Twilio's callbacks too, which an API key would not."""
    sender: Sender


class TwilioGateway(Provider[TwilioAccount]):
    """Posts a form to ``Messages.json``; hears signed forms."""

    name = "twilio"
    capabilities = Capabilities(receipts=True, polls=True, inbound=True, balance=True)

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": wire.basic(self._account.account_sid, self._account.auth_token.get_secret_value())}

    def _hand_over(self, request: SendRequest) -> Answer:
        form = {
            "To": request.phone.e164,
            "From": self._account.sender,
            "Body": request.text,
            "ValidityPeriod": str(life_seconds(request, 1, LIFE_SECONDS_MAX)),
            "StatusCallback": self._callback_url,
        }
        return self._wire.post(self._path("Messages.json"), form=form)

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        told = answer.json()
        if answer.is_yes:
            sid, parts = named(told["sid"]), int(told.get("num_segments") or 0)
            return SendResult(outcome=Outcome.ACCEPTED, provider_id=sid, parts_billed=parts or None)
        fault = FAULTS.get(told["code"])
        return refused(fault, told["code"]) if fault else None

    def verify(self, callback: Callback) -> bool:
        question = f"?{callback.query_string}" if callback.query_string else ""
        signature = signature_of(self._account.auth_token, self._callback_url + question, callback.form)
        return super().verify(callback) and same(callback.headers.get("x-twilio-signature", ""), signature)

    def receipts(self, callback: Callback) -> list[Receipt]:
        told = only(callback.form)
        state = STATES.get(told.get("MessageStatus", ""))
        if state is None:
            return []
        return [Receipt(provider_id=named(told["MessageSid"]), state=state, error_code=told.get("ErrorCode") or None)]

    def inbound(self, callback: Callback) -> list[InboundMessage]:
        told = only(callback.form)
        if "MessageStatus" in told or "Body" not in told:
            return []
        sid, sender, recipient = named(told["MessageSid"]), told["From"], told["To"]
        return [InboundMessage(inbound_id=sid, sender=sender, recipient=recipient, text=told["Body"])]

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(204 if ok else 503)  # any text would be sent to the customer

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        return each(provider_ids, lambda sid: _word(self._told(self._wire.get(self._path(f"Messages/{sid}.json")))))

    def balance(self) -> Price | None:
        told = self._told(self._wire.get(self._path("Balance.json")))
        return Price.of(told["balance"], told["currency"])

    def _path(self, resource: str) -> str:
        return f"/2010-04-01/Accounts/{self._account.account_sid}/{resource}"


def signature_of(auth_token: SecretStr, url: str, form: Iterable[tuple[str, str]]) -> str:
    """Base64 of HMAC-SHA1 over the address and the sorted form, names and values run together."""
    signed = url + "".join(name + value for name, value in sorted(form))
    return b64encode(hmac.digest(auth_token.get_secret_value().encode(), signed.encode(), hashlib.sha1)).decode()


def _word(told: Any) -> Receipt | None:
    """What the message's own page says. Charges are negative there."""
    state = STATES.get(told["status"])
    if state is None:
        return None
    price = Price.of(-Decimal(told["price"]), told["price_unit"]) if told.get("price") else None
    code, parts = told.get("error_code"), int(told.get("num_segments") or 0)
    return Receipt(
        provider_id=named(told["sid"]),
        state=state,
        error_code=str(code) if code else None,
        parts_billed=parts or None,
        price=price,
    )
