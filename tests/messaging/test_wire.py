"""The way to a provider: what is surely not sent, what perhaps is, and that nothing of it shows anywhere."""

import io
import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Response

from posapp.core import logs
from posapp.messaging.gateways import wire
from posapp.messaging.gateways.accounts import Account
from posapp.messaging.gateways.protocol import Price, Receipt
from posapp.messaging.gateways.provider import each
from posapp.messaging.gateways.verdicts import by_status, is_account_fault
from posapp.messaging.gateways.wire import Answer, NoAnswer, Wire
from posapp.messaging.state import Outcome, State
from posapp.settings import load
from tests.messaging.recorded import REQUEST, Peer, build_recorded, providers, recorded, response
from tests.support.fake_clock import FakeClock


@pytest.fixture
def peer(httpserver: HTTPServer) -> Peer:
    return Peer(httpserver)


@contextmanager
def listener(answer: bytes | None) -> Iterator[str]:
    """A server that reads once, says ``answer`` and hangs up; with None it hangs up with a reset."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            visitor, _ = door.accept()
            with visitor:
                visitor.recv(65536)
                if answer is None:
                    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                else:
                    visitor.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{door.getsockname()[1]}"
        thread.join(5)


def failure(address: str) -> tuple[Outcome, str]:
    with pytest.raises(NoAnswer) as caught:
        Wire(address, answer_seconds=1).post("/send", form={"to": "79161234567"})
    return caught.value.outcome, caught.value.code


def test_the_patience_of_a_gateway_is_three_and_ten_seconds() -> None:
    assert wire.CONNECT_SECONDS == 3
    assert Account.model_fields["answer_seconds"].default == 10


def test_a_name_that_is_not_found_is_surely_not_sent() -> None:
    assert failure("http://gateway.invalid") == (Outcome.NOT_SENT, "ConnectError")


def test_a_door_that_does_not_speak_tls_is_surely_not_sent() -> None:
    with listener(b"HTTP/1.1 400 Bad Request\r\n\r\n") as place:
        assert failure(f"https://{place}") == (Outcome.NOT_SENT, "ConnectError")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{",
    ],
    ids=["reset", "hung up", "nonsense", "cut off", "cut off in a chunk"],
)
def test_what_breaks_after_connecting_is_perhaps_sent(answer: bytes | None) -> None:
    with listener(answer) as place:
        outcome, code = failure(f"http://{place}")
    assert outcome is Outcome.UNKNOWN
    assert code in ("ReadError", "RemoteProtocolError")


def test_an_answer_without_an_end_is_not_read_to_it(peer: Peer) -> None:
    peer.will(Response((b"x" * 65_536 for _ in range(10_000)), 200))
    assert failure(peer.url) == (Outcome.UNKNOWN, "too_long")


def test_nothing_of_the_environment_decides_where_a_text_goes(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    peer.will(Response("yes", 200))
    answer = Wire(peer.url, answer_seconds=1).get("/")
    assert (answer.status, answer.text) == (200, "yes")
    assert peer.heard[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 30),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("99999999", 3600),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("７", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_an_hour_at_most(
    told: str, seconds: float | None, clock: FakeClock
) -> None:
    assert Answer(429, {"retry-after": told}, b"").retry_after_seconds == seconds


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        (200, Outcome.UNKNOWN, "unreadable"),
        (302, Outcome.UNKNOWN, "http:302"),
        (400, Outcome.REFUSED_FINAL, "text:400"),
        (401, Outcome.NOT_SENT, "account:401"),
        (402, Outcome.NOT_SENT, "account:402"),
        (403, Outcome.NOT_SENT, "account:403"),
        (404, Outcome.NOT_SENT, "account:404"),
        (405, Outcome.NOT_SENT, "account:405"),
        (408, Outcome.UNKNOWN, "http:408"),
        (409, Outcome.UNKNOWN, "http:409"),
        (422, Outcome.REFUSED_FINAL, "text:422"),
        (425, Outcome.UNKNOWN, "http:425"),
        (429, Outcome.REFUSED_RETRY, "throttled:429"),
        (500, Outcome.UNKNOWN, "http:500"),
        (503, Outcome.UNKNOWN, "http:503"),
        (599, Outcome.UNKNOWN, "http:599"),
    ],
)
def test_the_table_of_outcomes(status: int, outcome: Outcome, code: str) -> None:
    result = by_status(Answer(status, {}, b""))
    assert (result.outcome, result.error_code) == (outcome, code)
    assert is_account_fault(result) == code.startswith("account")


@pytest.mark.parametrize("name", providers())
def test_a47_a48_no_text_number_or_secret_is_logged_or_printed(
    name: str, peer: Peer, tmp_path: Path, clock: FakeClock
) -> None:
    written = io.StringIO()
    logs.configure("DEBUG", written)
    settings = load(env="testing", data_dir=tmp_path, base_url="https://card.example")
    told = recorded(name)

    try:
        gateway: Any = build_recorded(name, peer.url, settings)
        peer.will(response(told["send"]["accepted"]["answer"]), response({"status": 500, "text": "x"}))
        shown = [repr(gateway.send(REQUEST)), repr(gateway.send(REQUEST)), repr(gateway), repr(vars(gateway))]
        with pytest.raises(NoAnswer) as caught:
            Wire("http://127.0.0.1:9", answer_seconds=1).post("/", form={"to": REQUEST.phone.e164})
        shown += traceback.format_exception(caught.value)
    finally:
        logs.configure("INFO")
    text = written.getvalue() + "".join(shown)
    secrets = [field.get_secret_value() for field in vars(gateway._account).values() if isinstance(field, SecretStr)]
    assert secrets
    for secret in [REQUEST.phone.e164[1:], REQUEST.text, "483 921", "483921", *secrets]:
        assert secret not in text
    assert logging.getLogger("httpx2").level == logging.WARNING


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e999999999", "1_0x", "", "-2000000000"])
def test_what_is_no_amount_is_no_price(amount: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        Price.of(amount, "RUB")
    assert Price.of("1.40", "RUB").micros == 1_400_000


def test_what_was_told_before_the_connection_broke_counts() -> None:
    def ask(name: str) -> Receipt | None:
        if name == "lost":
            raise NoAnswer(Outcome.NOT_SENT, "ConnectError")
        if name == "odd":
            raise KeyError("status")
        return Receipt(provider_id=name, state=State.SENT) if name != "silent" else None

    assert [receipt.provider_id for receipt in each(["a", "odd", "silent", "b", "lost", "c"], ask)] == ["a", "b"]
    with pytest.raises(NoAnswer):
        each(["lost", "a"], ask)
