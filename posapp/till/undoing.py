"""Undo: a whole receipt given back. For some seconds by the cashier who did it, later by the manager with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.points import queries as ledger
from posapp.points import service as points
from posapp.points.posting import Posting
from posapp.web.access import Person


class NothingToUndo(Refusal):
    """The shift has done nothing that could be undone, or its seconds are over."""

    code, status = "undo_over", 409
    sentence = N_("The time to undo this at the till has passed. Ask your manager.")


@dataclass(frozen=True, slots=True)
class LastDone:
    """The last operation of a shift while it can be undone."""

    member_id: UUID
    posting_id: UUID
    seconds_left: int
    seconds: int


def last_done(person: Person, at: datetime) -> LastDone | None:
    """What this shift may still undo; None when there is nothing, or the time is over."""
    seconds = settings.current().undo_seconds
    kept = person.work.get("last_posting")
    if not kept or "undone" in kept:
        return None
    member_id, posting_id, done_at = kept
    left = datetime.fromisoformat(done_at) + timedelta(seconds=seconds) - at
    if left <= timedelta():
        return None
    return LastDone(UUID(member_id), UUID(posting_id), max(1, round(left.total_seconds())), seconds)


def has_undone(person: Person, posting: Posting) -> bool:
    """Did this shift make the posting by undoing its last operation?"""
    kept = person.work.get("last_posting") or []
    return "undone" in kept and posting.about_id is not None and kept[1] == str(posting.about_id)


def undo_last(person: Person, shown: str | None, *, key: str, actor: Actor, at: datetime) -> Posting:
    """Give the shift's last receipt back, inside ``transaction()``, if it is the one that the page has ``shown``.

    Raises NothingToUndo and PointsRefusal.
    The seconds shown are the ones promised; a little more is allowed for a tap that travels slowly.
    """
    kept = person.work.get("last_posting")
    allowed = timedelta(seconds=settings.current().undo_seconds + settings.current().undo_leeway_seconds)
    if not kept or kept[1] != shown or datetime.fromisoformat(kept[2]) + allowed < at:
        raise NothingToUndo
    posting = ledger.posting(UUID(kept[0]), UUID(kept[1]))
    if posting is None or posting.receipt is None or posting.store_id is None:
        raise NothingToUndo
    return give_back(posting.member_id, posting.store_id, posting.receipt, None, key=key, actor=actor, at=at)


def give_back(
    member_id: UUID,
    store_id: UUID,
    receipt: str,
    reason: str | None,
    *,
    lines: tuple[tuple[str, int], ...] | None = None,
    key: str,
    actor: Actor,
    at: datetime,
) -> Posting:
    """Give a receipt back, whole or these ``lines`` of it, inside ``transaction()``. Raises PointsRefusal."""
    posted = points.return_receipt(
        member_id, store_id=store_id, receipt=receipt, key=key, actor=actor, at=at, reason=reason, lines=lines
    )
    if not posted.replayed:
        details = {"posting": str(posted.posting_id), "with_reason": reason is not None, "whole": lines is None}
        audit.record(AuditTag.POINTS_RETURNED, actor=actor, at=at, object_id=member_id, details=details)
    return posted
