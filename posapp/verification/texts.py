"""The message that carries a code: promised without it, completed at the moment of sending, followed to the phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import db
from posapp.core.phone import PhoneNumber
from posapp.messaging import service as messaging
from posapp.messaging.models import MESSAGE
from posapp.messaging.state import State as MessageState
from posapp.verification.challenge import ChallengeRow
from posapp.verification.phones import phone_of
from posapp.verification.purposes import Purpose

CHALLENGE_ID, SEND_NO = "challenge_id", "send_no"
"""Parameters by which the sender finds the code; they are not in the text."""


class Delivery(StrEnum):
    """How far the newest message is, as the till says it."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


_DELIVERY = {
    MessageState.QUEUED: Delivery.QUEUED,
    MessageState.DELIVERED: Delivery.DELIVERED,
    MessageState.FAILED: Delivery.FAILED,
    MessageState.EXPIRED: Delivery.FAILED,
    MessageState.REFUSED: Delivery.FAILED,
}


@dataclass(frozen=True, slots=True)
class PromisedText:
    """The newest message of a challenge, without its code."""

    language: str
    parameters: Mapping[str, Any]
    delivery: Delivery
    reason: str | None
    """Why it failed: a short code."""


def promise_code(
    phone: PhoneNumber,
    *,
    phone_index: UUID,
    challenge_id: UUID,
    purpose: Purpose,
    send_no: int,
    language: str,
    text_params: Mapping[str, Any],
    expires_at: datetime,
    at: datetime,
) -> UUID:
    """Put the message of one code into the outbox, inside ``transaction()``; it names the challenge, never the code."""
    return messaging.promise(
        route=phone_index,
        traffic="service",
        template=f"code_{purpose.value}",
        language=language,
        params={**text_params, CHALLENGE_ID: str(challenge_id), SEND_NO: send_no},
        phone=phone,
        expires_at=expires_at,
        at=at,
        decision={"reason": "code_asked_for", "purpose": purpose.value},
    )


def promise_again(challenge: ChallengeRow, *, at: datetime) -> UUID:
    """The same text to the same number with the challenge's newest code, inside ``transaction()``."""
    phone, before = phone_of(challenge), promised_text(challenge)
    if phone is None:
        raise RuntimeError("a live challenge has its number")
    return promise_code(
        phone,
        phone_index=challenge.phone_index,
        challenge_id=challenge.id,
        purpose=challenge.purpose,
        send_no=challenge.send_no,
        language=before.language,
        text_params=before.parameters,
        expires_at=challenge.code_ends_at,
        at=at,
    )


def promised_text(challenge: ChallengeRow) -> PromisedText:
    """What was promised last for the challenge, and how far it is."""
    c = MESSAGE.c
    row = db.session.execute(
        select(c.language, c.parameters, c.state, c.end_reason).where(
            c.route == challenge.phone_index, c.id == challenge.message_id
        )
    ).one()
    delivery = _DELIVERY.get(MessageState(row.state), Delivery.SENT)
    return PromisedText(row.language, row.parameters, delivery, row.end_reason)
