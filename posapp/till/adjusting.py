"""Points given or taken by hand: by one person up to the programme's limit, beyond it by two."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.points import adjustment_request, approving
from posapp.points import service as points
from posapp.points.adjustment_request import RequestRow
from posapp.points.approving import UnknownRequest
from posapp.points.posting import Posting


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a manager wants: points (negative: to be taken), why, and for how many days where they are given."""

    points: int
    reason: str
    valid_days: int | None


def adjust(
    member_id: UUID, wanted: Adjustment, *, own_card: bool, author: UUID, key: str, actor: Actor, at: datetime
) -> Posting:
    """Post it by one person, inside ``transaction()``. Raises ApprovalRequired beyond the limit, and PointsRefusal.

    ``own_card``: the author's own; nobody gives points to themselves.
    """
    posted = points.adjust(
        member_id,
        points=wanted.points,
        reason=wanted.reason,
        valid_days=wanted.valid_days,
        author=author,
        key=key,
        actor=actor,
        at=at,
        own_card=own_card,
    )
    if not posted.replayed:
        details = {"posting": str(posted.posting_id), "points": wanted.points}
        audit.record(AuditTag.POINTS_ADJUSTED, actor=actor, at=at, object_id=posted.member_id, details=details)
    return posted


def ask(member_id: UUID, wanted: Adjustment, *, author: UUID, actor: Actor, at: datetime) -> RequestRow:
    """Put it before a second person, inside ``transaction()``. Raises the PointsRefusal that it would get."""
    asked = approving.ask(
        member_id, points=wanted.points, reason=wanted.reason, author=author, valid_days=wanted.valid_days, at=at
    )
    details = {"request": str(asked.request_id), "points": wanted.points}
    audit.record(AuditTag.ADJUSTMENT_ASKED, actor=actor, at=at, object_id=member_id, details=details)
    return asked


def request_of(member_id: UUID, request_id: UUID, store_ids: Collection[UUID]) -> RequestRow:
    """A request of one of these stores. Raises UnknownRequest for any other, whether it exists or not."""
    found = adjustment_request.find(member_id, request_id)
    if found is None or found.store_id not in store_ids:
        raise UnknownRequest
    return found


def approve(asked: RequestRow, *, own_card: bool, approver: UUID, key: str, actor: Actor, at: datetime) -> Posting:
    """Post what another person has asked for, inside ``transaction()``; what ``approving.approve`` raises.

    ``own_card``: the approver's own.
    """
    posted = approving.approve(asked, own_card=own_card, approver=approver, key=key, actor=actor, at=at)
    details = {"request": str(asked.request_id), "posting": str(posted.posting_id), "points": asked.points}
    audit.record(AuditTag.ADJUSTMENT_APPROVED, actor=actor, at=at, object_id=posted.member_id, details=details)
    return posted


def refuse(asked: RequestRow, *, by: UUID, answer: str, actor: Actor, at: datetime) -> None:
    """Say no with a reason, inside ``transaction()``; an author takes a request back. Raises AlreadyDecided and kin."""
    approving.refuse(asked, by=by, answer=answer, at=at)
    details = {"request": str(asked.request_id), "own": by == asked.author_id}
    audit.record(AuditTag.ADJUSTMENT_REFUSED, actor=actor, at=at, object_id=asked.member_id, details=details)
