"""What the dispatcher asks of rooms above it. ``create_app`` hands the answers over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from posapp.messaging.gateways.protocol import InboundMessage
from posapp.messaging.message import MessageRow
from posapp.messaging.state import Traffic

log = structlog.get_logger(__name__)

TextParameters = Callable[[MessageRow, datetime], Mapping[str, Any] | None]
"""What the text says besides the promised parameters, such as the code; None when it must not be sent any more."""

OnOutcome = Callable[[MessageRow, str, datetime], None]
"""Told once, inside the settling transaction, when a message leaves the queue: ``accepted``, ``unknown`` (perhaps
sent), ``refused_final``, ``refused_retry`` or ``not_sent`` (given up), ``expired``, ``suppressed``."""


@dataclass(frozen=True, slots=True)
class Decision:
    """May it be sent, and why or why not."""

    send: bool
    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def record(self, at: datetime) -> dict[str, Any]:
        """As it is kept with the message."""
        return {"send": self.send, "reason": self.reason, "at": at.isoformat(), **self.details}


Decide = Callable[[MessageRow, datetime], Decision]
"""Consents, do-not-contact, caps, quiet hours, budget: asked again when the message is about to be sent."""


OnInbound = Callable[[str, InboundMessage, datetime], None]
"""Handed a text that somebody sent to us, with its gateway's name, inside a transaction of its own.

A gateway may deliver the same text again, under the same ``inbound_id``: whoever hears it keeps it once. What it raises
undoes the transaction, and the gateway is told to deliver again.
"""


def _nothing_derived(_message: MessageRow, _at: datetime) -> Mapping[str, Any] | None:
    return {}


def _tell_nobody(_message: MessageRow, _outcome: str, _at: datetime) -> None:
    return None


def _service_only(message: MessageRow, _at: datetime) -> Decision:
    """Until somebody can tell who agreed to advertisements, none is sent."""
    if message.traffic is Traffic.SERVICE:
        return Decision(True, "service")
    return Decision(False, "nobody_decides")


def _hear_nothing(gateway: str, _inbound: InboundMessage, _at: datetime) -> None:
    log.warning("inbound_unheard", gateway=gateway)


@dataclass(frozen=True, slots=True)
class Ports:
    """The answers that were handed over."""

    text_parameters: TextParameters = _nothing_derived
    on_outcome: OnOutcome = _tell_nobody
    decide: Decide = _service_only
    on_inbound: OnInbound = _hear_nothing


_installed = Ports()


def install(
    *,
    text_parameters: TextParameters = _nothing_derived,
    on_outcome: OnOutcome = _tell_nobody,
    decide: Decide = _service_only,
    on_inbound: OnInbound = _hear_nothing,
) -> None:
    """Hand over the answers, in place of those before."""
    global _installed
    _installed = Ports(text_parameters, on_outcome, decide, on_inbound)


def ports() -> Ports:
    """The answers of this process."""
    return _installed
