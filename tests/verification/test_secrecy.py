"""Whoever reads the database or the logs finds neither the code nor the number."""

import logging
import traceback

import pytest
from sqlalchemy import LargeBinary, select
from sqlalchemy.types import JSON, Text

from posapp.core.db import METADATA, db
from posapp.verification import handlers
from posapp.verification.purposes import Purpose
from posapp.verification.refusals import ChallengeExpired
from tests.support.fake_clock import FakeClock
from tests.verification.counter import VERA, Counter, challenge, newest_message, wrong_code

LEGIBLE = (Text, JSON, LargeBinary)
"""Kinds of column in which something could be read."""


def everything_written() -> str:
    """All that the database holds, as somebody with a copy of it would read it."""
    db.session.rollback()
    written = []
    for table in METADATA.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, LEGIBLE)]
        if columns:
            written += [repr(tuple(row)) for row in db.session.execute(select(*columns))]
    return "\n".join(written)


def is_secret(text: str, code: str) -> bool:
    national = VERA.e164[2:]
    return not any(part in text for part in (code, code.replace(" ", ""), code.replace(" ", "-"), national))


def test_a47_no_code_and_no_number_is_in_the_database_or_the_logs(
    olga: Counter, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    try:
        started, first = olga.ask()
        olga.type(started, wrong_code(started))
        clock.advance(seconds=60)
        second = olga.resend(started)
        olga.type(started, first)
        row, message = challenge(started), newest_message(started)
        olga.confirm(started, second)
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    for code in (first, second):
        assert is_secret(everything_written(), code)
        assert is_secret(caplog.text, code)
        assert is_secret(f"{row!r}{message!r}{started!r}", code)


def test_a47_a_fault_in_the_middle_shows_neither(olga: Counter) -> None:
    def stumble(*_: object, **__: object) -> handlers.Done:
        raise ZeroDivisionError

    handlers.register(Purpose.REDEEM, stumble)
    started, code = olga.ask()
    with pytest.raises(ZeroDivisionError) as fault:
        olga.confirm(started, code)
    assert is_secret("".join(traceback.format_exception(fault.value)), code)


def test_a47_a_refusal_shows_neither(olga: Counter, clock: FakeClock) -> None:
    started, code = olga.ask()
    clock.advance(seconds=600)
    with pytest.raises(ChallengeExpired) as refused:
        olga.type(started, code)
    assert is_secret("".join(traceback.format_exception(refused.value)) + str(refused.value.values), code)
