"""The gateway to SMS.RU."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import SecretStr

from posapp.messaging.gateways.accounts import Account, Address, Sender, same
from posapp.messaging.gateways.protocol import (
    Acknowledgement,
    Callback,
    Capabilities,
    Price,
    Receipt,
    SendRequest,
    SendResult,
)
from posapp.messaging.gateways.provider import NotTold, Provider, digits, life_minutes, moment, named
from posapp.messaging.gateways.verdicts import Fault, refused
from posapp.messaging.gateways.wire import Answer
from posapp.messaging.state import Outcome, State

DONE = 100
DAY_MINUTES = 1_440
ROUBLE = "RUB"
ASKED_AT_ONCE = 100

STATES = {
    102: State.SENT,
    103: State.DELIVERED,
    110: State.DELIVERED,
    104: State.EXPIRED,
    105: State.FAILED,
    106: State.FAILED,
    107: State.FAILED,
    108: State.REFUSED,
    150: State.FAILED,
}
"""100 and 101, on the way to the operator, say nothing that we do not know."""

FAULTS = {
    **dict.fromkeys((202, 209, 215), Fault.NUMBER),
    **dict.fromkeys((203, 205, 208, 212), Fault.TEXT),
    **dict.fromkeys((200, 201, 204, 206, 210, 211, 300, 301, 302), Fault.ACCOUNT),
    **dict.fromkeys((207, 214, 216, 230, 231, 232, 233), Fault.ROUTE),
    220: Fault.THROTTLED,
    500: Fault.LOST,
}

_ENTRY = re.compile(r"data(\[[0-9]*\])?")


class SmsRuAccount(Account):
    """A program of the account, by its ``api_id``, which signs callbacks too."""

    base_url: Address = "https://sms.ru"
    api_id: SecretStr
    sender: Sender


class SmsRuGateway(Provider[SmsRuAccount]):
    """Posts a form to ``sms/send``; hears forms of up to a hundred entries."""

    name = "smsru"
    capabilities = Capabilities(receipts=True, polls=True, balance=True)

    def _hand_over(self, request: SendRequest) -> Answer:
        form = {
            "to": digits(request.phone),
            "msg": request.text,
            "from": self._account.sender,
            "ttl": str(life_minutes(request, DAY_MINUTES)),
        }
        return self._post("sms/send", form)

    def _read(self, answer: Answer, request: SendRequest) -> SendResult | None:
        told = answer.json()
        if told["status_code"] != DONE:
            return _no(told["status_code"])
        (one,) = told["sms"].values()
        if one["status_code"] != DONE:
            return _no(one["status_code"])
        return SendResult(outcome=Outcome.ACCEPTED, provider_id=named(one["sms_id"])) if answer.is_yes else None

    def verify(self, callback: Callback) -> bool:
        given = dict(callback.form).get("hash", "").lower()
        signed = self._account.api_id.get_secret_value() + "".join(_entries(callback))
        return super().verify(callback) and same(given, hashlib.sha256(signed.encode()).hexdigest())

    def receipts(self, callback: Callback) -> list[Receipt]:
        told: list[Receipt] = []
        for entry in _entries(callback):
            kind, *values = entry.split("\n")
            if kind != "sms_status":
                continue
            name, code, seconds = values[:3]
            if (state := STATES.get(int(code))) is not None:
                error = code if state not in (State.SENT, State.DELIVERED) else None
                told.append(Receipt(provider_id=named(name), state=state, said_at=moment(seconds), error_code=error))
        return told

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(200, str(DONE)) if ok else Acknowledgement(503)

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        names = [name for name in provider_ids if "," not in name][:ASKED_AT_ONCE]
        found = self._ask("sms/status", {"sms_id": ",".join(names)})["sms"]
        return [receipt for name, one in found.items() if (receipt := _word(name, one)) is not None]

    def balance(self) -> Price | None:
        return Price.of(self._ask("my/balance", {})["balance"], ROUBLE)

    def _ask(self, deed: str, form: Mapping[str, str]) -> Any:
        told = self._told(self._post(deed, form))
        if told["status_code"] != DONE:
            raise NotTold(f"code:{int(told['status_code'])}")
        return told

    def _post(self, deed: str, form: Mapping[str, str]) -> Answer:
        return self._wire.post(
            f"/{deed}", form={"api_id": self._account.api_id.get_secret_value(), "json": "1", **form}
        )


def _no(code: int) -> SendResult:
    return refused(FAULTS.get(code, Fault.ROUTE), int(code))


def _entries(callback: Callback) -> list[str]:
    """``data[0]``, ``data[1]`` … in the order in which they came, which is the order that is signed."""
    return [value for name, value in callback.form if _ENTRY.fullmatch(name)]


def _word(name: str, told: Any) -> Receipt | None:
    state = STATES.get(told["status_code"])
    if state is None:
        return None
    cost = told.get("cost")
    price = Price.of(cost if isinstance(cost, Decimal) else str(cost), ROUBLE) if cost else None
    return Receipt(provider_id=named(name), state=state, price=price)
