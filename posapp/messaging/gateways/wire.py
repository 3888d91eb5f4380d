"""The way to a provider: one request, one answer, or the plain word that none came and whether the request was heard.

Connecting may take 3 s, each piece of the answer 10, everything together half as long again and a piece: less than the
30 s for which a worker holds a message. No redirect is followed, nothing is sent twice, no proxy or certificate of the
environment is used. What is sent and what comes back is in no exception, no repr and no log: faults lose their chain
here, since the library's hold the request.
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import httpx2

from posapp.core import clock
from posapp.messaging.state import Outcome

CONNECT_SECONDS = 3.0
ANSWER_BYTES_MAX = 256 * 1024
RETRY_AFTER_SECONDS_MAX = 3600.0

_SURELY_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)

for _library in ("httpx2", "httpcore2"):  # they log addresses and headers
    logging.getLogger(_library).setLevel(logging.WARNING)


class NoAnswer(Exception):
    """No answer came. ``outcome`` says whether the request was surely not sent, ``code`` what happened."""

    def __init__(self, outcome: Outcome, code: str) -> None:
        super().__init__(code)
        self.outcome, self.code = outcome, code


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Printing it shows the status alone."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content, fractions as Decimal. Raises ValueError when it is something else."""
        return read_json(self.body)

    @property
    def retry_after_seconds(self) -> float | None:
        """How long the provider wants to be left alone, in seconds or until a date; an hour at most."""
        told = self.headers.get("retry-after", "").strip()
        if told.isascii() and told.isdigit():
            return min(float(told), RETRY_AFTER_SECONDS_MAX)
        try:
            until = parsedate_to_datetime(told)
        except ValueError:
            return None
        seconds = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - clock.now()).total_seconds()
        return min(max(seconds, 0.0), RETRY_AFTER_SECONDS_MAX)


class Wire:
    """The connections to one address; safe for many threads."""

    def __init__(self, base_url: str, *, answer_seconds: float, headers: Mapping[str, str] | None = None) -> None:
        self._base_url = base_url
        self._whole_seconds = 1.5 * answer_seconds
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(answer_seconds, connect=CONNECT_SECONDS),
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})},
            follow_redirects=False,
            trust_env=False,
            verify=_tls(),
        )

    def get(self, path: str, *, params: Sequence[tuple[str, str]] = ()) -> Answer:
        """Ask. Raises NoAnswer."""
        return self._ask("GET", path, params=list(params))

    def post(
        self,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        content: Any = None,
        text: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a form, a JSON ``content`` or a plain text. Raises NoAnswer."""
        if text is not None:
            plain = {"Content-Type": "text/plain; charset=UTF-8", **(headers or {})}
            return self._ask("POST", path, content=text.encode(), headers=plain)
        if form is not None:
            return self._ask("POST", path, data=dict(form), headers=dict(headers or {}))
        return self._ask("POST", path, json=content, headers=dict(headers or {}))

    def _ask(self, method: str, path: str, **given: Any) -> Answer:
        ends = time.monotonic() + self._whole_seconds
        try:
            with self._client.stream(method, f"{self._base_url}{path}", **given) as response:
                return Answer(response.status_code, dict(response.headers), _body(response, ends))
        except NoAnswer:
            raise
        except _SURELY_NOT_SENT as fault:
            raise NoAnswer(Outcome.NOT_SENT, type(fault).__name__) from None
        except Exception as fault:  # noqa: BLE001  # whatever else breaks may have broken after sending
            raise NoAnswer(Outcome.UNKNOWN, type(fault).__name__) from None


def _body(response: httpx2.Response, ends: float) -> bytes:
    """All of it, unless it is too long or too slow; as it came, for we ask for nothing packed."""
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            raise NoAnswer(Outcome.UNKNOWN, "too_long")
        if time.monotonic() > ends:
            raise NoAnswer(Outcome.UNKNOWN, "too_slow")
    return bytes(body)


def basic(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def read_json(body: bytes) -> Any:
    """The content, fractions as Decimal. Raises ValueError when it is something else."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number")


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """The certificates that the system trusts; read once, for reading them takes a tenth of a second."""
    return httpx2.create_ssl_context(trust_env=False)
