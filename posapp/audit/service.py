"""Writing the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from posapp.audit.chain import FIRST_PREV, mac_of
from posapp.audit.models import AuditHead, AuditRow
from posapp.audit.tags import AuditTag
from posapp.core import keys
from posapp.core.actor import Actor
from posapp.core.db import db, transaction


def record(
    tag: AuditTag,
    *,
    actor: Actor,
    at: datetime,
    object_id: UUID | None = None,
    outcome: str = "done",
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add one act to the actor's stream, inside the open transaction of the change it speaks of.

    ``details`` holds ids and counts only. Two writers of one stream wait for each other here, and nowhere else.
    """
    stream = actor.stream
    seq, prev = _head_for_update(stream)
    row: dict[str, Any] = {
        "stream": stream, "seq": seq + 1, "at": at, "tag": tag.value, "actor_kind": actor.kind,
        "staff_id": actor.staff_id, "role": actor.role.value if actor.role else None, "session_id": actor.session_id,
        "store_id": actor.store_id, "till_id": actor.till_id, "object_id": object_id, "outcome": outcome,
        "reason": reason, "request_id": actor.request_id, "details": dict(details or {}), "prev": prev,
    }  # fmt: skip
    row["mac"] = mac_of(row, keys.ring().audit_mac)
    db.session.execute(insert(AuditRow), row)
    db.session.execute(update(AuditHead).where(AuditHead.stream == stream).values(seq=seq + 1, mac=row["mac"]))


def record_alone(
    tag: AuditTag,
    *,
    actor: Actor,
    at: datetime,
    object_id: UUID | None = None,
    outcome: str = "refused",
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add one act in a transaction of its own: for what was refused or failed, and must be remembered all the same."""
    with transaction():
        record(tag, actor=actor, at=at, object_id=object_id, outcome=outcome, reason=reason, details=details)


def _head_for_update(stream: UUID) -> tuple[int, bytes]:
    """The stream's newest seq and code, its row locked until the transaction ends; made on the stream's first act."""
    look = select(AuditHead.seq, AuditHead.mac).where(AuditHead.stream == stream).with_for_update()
    head = db.session.execute(look).first()
    if head is None:
        try:
            with db.session.begin_nested():
                db.session.execute(insert(AuditHead).values(stream=stream, seq=0, mac=FIRST_PREV))
        except IntegrityError:  # another writer began the stream just now
            pass
        head = db.session.execute(look).one()
    return head.seq, head.mac
