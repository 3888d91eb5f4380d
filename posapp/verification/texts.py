"""The message that carries a code: promised without it, and completed at the moment of sending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from posapp.core.phone import PhoneNumber
from posapp.messaging import service as messaging
from posapp.verification.purposes import Purpose


def promise_code(
    *,
    phone: PhoneNumber,
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
        params={**text_params, "challenge_id": str(challenge_id), "send_no": send_no},
        phone=phone,
        expires_at=expires_at,
        at=at,
        decision={"reason": "code_asked_for", "purpose": purpose.value},
    )
