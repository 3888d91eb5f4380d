"""Where providers call: what proves itself is kept once, what does not changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pytest_httpserver import HTTPServer
from werkzeug.test import TestResponse

from posapp.core.db import in_transaction
from posapp.messaging import ports
from posapp.messaging.gateways import registry
from posapp.messaging.gateways.protocol import InboundMessage
from posapp.messaging.models import RECEIPT
from posapp.messaging.state import State
from posapp.settings import Settings
from tests.messaging.conftest import Work
from tests.messaging.outbox_of import promised, rows
from tests.messaging.recorded import (
    Peer,
    assert_heard,
    body_of,
    inbound_of,
    providers,
    receipt_of,
    recorded,
    response,
    write_accounts,
)
from tests.support.fake_clock import FakeClock

pytestmark = pytest.mark.settings(gateways=(*providers(), "console"), base_url="https://card.example")

SID = "SM00000000000000000000000000000001"


@dataclass
class Ear:
    """Somebody above who hears inbound texts."""

    heard: list[tuple[str, InboundMessage]] = field(default_factory=list)
    fault: Exception | None = None

    def on_inbound(self, gateway: str, message: InboundMessage, _at: datetime) -> None:
        assert in_transaction()
        if self.fault:
            raise self.fault
        self.heard.append((gateway, message))


@pytest.fixture
def ear(app_context: Flask) -> Iterator[Ear]:
    before, somebody = ports.ports(), Ear()
    ports.install(
        text_parameters=before.text_parameters,
        on_outcome=before.on_outcome,
        decide=before.decide,
        on_inbound=somebody.on_inbound,
    )
    yield somebody
    ports.install(
        text_parameters=before.text_parameters,
        on_outcome=before.on_outcome,
        decide=before.decide,
        on_inbound=before.on_inbound,
    )


@pytest.fixture
def accounts(app_context: Flask, settings: Settings) -> None:
    """Every provider's recorded account."""
    tables = {name: recorded(name)["account"] for name in providers()}
    write_accounts(settings.gateway_file_path, tables)


def call(client: FlaskClient, name: str, told: dict[str, Any], **changed: Any) -> TestResponse:
    """The provider calls us with what was recorded."""
    told = {**told, **changed}
    token = told.get("token", recorded(name)["account"]["callback_token"])
    kind = "application/x-www-form-urlencoded" if "form" in told else "application/json" if "json" in told else ""
    headers = {**({"Content-Type": kind} if kind else {}), **told.get("headers", {})}
    return client.open(
        f"/gateways/{name}/{token}",
        method=told["method"],
        query_string=told.get("query", ""),
        headers=headers,
        data=body_of(told),
    )


def test_a_text_goes_out_and_its_receipts_come_back_whatever_else_calls(
    work: Work, accounts: None, settings: Settings, client: FlaskClient, httpserver: HTTPServer, clock: FakeClock
) -> None:
    peer, told = Peer(httpserver), recorded("twilio")
    peer.will(response(told["send"]["accepted"]["answer"]))
    write_accounts(settings.gateway_file_path, {"twilio": {**told["account"], "base_url": peer.url}})
    message = promised()
    work(registry.build("twilio", settings))
    assert_heard(peer.heard[0], told["send"]["request"])
    assert (message.state().state, message.state().provider_id) == (State.SUBMITTED, SID)

    assert call(client, "twilio", told["callbacks"]["delivered"], headers={}).status_code == 401
    assert message.state().state is State.SUBMITTED
    answers = [call(client, "twilio", told["callbacks"]["delivered"]) for _ in range(3)]
    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 3
    assert message.state().state is State.DELIVERED
    delivered_at, _ = message.state().delivered_at, clock.advance(minutes=1)
    assert call(client, "twilio", told["callbacks"]["delivered"]).status_code == 204
    assert call(client, "twilio", told["callbacks"]["failed"]).status_code == 204
    assert (message.state().state, message.state().delivered_at) == (State.DELIVERED, delivered_at)
    assert len(rows(RECEIPT)) == 2


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", providers())
def test_every_provider_is_heard_and_answered_in_its_own_way(
    name: str, accounts: None, ear: Ear, client: FlaskClient
) -> None:
    kept, heard = 0, []
    for told in recorded(name)["callbacks"].values():
        answer = call(client, name, told)
        assert answer.status_code in (200, 204)
        assert answer.get_data(as_text=True) == told.get("acknowledged", "")
        assert answer.content_type.startswith("text/plain")
        assert "Set-Cookie" not in answer.headers
        kept += len({(each["provider_id"], each["state"]) for each in told.get("receipts", [])})
        heard += [(name, inbound_of(each)) for each in told.get("inbound", [])]
    assert ear.heard == heard
    found = {(row["gateway"], row["state"]) for row in rows(RECEIPT)}
    expected = [receipt_of(r) for told in recorded(name)["callbacks"].values() for r in told.get("receipts", [])]
    assert found == {(name, receipt.state.value) for receipt in expected}
    assert len(rows(RECEIPT)) == kept


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", providers())
def test_a45_a_forged_callback_is_answered_401_and_changes_nothing(
    name: str, accounts: None, ear: Ear, client: FlaskClient
) -> None:
    unsigned = {"form": {}, "json": [], "headers": {"X-Twilio-Signature": "", "Authorization": "Basic eDp5"}}
    for told in recorded(name)["callbacks"].values():
        for token in ("x", "0" * 32):
            assert call(client, name, told, token=token).status_code == 401
        if name not in ("kannel", "smsaero", "exolve"):  # the rest sign; these are known by the address alone
            stripped = {key: value for key, value in unsigned.items() if key == "headers" or key in told}
            assert call(client, name, told, **stripped).status_code == 401
    assert rows(RECEIPT) == []
    assert ear.heard == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("name", "status"), [("nobody", 404), ("console", 401), ("../console", 404), ("protocol", 404), ("Twilio", 404)]
)
def test_there_is_no_door_for_a_gateway_that_is_not_in_use(
    name: str, status: int, accounts: None, client: FlaskClient
) -> None:
    assert client.post(f"/gateways/{name}/{'0' * 32}").status_code == status
    assert client.get(f"/gateways/{name}/{'0' * 32}").status_code == status


@pytest.mark.sqlite_only
def test_while_an_account_is_missing_the_provider_is_told_to_come_again(app: Flask, client: FlaskClient) -> None:
    assert client.post(f"/gateways/twilio/{'0' * 32}").status_code == 503


@pytest.mark.sqlite_only
def test_a_hundred_receipts_come_at_once_and_a_flood_does_not(accounts: None, client: FlaskClient) -> None:
    told = recorded("infobip")["callbacks"]["two results"]
    result = told["json"]["results"][0]
    many = [{**result, "messageId": f"01957000-0000-7000-8000-{number:012}"} for number in range(100)]
    assert call(client, "infobip", told, json={"results": many}).status_code == 200
    assert len(rows(RECEIPT)) == 100
    flood = [{**result, "bulkId": "x" * 300_000}]
    assert call(client, "infobip", told, json={"results": flood}).status_code == 413
    assert len(rows(RECEIPT)) == 100


@pytest.mark.sqlite_only
def test_what_cannot_be_read_is_not_acknowledged_so_that_it_comes_again(accounts: None, client: FlaskClient) -> None:
    told = recorded("kannel")["callbacks"]["delivered"]
    for query in ("id=1&type=many", "type=1", "id=&type=1", "id=1&type=1&type=2", "inbound=1"):
        assert call(client, "kannel", told, query=query).status_code == 503
    assert call(client, "kannel", told, query="").status_code == 200
    told = recorded("exolve")["callbacks"]["delivered"]
    for body in ("", "[]", "{", '"x"', "[" * 50_000):
        assert call(client, "exolve", {"method": told["method"]}, text=body).status_code == 503
    assert rows(RECEIPT) == []


@pytest.mark.sqlite_only
def test_an_inbound_text_that_could_not_be_kept_is_delivered_again(
    accounts: None, ear: Ear, client: FlaskClient
) -> None:
    told = recorded("twilio")["callbacks"]["inbound"]
    ear.fault = RuntimeError("the room above is broken")
    assert call(client, "twilio", told).status_code == 500
    ear.fault = None
    assert [call(client, "twilio", told).status_code for _ in range(2)] == [204, 204]
    assert {message.inbound_id for _, message in ear.heard} == {"SM00000000000000000000000000000009"}
    assert "СТОП" not in repr(ear.heard[0])
    assert "9161234567" not in repr(ear.heard[0])


@pytest.mark.sqlite_only
def test_twilio_signs_the_address_that_it_was_told_whatever_name_it_called(accounts: None, client: FlaskClient) -> None:
    told = recorded("twilio")["callbacks"]["delivered"]
    headers = {**told["headers"], "Host": "127.0.0.1", "X-Forwarded-Host": "evil.example"}
    assert call(client, "twilio", told, headers=headers).status_code == 204
    assert call(client, "twilio", told, query="more=1").status_code == 401
