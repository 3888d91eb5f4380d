"""What becomes of a message after an attempt: one table for every gateway.

    accepted        submitted; its receipt is awaited
    unknown         submitted too: it may have arrived, and is not sent again by the same way
    refused_final   refused, at once: no other gateway would take it either
    not_sent        the next gateway at once; when all have been asked, again after a pause
    refused_retry   again after the pause that the gateway asks for

Three pauses at most, and none that would end after the message's life: then it has failed, and the till hears it now.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from posapp.messaging.gateways.protocol import SendResult
from posapp.messaging.message import MessageRow
from posapp.messaging.outbox import Settlement
from posapp.messaging.state import Outcome, State

BACK_OFF_SECONDS = (2, 8, 30)
EXPIRED, SUPPRESSED = "expired", "suppressed"

_SHORT_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_LONG_NUMBER = re.compile(r"[0-9]{6}")


def attempts_max(gateways: int) -> int:
    """How often a message is handed over at most, where there are so many gateways."""
    return gateways * (len(BACK_OFF_SECONDS) + 1)


def settlement_of(message: MessageRow, result: SendResult, *, gateway: str, gateways: int, at: datetime) -> Settlement:
    """The row of the table above that fits."""
    reason = short_code(result.error_code)
    match result.outcome:
        case Outcome.ACCEPTED | Outcome.UNKNOWN:
            return Settlement(
                state=State.SUBMITTED, outcome=result.outcome, reason=reason,
                gateway=gateway, provider_id=result.provider_id,
            )  # fmt: skip
        case Outcome.REFUSED_FINAL:
            return Settlement(state=State.REFUSED, outcome=result.outcome, reason=reason or result.outcome)
        case Outcome.REFUSED_RETRY | Outcome.NOT_SENT:
            return _again(message, result, gateways, at)


def given_up(message: MessageRow, outcome: str, reason: str | None, at: datetime) -> Settlement:
    """It is not tried again: out of time, or out of tries."""
    if message.expires_at <= at:
        return Settlement(state=State.EXPIRED, outcome=EXPIRED, reason=reason or EXPIRED)
    return Settlement(state=State.FAILED, outcome=outcome, reason=reason or outcome)


def short_code(told: str | None) -> str | None:
    """A gateway's code when it is a code; a sentence, or anything that could hold a number, is not kept."""
    if told is None:
        return None
    return told if _SHORT_CODE.fullmatch(told) and not _LONG_NUMBER.search(told) else "unreadable"


def _again(message: MessageRow, result: SendResult, gateways: int, at: datetime) -> Settlement:
    reason = short_code(result.error_code)
    rounds, asked = divmod(message.tries, gateways)
    if result.outcome is Outcome.NOT_SENT and asked:
        pause = 0.0
    elif rounds > len(BACK_OFF_SECONDS):
        return given_up(message, result.outcome, reason, at)
    else:
        pause = max(BACK_OFF_SECONDS[max(rounds - 1, 0)], result.retry_after_seconds or 0)
    due_at = at + timedelta(seconds=pause)
    if due_at >= message.expires_at:
        return given_up(message, result.outcome, reason, at)
    return Settlement(state=State.QUEUED, outcome=result.outcome, reason=reason, due_at=due_at)
