"""What the till shows of a challenge while the code is on its way and being typed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from posapp.core.actor import Actor
from posapp.core.errors import Refusal
from posapp.verification.challenge import LIVE, ChallengeRow, State
from posapp.verification.phones import phone_of
from posapp.verification.purposes import Purpose
from posapp.verification.refusals import find_mine, why_unusable
from posapp.verification.resending import resend_wait_seconds
from posapp.verification.texts import Delivery, PromisedText, promised_text

__all__ = ["ChallengeRow", "CodeView", "Delivery", "StatusRow", "find_mine", "status", "view", "why_over"]


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The live line under the keypad."""

    state: State
    delivery: Delivery
    delivery_reason: str | None
    """Why the message failed: a short code."""
    resend_in: int | None
    """Seconds until another code may be sent; None when none may."""
    tries_left: int
    expires_in: int
    """Seconds that the newest code is still good."""

    @property
    def may_resend(self) -> bool:
        return self.resend_in == 0

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class CodeView:
    """What the page says of the challenge: what for, to whom, in which language."""

    challenge_id: UUID
    purpose: Purpose
    subject: Mapping[str, Any] = field(repr=False)
    language: str
    """The customer's: the text was sent in it."""
    phone_masked: str | None
    """None once the challenge has ended."""


def status(phone_index: UUID, challenge_id: UUID, *, actor: Actor, at: datetime) -> StatusRow:
    """Where a challenge of the actor's own till and shift stands now. Raises ChallengeNotFound."""
    challenge = find_mine(phone_index, challenge_id, actor=actor)
    return _status(challenge, promised_text(challenge), at)


def why_over(phone_index: UUID, challenge_id: UUID, *, actor: Actor, at: datetime) -> Refusal | None:
    """Why nothing more will come of a challenge of the actor's own till and shift; None while something may.

    A code that is merely too old, or not sent yet, is no end. Raises ChallengeNotFound.
    """
    challenge = find_mine(phone_index, challenge_id, actor=actor)
    if challenge.state_at(at) in LIVE and challenge.tries_left > 0:
        return None
    return why_unusable(challenge, at=at)


def view(phone_index: UUID, challenge_id: UUID, *, actor: Actor) -> CodeView:
    """What a challenge of the actor's own till and shift is about. Raises ChallengeNotFound."""
    challenge = find_mine(phone_index, challenge_id, actor=actor)
    phone = phone_of(challenge)
    return CodeView(
        challenge_id=challenge.id,
        purpose=challenge.purpose,
        subject=challenge.subject,
        language=promised_text(challenge).language,
        phone_masked=phone.masked if phone else None,
    )


def _status(challenge: ChallengeRow, text: PromisedText, at: datetime) -> StatusRow:
    state = challenge.state_at(at)
    left = math.ceil((challenge.code_ends_at - at).total_seconds()) if state in LIVE else 0
    return StatusRow(
        state=state,
        delivery=text.delivery,
        delivery_reason=text.reason,
        resend_in=resend_wait_seconds(challenge, at=at),
        tries_left=challenge.tries_left,
        expires_in=max(0, left),
    )
