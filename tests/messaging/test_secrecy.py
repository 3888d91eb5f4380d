"""No code and no number in logs, tables, attempts or what objects print."""

import io
import json
from collections.abc import Iterator

import pytest
from flask import Flask

from posapp.core import logs
from posapp.core.db import METADATA
from posapp.messaging import receipts
from posapp.messaging.gateways.console import build
from posapp.messaging.gateways.protocol import Receipt, SendRequest, SendResult
from posapp.messaging.state import Outcome, State
from posapp.settings import Settings
from tests.messaging.conftest import Above, Work
from tests.messaging.gateways import Provider
from tests.messaging.outbox_of import ALICE, CODE, promised, rows
from tests.support.fake_clock import FakeClock

SECRETS = (CODE, CODE.replace(" ", ""), ALICE, ALICE[1:], ALICE[2:], "916 123-45-67")


@pytest.fixture
def log(app_context: Flask, settings: Settings) -> Iterator[io.StringIO]:
    """Everything that is logged, at DEBUG."""
    written = io.StringIO()
    logs.configure("DEBUG", written)
    yield written
    logs.configure(settings.log_level)


class Gossip(Provider):
    """An adapter that breaks with everything it knows on its lips."""

    def send(self, request: SendRequest) -> SendResult:
        self.sent.append(request)
        raise ConnectionError(f"POST /send?to={request.phone.e164}&text={request.text}")


def everywhere(log: io.StringIO) -> str:
    """The whole database and the whole log, as one text."""
    dump = [repr(row) for table in METADATA.sorted_tables for row in rows(table)]
    assert dump
    return "\n".join([*dump, log.getvalue()])


def test_a47_a48_a_code_and_its_number_are_nowhere_but_on_the_phone(
    work: Work, above: Above, settings: Settings, clock: FakeClock, log: io.StringIO
) -> None:
    good, bad = promised(), promised()
    work(build(settings))
    clock.advance(seconds=1)
    work(build(settings), ask=True)
    told = SendResult(outcome=Outcome.REFUSED_FINAL, error_code=f"bad number {ALICE}")
    third = promised()
    work(Provider("provider", told))
    receipts.keep("console", [Receipt(provider_id=str(bad.id), state=State.FAILED, error_code=ALICE)], clock.now())
    above.fault = RuntimeError(f"{ALICE} {CODE}")
    promised()
    work(Gossip("gossip"))
    found = everywhere(log)
    assert str(good.id) in found
    assert str(third.id) in found
    assert "outcome_not_told" in found
    assert "send_failed" in found
    for secret in SECRETS:
        assert secret not in found


def test_a47_nothing_prints_a_code_or_a_number(work: Work) -> None:
    provider = Provider("provider")
    message = promised()
    work(provider)
    (request,) = provider.sent
    assert CODE in request.text
    for shown in (repr(request), str(request), f"{request!r:>10}", repr(message.state()), repr(request.phone)):
        for secret in SECRETS:
            assert secret not in shown


def test_log_lines_are_whole_json_and_name_the_place_of_a_fault(work: Work, log: io.StringIO) -> None:
    promised()
    work(Gossip("gossip"))
    (line,) = [json.loads(line) for line in log.getvalue().splitlines() if "send_failed" in line]
    assert line["error"] == "ConnectionError"
    assert line["where"].startswith("test_secrecy.py:")
