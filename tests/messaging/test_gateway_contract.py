"""What every gateway owes: the same answers to the same accidents, and its provider's protocol to the letter.

Each folder's ``exchanges.json`` holds what its provider and we say to each other; a peer on this machine plays it.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from posapp.messaging.gateways.protocol import Gateway, Lookup, Pending, SendResult
from posapp.messaging.state import Outcome
from posapp.settings import Settings, load
from tests.messaging.recorded import (
    REQUEST,
    Peer,
    assert_heard,
    build_recorded,
    callback_of,
    closed_port,
    inbound_of,
    moved,
    price_of,
    providers,
    receipt_of,
    recorded,
    response,
    with_state,
)
from tests.support.fake_clock import FakeClock

PATIENCE_SECONDS = 0.1

every_provider = pytest.mark.parametrize("name", providers())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(env="testing", data_dir=tmp_path, base_url="https://card.example")


@pytest.fixture
def peer(httpserver: HTTPServer, clock: FakeClock) -> Peer:
    """The provider; the clock stands at the moment of the recordings."""
    return Peer(httpserver)


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Set when the test is over, so that nothing that was made to hang goes on hanging."""
    event = threading.Event()
    yield event
    event.set()


def cases(*path: str) -> list[Any]:
    """(gateway, name of the case) for everything recorded under ``path``."""
    found = []
    for name in providers():
        told = recorded(name)
        for step in path:
            told = told.get(step, {})
        found += [pytest.param(name, case, id=f"{name}-{case}") for case in told]
    return found


def result_of(told: dict[str, Any]) -> SendResult:
    return SendResult(**{"outcome": "accepted", **told, "price": price_of(told.get("price"))})


def own_name(gateway: Gateway) -> str | None:
    """What receipts will call a text whose answer was lost, where that can be known."""
    return str(REQUEST.message_id) if gateway.capabilities.own_id else None


@every_provider
def test_a_text_goes_out_as_recorded_and_is_accepted(name: str, peer: Peer, settings: Settings) -> None:
    told = recorded(name)["send"]
    peer.will(response(told["accepted"]["answer"]))
    assert build_recorded(name, peer.url, settings).send(REQUEST) == result_of(told["accepted"]["result"])
    (heard,) = peer.heard
    assert_heard(heard, told["request"])


@pytest.mark.parametrize(("name", "case"), cases("send", "refused"))
def test_each_refusal_says_whose_fault_it_is(name: str, case: str, peer: Peer, settings: Settings) -> None:
    told = recorded(name)["send"]["refused"][case]
    peer.will(response(told["answer"]))
    result = build_recorded(name, peer.url, settings).send(REQUEST)
    assert result == result_of(told["result"])
    assert len(peer.heard) == 1
    assert "916" not in str(result)


@every_provider
def test_too_many_requests_are_sent_again_when_the_provider_says_so(name: str, peer: Peer, settings: Settings) -> None:
    peer.will(Response("slow down", 429, {"Retry-After": "7"}))
    result = build_recorded(name, peer.url, settings).send(REQUEST)
    assert result == SendResult(outcome=Outcome.REFUSED_RETRY, error_code="throttled:429", retry_after_seconds=7)


@every_provider
@pytest.mark.parametrize("status", [500, 502])
def test_a44_a_fault_there_is_never_taken_for_a_yes_or_a_no(
    name: str, status: int, peer: Peer, settings: Settings
) -> None:
    yes = recorded(name)["send"]["accepted"]["answer"]
    peer.will(response({**yes, "status": status}))
    gateway = build_recorded(name, peer.url, settings)
    assert gateway.send(REQUEST) == SendResult(
        outcome=Outcome.UNKNOWN, error_code=f"http:{status}", provider_id=own_name(gateway)
    )


@every_provider
def test_a44_no_redirect_is_followed(name: str, peer: Peer, settings: Settings) -> None:
    peer.will(Response("", 307, {"Location": f"{peer.url}/elsewhere"}))
    gateway = build_recorded(name, peer.url, settings)
    result = gateway.send(REQUEST)
    assert (result.outcome, result.error_code) == (Outcome.UNKNOWN, "http:307")
    assert [heard.path for heard in peer.heard] == [recorded(name)["send"]["request"]["path"]]


@every_provider
@pytest.mark.parametrize("body", ["", "<html>ok</html>", '{"', "[]", "null", "[" * 100_000, '{"sid": NaN}', "{}"])
def test_a44_a_yes_that_cannot_be_read_is_perhaps_sent(name: str, body: str, peer: Peer, settings: Settings) -> None:
    peer.will(Response(body, 200, content_type="application/json"))
    gateway = build_recorded(name, peer.url, settings)
    result = gateway.send(REQUEST)
    if (name, body) == ("smsaero", "{}"):  # there, whatever is no success is a refusal
        assert result.outcome is Outcome.NOT_SENT
    else:
        assert (result.outcome, result.error_code) == (Outcome.UNKNOWN, "unreadable")
        assert result.provider_id == own_name(gateway)


@every_provider
def test_without_a_connection_it_was_surely_not_sent(name: str, settings: Settings, clock: FakeClock) -> None:
    with closed_port() as nowhere:
        result = build_recorded(name, nowhere, settings).send(REQUEST)
    assert result == SendResult(outcome=Outcome.NOT_SENT, error_code="ConnectError")


@every_provider
def test_a43_an_answer_that_does_not_come_in_time_means_perhaps_sent_and_nothing_goes_twice(
    name: str, peer: Peer, settings: Settings, released: threading.Event
) -> None:
    def hang(_request: Request) -> Response:
        released.wait(5)
        return Response("", 200)

    peer.will(hang)
    gateway = build_recorded(name, peer.url, settings, answer_seconds=PATIENCE_SECONDS)
    result = gateway.send(REQUEST)
    assert result == SendResult(outcome=Outcome.UNKNOWN, error_code="ReadTimeout", provider_id=own_name(gateway))
    assert len(peer.heard) == 1


@every_provider
def test_an_answer_that_drips_is_not_waited_for(
    name: str, peer: Peer, settings: Settings, released: threading.Event
) -> None:
    def drip(_request: Request) -> Response:
        def drops() -> Iterator[bytes]:
            while not released.wait(PATIENCE_SECONDS / 5):
                yield b" "

        return Response(drops(), 200, content_type="application/json")

    peer.will(drip)
    began = time.monotonic()
    result = build_recorded(name, peer.url, settings, answer_seconds=PATIENCE_SECONDS).send(REQUEST)
    assert (result.outcome, result.error_code) == (Outcome.UNKNOWN, "too_slow")
    assert time.monotonic() - began < 5


@every_provider
def test_an_empty_text_is_refused_without_a_call(name: str, peer: Peer, settings: Settings) -> None:
    result = build_recorded(name, peer.url, settings).send(replace(REQUEST, text=" ", parts=1))
    assert result == SendResult(outcome=Outcome.REFUSED_FINAL, error_code="text:empty")
    assert peer.heard == []


@every_provider
def test_what_it_says_it_can_do_is_recorded_and_nothing_else(name: str, peer: Peer, settings: Settings) -> None:
    told, gateway = recorded(name), build_recorded(name, peer.url, settings)
    can = gateway.capabilities
    assert gateway.name == name
    callbacks = told.get("callbacks", {}).values()
    assert can.receipts == any(each.get("receipts") for each in callbacks)
    assert can.inbound == any(each.get("inbound") for each in callbacks)
    assert (can.polls, can.lookup, can.balance) == ("poll" in told, "lookup" in told, "balance" in told)
    assert can.price_at_send == ("price" in told["send"]["accepted"]["result"])
    assert {"bad credentials"} <= told["send"]["refused"].keys()


@pytest.mark.parametrize(("name", "case"), cases("callbacks"))
def test_a_callback_brings_what_was_recorded(name: str, case: str, peer: Peer, settings: Settings) -> None:
    recording, gateway = recorded(name), build_recorded(name, peer.url, settings)
    told = recording["callbacks"][case]
    callback = callback_of(told, recording["account"]["callback_token"])
    assert gateway.verify(callback)
    assert gateway.receipts(callback) == [receipt_of(each) for each in told.get("receipts", [])]
    assert gateway.inbound(callback) == [inbound_of(each) for each in told.get("inbound", [])]
    assert gateway.acknowledge(True).body == told.get("acknowledged", "")
    assert gateway.acknowledge(True).status in (200, 204)
    assert gateway.acknowledge(False).status == 503


@pytest.mark.parametrize(("name", "case"), cases("callbacks"))
def test_a45_a_forged_callback_is_none(name: str, case: str, peer: Peer, settings: Settings) -> None:
    recording, gateway = recorded(name), build_recorded(name, peer.url, settings)
    token, told = recording["account"]["callback_token"], recording["callbacks"][case]
    genuine = callback_of(told, token)
    forged = [replace(genuine, token=guess) for guess in ("", token[:-1], token[:-1] + "е", token.upper() + "0")]
    if "stale_after_seconds" in told:
        assert gateway.verify(moved(genuine, told["stale_after_seconds"] - 1))
        forged += [moved(genuine, sign * told["stale_after_seconds"]) for sign in (1, -1)]
    if told.get("signs_body"):
        forged += [replace(genuine, body=genuine.body.replace(b"delivered", b"expired"))]
    signed = type(gateway).__dict__.get("verify") is not None
    if signed and genuine.form:
        forged += [replace(genuine, form=genuine.form[:-1])]
        forged += [replace(genuine, form=[(field, f"{value}0") for field, value in genuine.form])]
        forged += [replace(genuine, form=[*genuine.form, *genuine.form])]
    elif signed:
        forged += [replace(genuine, headers={})]
        forged += [
            replace(genuine, headers={**genuine.headers, header: f"{value}0"})
            for header, value in genuine.headers.items()
            if header != "content-type"
        ]
    for callback in forged:
        assert not _passes(gateway, callback)


@pytest.mark.parametrize("name", [name for name in providers() if "states" in recorded(name)])
def test_each_word_for_a_state_is_understood(name: str, peer: Peer, settings: Settings) -> None:
    recording, gateway = recorded(name), build_recorded(name, peer.url, settings)
    states = recording["states"]
    told, understood = recording["callbacks"][states["callback"]], {}
    for said in states["table"]:
        receipts = gateway.receipts(callback_of(with_state(told, states, said), "any"))
        named = [each for each in receipts if each.provider_id == told["receipts"][0]["provider_id"]]
        understood[said] = named[0].state.value if named else None
    assert understood == states["table"]


@pytest.mark.parametrize("name", [name for name in providers() if "poll" in recorded(name)])
def test_it_is_asked_what_became_of_texts(name: str, peer: Peer, settings: Settings) -> None:
    told = recorded(name)["poll"]
    peer.will(*(response(each["answer"]) for each in told["exchanges"]))
    receipts = build_recorded(name, peer.url, settings).poll(told["ids"])
    assert receipts == [receipt_of(each) for each in told["receipts"]]
    for heard, each in zip(peer.heard, told["exchanges"], strict=True):
        assert_heard(heard, each["request"])


@pytest.mark.parametrize("name", [name for name in providers() if "balance" in recorded(name)])
def test_it_is_asked_for_the_balance(name: str, peer: Peer, settings: Settings) -> None:
    told = recorded(name)["balance"]
    peer.will(*(response(each["answer"]) for each in told["exchanges"]))
    assert build_recorded(name, peer.url, settings).balance() == price_of(told["price"])
    for heard, each in zip(peer.heard, told["exchanges"], strict=True):
        assert_heard(heard, each["request"])


@pytest.mark.parametrize("name", [name for name in providers() if "lookup" in recorded(name)])
def test_it_looks_a_number_up_at_once_or_later(name: str, peer: Peer, settings: Settings, clock: FakeClock) -> None:
    told, gateway = recorded(name)["lookup"], build_recorded(name, peer.url, settings)
    peer.will(*(response(each["answer"]) for each in told["exchanges"]))
    found = gateway.lookup(REQUEST.phone)
    assert found == answer_to_lookup(told, clock)
    assert_heard(peer.heard[0], told["exchanges"][0]["request"])
    for later in told.get("later", []):
        peer.will(response(later["exchange"]["answer"]))
        assert isinstance(found, Pending)
        assert gateway.looked_up(found, REQUEST.phone) == answer_to_lookup(later, clock)
        assert_heard(peer.heard[-1], later["exchange"]["request"])


def answer_to_lookup(told: dict[str, Any], clock: FakeClock) -> Lookup | Pending:
    if "pending" in told:
        return Pending(told["pending"])
    price = price_of(told.get("price"))
    return Lookup(reach=told["reach"], network=told.get("network"), said_at=clock.now(), price=price)


def _passes(gateway: Gateway, callback: Any) -> bool:
    """As the room asks: a check that breaks was not passed."""
    try:
        return gateway.verify(callback)
    except (ValueError, LookupError):
        return False
