"""Who acts when a code was right: a port for each purpose, filled when the application starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from posapp.core.actor import Actor
from posapp.verification.challenge import ChallengeRow
from posapp.verification.purposes import Purpose


@dataclass(frozen=True, slots=True)
class Done:
    """What a right code has brought about."""

    kind: str
    member_id: UUID
    posting_id: UUID | None = None


class Handler(Protocol):
    """Does what the customer agreed to, inside the transaction that consumes the challenge.

    ``subject`` is what the code was bound to and nothing else is applied. ``key`` is the request's idempotency key.
    A refusal that it raises rolls the consumption back; the try stays spent.
    """

    def __call__(
        self, challenge: ChallengeRow, subject: Mapping[str, Any], *, actor: Actor, at: datetime, key: str
    ) -> Done: ...


_handlers: dict[Purpose, Handler] = {}


def register(purpose: Purpose, handler: Handler) -> None:
    """Let ``handler`` act on the right codes of ``purpose``; the application's start hands the handlers over."""
    _handlers[purpose] = handler


def handler_of(purpose: Purpose) -> Handler:
    """Who acts for ``purpose``. Raises RuntimeError when nobody was registered."""
    try:
        return _handlers[purpose]
    except KeyError:
        raise RuntimeError(f"nobody acts on codes for {purpose.value}") from None
