"""The recorded exchanges in the gateways' folders, and a peer on this machine that plays them."""

import json
import re
import socket
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from posapp.core.phone import parse_phone
from posapp.messaging.gateways import registry
from posapp.messaging.gateways.protocol import Callback, Gateway, InboundMessage, Price, Receipt, SendRequest
from posapp.messaging.parts import estimate_parts
from posapp.messaging.state import Channel, State, Traffic
from posapp.settings import Settings
from tests.support.fake_clock import BEGINNING

FOLDERS = Path(registry.__file__).parent
TEXT = "АКМЕ: списание 500 баллов. Код 483 921 - только кассиру"
REQUEST = SendRequest(
    message_id=UUID("01957000-0000-7000-8000-000000000001"),
    attempt=1,
    traffic=Traffic.SERVICE,
    channel=Channel.SMS,
    phone=parse_phone("+79161234567", "RU"),
    text=TEXT,
    code="483 921",
    parts=estimate_parts(TEXT),
    expires_at=BEGINNING + timedelta(minutes=5),
)
"""What every recorded request was made of."""

Recording = dict[str, Any]
Answer = Response | Callable[[Request], Response]


def recorded(name: str) -> Recording:
    """What stands in the folder's ``exchanges.json``."""
    found: Recording = json.loads((FOLDERS / name / "exchanges.json").read_text(encoding="utf-8"))
    return found


def providers() -> list[str]:
    """Every gateway that speaks to somebody outside: a new folder is tried as soon as it is there."""
    return [name for name in registry.known() if name != "console"]


class Peer:
    """The provider: answers what it is told to answer, in order, and remembers what it heard."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.heard: list[Request] = []
        self._answers: deque[Answer] = deque()
        server.expect_request(re.compile("")).respond_with_handler(self._answer)

    def will(self, *answers: Answer) -> None:
        self._answers.extend(answers)

    def _answer(self, request: Request) -> Response:
        request.get_data(cache=True)
        self.heard.append(request)
        answer = self._answers.popleft()
        return answer if isinstance(answer, Response) else answer(request)


def write_accounts(path: Path, tables: Mapping[str, Mapping[str, Any]]) -> None:
    """The file of accounts, private as it must be."""
    lines = (
        line
        for name, table in tables.items()
        for line in (f"[{name}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()))
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)


def build_recorded(name: str, url: str, settings: Settings, **changed: Any) -> Gateway:
    """The gateway with its recorded account, at this address instead of the provider's."""
    recording = recorded(name)
    addresses = dict.fromkeys(["base_url", *recording.get("other_addresses", [])], url)
    write_accounts(settings.gateway_file_path, {name: {**recording["account"], **addresses, **changed}})
    return registry.build(name, settings)


def response(answer: Mapping[str, Any]) -> Response:
    """A recorded answer."""
    headers = answer.get("headers", {})
    if "json" in answer:
        body = json.dumps(answer["json"], ensure_ascii=False)
        return Response(body, answer["status"], headers, content_type="application/json; charset=utf-8")
    return Response(answer.get("text", ""), answer["status"], headers, content_type="text/plain")


def assert_heard(request: Request, expected: Mapping[str, Any]) -> None:
    """The request on the wire is the recorded one: nothing more, nothing less, nothing elsewhere."""
    assert (request.method, request.path) == (expected["method"], expected["path"])
    assert {name: request.args.getlist(name) for name in request.args} == {
        name: [value] if isinstance(value, str) else value for name, value in expected.get("query", {}).items()
    }
    for name, value in expected.get("headers", {}).items():
        assert request.headers[name] == value, name
    body = request.get_data(cache=True)
    if "form" in expected:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
        assert sorted(pairs) == sorted(expected["form"].items())
    if "json" in expected:
        assert json.loads(body) == expected["json"]
    if "text" in expected:
        assert body.decode() == expected["text"]


def callback_of(told: Mapping[str, Any], token: str) -> Callback:
    """A recorded callback, as the route hands it over."""
    query, headers = told.get("query", ""), {name.lower(): value for name, value in told.get("headers", {}).items()}
    form, body = told.get("form", {}), body_of(told)
    if form:
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
    if "json" in told:
        headers.setdefault("content-type", "application/json")
    return Callback(
        method=told["method"],
        token=token,
        query_string=query,
        query=tuple(parse_qsl(query)),
        headers=headers,
        form=tuple(form.items()),
        body=body,
        received_at=BEGINNING,
    )


def body_of(told: Mapping[str, Any]) -> bytes:
    """The body of a recorded callback."""
    if "base64" in told:
        return b64decode(told["base64"])
    if "json" in told:
        return json.dumps(told["json"], ensure_ascii=False).encode()
    if "form" in told:
        return urlencode(told["form"]).encode()
    return str(told.get("text", "")).encode()


def with_state(told: Mapping[str, Any], states: Mapping[str, Any], said: str) -> Recording:
    """The callback with another word in the place where the state stands. Whatever signature it has is wrong then."""
    changed: Recording = json.loads(json.dumps(told))
    place: str = states["place"]
    *inner, last = states["at"]
    value = states.get("as", "{}").replace("{}", said)
    if place == "query":
        changed["query"] = urlencode({**dict(parse_qsl(changed["query"])), last: value})
        return changed
    if place == "json" and "text" in changed:
        changed["json"] = json.loads(changed.pop("text"))
    target = changed[place]
    for step in inner:
        target = target[step]
    target[last] = value
    return changed


def price_of(told: list[str] | None) -> Price | None:
    return Price.of(Decimal(told[0]), told[1]) if told else None


def receipt_of(told: Mapping[str, Any]) -> Receipt:
    """A receipt as it is written in a recording."""
    return Receipt(
        provider_id=told["provider_id"],
        state=State(told["state"]),
        said_at=_time(told),
        error_code=told.get("error_code"),
        parts_billed=told.get("parts_billed"),
        price=price_of(told.get("price")),
    )


def inbound_of(told: Mapping[str, Any]) -> InboundMessage:
    """An inbound text as it is written in a recording."""
    return InboundMessage(**{**told, "sent_at": _time(told, "sent_at")})


def moved(callback: Callback, seconds: float) -> Callback:
    """The same callback, received so much later."""
    return replace(callback, received_at=callback.received_at + timedelta(seconds=seconds))


def _time(told: Mapping[str, Any], name: str = "said_at") -> datetime | None:
    return datetime.fromisoformat(told[name]) if name in told else None


@contextmanager
def closed_port() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
