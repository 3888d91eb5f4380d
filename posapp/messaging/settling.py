"""What an attempt has come to, written down: message, attempt, the gateway's name for it; and who hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from posapp.core.db import transaction
from posapp.core.faults import DATABASE_AWAY, described
from posapp.messaging import outbox, receipts
from posapp.messaging.gateways.protocol import SendResult
from posapp.messaging.outbox import Claimed, Settlement
from posapp.messaging.outcomes import short_code
from posapp.messaging.ports import ports
from posapp.messaging.state import Outcome

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that has come to an end, and what it means for the message."""

    claimed: Claimed
    settlement: Settlement
    result: SendResult | None = None
    """None where nothing was handed over."""
    parts: int | None = None
    asked_after: timedelta | None = None
    """When the gateway is first asked what became of it, where it can be asked."""


def settle_all(ended: Sequence[Ended], at: datetime) -> None:
    """Write everything down, at once or, when one of them cannot be, one by one.

    Raises what says that the database is away; then all of it can be tried again.
    """
    try:
        with transaction():
            for each in ended:
                _settle(each, at)
    except DATABASE_AWAY:
        raise
    except Exception as fault:  # noqa: BLE001  # a room above has raised: the others must not suffer from it
        log.error("settled_one_by_one", **described(fault))
        for each in ended:
            _settle_alone(each, at)


def _settle_alone(ended: Ended, at: datetime) -> None:
    try:
        with transaction():
            _settle(ended, at)
    except DATABASE_AWAY:
        raise
    except Exception as fault:  # noqa: BLE001  # what was sent is sent, whatever the room above makes of it
        log.error("outcome_not_told", message_id=str(ended.claimed.message.id), **described(fault))
        with transaction():
            _settle(ended, at, tell=False)


def _settle(ended: Ended, at: datetime, *, tell: bool = True) -> None:
    message, settlement = ended.claimed.message, ended.settlement
    held = outbox.settle(message, settlement, at)
    outbox.end_attempt(message, at, **_columns(ended, at))
    if settlement.provider_id is not None:
        receipts.name_message(message, ended.claimed.gateway, settlement.provider_id, at)
    if held and settlement.leaves_queue and tell:
        ports().on_outcome(message, settlement.outcome, at)


def _columns(ended: Ended, at: datetime) -> dict[str, Any]:
    result = ended.result
    if result is None:
        return {"outcome": Outcome.NOT_SENT.value, "error_code": ended.settlement.reason}
    price = result.price
    return {
        "outcome": result.outcome.value,
        "error_code": short_code(result.error_code),
        "provider_id": result.provider_id,
        "parts_estimated": ended.parts,
        "parts_billed": result.parts_billed,
        "price_micros": price.micros if price else None,
        "currency": price.currency if price else None,
        "price_source": "send" if price else None,
        "poll_at": at + ended.asked_after if ended.asked_after and ended.settlement.provider_id else None,
    }
