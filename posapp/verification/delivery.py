"""What the sender of messages asks and tells: the code at the moment of sending, and what came of sending it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from posapp.core.db import rows_changed
from posapp.messaging.message import MessageRow
from posapp.messaging.state import Outcome
from posapp.verification import codes
from posapp.verification.challenge import CHALLENGE, LIVE, State
from posapp.verification.refusals import find, row_is
from posapp.verification.texts import CHALLENGE_ID, SEND_NO

PERHAPS_ARRIVED = frozenset({Outcome.ACCEPTED.value, Outcome.UNKNOWN.value})
"""After these a code may be tried: an answer that was lost does not mean that the text was."""


def text_parameters(message: MessageRow, at: datetime) -> Mapping[str, Any] | None:
    """The code of a message, derived now; nothing for a message without one.

    None when the message must not go any more: its challenge has ended, a newer code was sent, or its code is too old.
    """
    if CHALLENGE_ID not in message.parameters:
        return {}
    challenge = find(message.route, UUID(message.parameters[CHALLENGE_ID]))
    if challenge is None or challenge.state not in LIVE or challenge.code_ends_at <= at:
        return None
    if message.parameters[SEND_NO] != challenge.send_no:
        return None
    return {"code": codes.code_for(challenge).spoken()}


def on_outcome(message: MessageRow, outcome: str, at: datetime) -> None:
    """A message has left the queue, inside the settling transaction: its code can be tried, or never will be.

    Only the first send decides: a resend that fails leaves the challenge as it was.
    """
    if CHALLENGE_ID not in message.parameters:
        return
    sent = {"state": State.SENT.value}
    failed = {"state": State.SEND_FAILED.value, "end_reason": f"send_{outcome}", "phone_sealed": None}
    rows_changed(
        update(CHALLENGE)
        .where(*row_is(message.route, UUID(message.parameters[CHALLENGE_ID])))
        .where(CHALLENGE.c.state == State.PENDING.value, CHALLENGE.c.send_no == message.parameters[SEND_NO])
        .values(sent if outcome in PERHAPS_ARRIVED else failed)
    )
