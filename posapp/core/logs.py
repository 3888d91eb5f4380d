"""Structured logs, one escaped line an event, with a last net that masks phones and codes.

Nothing personal is logged on purpose; the net is for what slips through: a driver's message, a traceback.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PHONE = re.compile(r"(?<![0-9A-Fa-f-])(\+?[0-9][0-9 ()-]{5,15}[0-9]{2})(?![0-9A-Fa-f-])")
PHONE_DIGITS_MIN = 9
DAY = re.compile(r"(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]")
CODE = re.compile(r"(?<![0-9A-Za-z.:_-])[0-9]{3}[ -]?[0-9]{3}(?![0-9A-Za-z.:_-])")
LEFT_ALONE = frozenset({"timestamp", "request_id", "event", "level", "seconds", "count", "port", "pid", "status"})


def configure(level: str, stream: Any = None) -> None:
    """JSON lines to ``stream`` (standard error by default), for our events and every library's."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    render: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        mask,
    ]
    json_line = structlog.processors.JSONRenderer(ensure_ascii=True)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*render, json_line]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def mask(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank everything that looks like a phone number or a code, wherever it stands in the event."""
    for name, value in event.items():
        if name not in LEFT_ALONE:
            event[name] = _masked(value)
    event["event"] = masked_text(str(event.get("event", "")))
    return event


def masked_text(text: str) -> str:
    """``text`` with phones and codes blanked."""
    return CODE.sub("[code]", PHONE.sub(_unless_a_day, text))


def _unless_a_day(found: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in found[0])
    return "[phone]" if digits >= PHONE_DIGITS_MIN and not DAY.match(found[0]) else found[0]


def _masked(value: Any) -> Any:
    match value:
        case str():
            return masked_text(value)
        case dict():
            return {masked_text(str(name)): _masked(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(inner) for inner in value]
        case int() if not isinstance(value, bool) and len(str(abs(value))) >= 6:
            return "[number]"
        case None | bool() | int() | float():
            return value
        case _:
            return masked_text(str(value))
