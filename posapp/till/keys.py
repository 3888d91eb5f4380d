"""A posting's key: the form's key, said together with the till, so that keys of two tills never meet."""

from __future__ import annotations

from uuid import UUID

from posapp.core.actor import Actor


def posting_key(actor: Actor, key: UUID) -> str:
    """``<till>:<form key>``; the back office has its person in the till's place."""
    return f"{actor.till_id or actor.staff_id}:{key}"
