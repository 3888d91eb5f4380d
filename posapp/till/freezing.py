"""A card is frozen when something is wrong with it, and let go when it has been cleared up: each with a reason, and
never by its own holder.

The reason lies with the posting; the audit says that it was done, and by whom.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.points import service as points
from posapp.points.posting import Posting
from posapp.points.refusals import OwnCard


def freeze(member_id: UUID, reason: str, *, own_card: bool, key: str, actor: Actor, at: datetime) -> Posting:
    """Let the card collect points and spend none, inside ``transaction()``. Raises Already, OwnCard."""
    _stop_own(own_card)
    posted = points.freeze(member_id, reason=reason, key=key, actor=actor, at=at)
    return _noted(posted, AuditTag.CARD_FROZEN, actor, at)


def unfreeze(member_id: UUID, reason: str, *, own_card: bool, key: str, actor: Actor, at: datetime) -> Posting:
    """Let the card spend again, inside ``transaction()``. Raises Already, OwnCard."""
    _stop_own(own_card)
    posted = points.unfreeze(member_id, reason=reason, key=key, actor=actor, at=at)
    return _noted(posted, AuditTag.CARD_UNFROZEN, actor, at)


def _stop_own(own_card: bool) -> None:
    if own_card:
        raise OwnCard


def _noted(posted: Posting, tag: AuditTag, actor: Actor, at: datetime) -> Posting:
    if not posted.replayed:
        details = {"posting": str(posted.posting_id)}
        audit.record(tag, actor=actor, at=at, object_id=posted.member_id, details=details)
    return posted
