"""The last net: nothing that looks like a phone or a code leaves in a log line."""

import io
import json
import logging

import pytest
import structlog

from posapp.core import logs

PHONES = ["+79161234567", "+7 916 123-45-67", "8 (916) 123-45-67", "89161234567"]
CODES = ["483921", "483 921", "483-921"]


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    return stream


@pytest.mark.parametrize("secret", PHONES + CODES)
def test_a_phone_or_a_code_is_masked_wherever_it_stands(lines: io.StringIO, secret: str) -> None:
    log = structlog.get_logger("a test")
    log.info(f"sent to {secret}", where=secret, deep={"list": [secret], secret: 1})
    logging.getLogger("a library").debug("GET /x?to=%s", secret)
    try:
        raise ValueError(f"cannot use {secret}")
    except ValueError:
        log.exception("broken")
    written = lines.getvalue()
    assert secret not in written
    assert written.count("\n") == 3


@pytest.mark.parametrize("harmless", ["0197a3c2-6b1e-7cc0-9f33-2a7be1c00001", "127.0.0.1:8000", "2026-11-22T13:38:29Z"])
def test_ids_addresses_and_moments_stay_readable(lines: io.StringIO, harmless: str) -> None:
    structlog.get_logger("a test").info("seen", what=harmless)
    assert harmless in lines.getvalue()


def test_a_line_break_in_a_value_stays_one_escaped_line(lines: io.StringIO) -> None:
    structlog.get_logger("a test").info("seen", agent="x\r\nlevel=error\x1b[31m\u2028end")
    (line,) = lines.getvalue().splitlines()
    assert json.loads(line)["agent"].startswith("x\r\n")
