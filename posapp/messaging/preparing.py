"""From a claimed message to the request for a gateway, or to the reason why it is not sent after all."""

from __future__ import annotations

from datetime import datetime

import structlog

from posapp.core.faults import DATABASE_AWAY, described
from posapp.messaging import texts
from posapp.messaging.gateways.protocol import SendRequest, SendResult
from posapp.messaging.message import MessageRow
from posapp.messaging.outbox import Claimed, Settlement
from posapp.messaging.outcomes import SUPPRESSED, attempts_max, given_up, settlement_of
from posapp.messaging.parts import estimate_parts
from posapp.messaging.ports import Decision, ports
from posapp.messaging.state import Outcome, State

log = structlog.get_logger(__name__)


def prepare(
    claimed: Claimed, at: datetime, *, gateways: int, takes_code: bool
) -> tuple[SendRequest, Decision] | Settlement:
    """What to hand over and why it may go, or what becomes of the message instead. Only reads.

    The code comes into being here, and lives as long as the request does; apart from its text only a gateway that
    ``takes_code`` is told it.
    """
    message = claimed.message
    if message.expires_at <= at:
        return given_up(message, Outcome.NOT_SENT, None, at)
    if message.tries > attempts_max(gateways):
        return given_up(message, Outcome.UNKNOWN, "worker_lost", at)
    try:
        return _decided(message, at, takes_code)
    except DATABASE_AWAY:
        raise
    except Exception as fault:  # noqa: BLE001  # one bad message must not keep the others from their turn
        log.error("message_not_prepared", message_id=str(message.id), template=message.template, **described(fault))
        result = SendResult(outcome=Outcome.NOT_SENT, error_code=type(fault).__name__)
        return settlement_of(message, result, gateway=claimed.gateway, gateways=1, at=at)


def _decided(message: MessageRow, at: datetime, takes_code: bool) -> tuple[SendRequest, Decision] | Settlement:
    decision = ports().decide(message, at)
    if not decision.send:
        return _held_back(decision, at)
    derived = ports().text_parameters(message, at)
    if derived is None:
        return _held_back(Decision(False, "withdrawn"), at)
    text = texts.render(message.template, message.language, {**message.parameters, **derived})
    request = SendRequest(
        message_id=message.id, attempt=message.tries, traffic=message.traffic, channel=message.channel,
        phone=message.phone(), text=text, code=derived.get("code") if takes_code else None,
        parts=estimate_parts(text), expires_at=message.expires_at,
    )  # fmt: skip
    return request, decision


def _held_back(decision: Decision, at: datetime) -> Settlement:
    return Settlement(state=State.REFUSED, outcome=SUPPRESSED, reason=decision.reason, decision=decision.record(at))
