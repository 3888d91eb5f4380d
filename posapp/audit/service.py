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
from posapp.core.db import before_commit, db, transaction

_WAITING = "audit_waiting"


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

    ``details`` holds ids and counts only. The row is written as the transaction's last statement: the head of a stream
    is the one lock that all its writers share, so it is taken after every other and held for a moment only.
    """
    act = {
        "at": at, "tag": tag.value, "actor_kind": actor.kind, "staff_id": actor.staff_id,
        "role": actor.role.value if actor.role else None, "session_id": actor.session_id, "store_id": actor.store_id,
        "till_id": actor.till_id, "object_id": object_id, "outcome": outcome, "reason": reason,
        "request_id": actor.request_id, "details": dict(details or {}),
    }  # fmt: skip
    waiting: dict[UUID, list[dict[str, Any]]] = db.session().info.setdefault(_WAITING, {})
    if not waiting:
        before_commit(_write)
    waiting.setdefault(actor.stream, []).append(act)


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


def _write() -> None:
    """Chain and insert what the transaction has recorded, stream by stream, in one order for everybody."""
    recorded: dict[UUID, list[dict[str, Any]]] = db.session().info.pop(_WAITING)
    for stream in sorted(recorded):
        seq, prev = _head_for_update(stream)
        rows: list[dict[str, Any]] = []
        for act in recorded[stream]:
            row = act | {"stream": stream, "seq": seq + 1, "prev": prev}
            row["mac"] = mac_of(row, keys.ring().audit_mac)
            seq, prev = row["seq"], row["mac"]
            rows.append(row)
        db.session.execute(insert(AuditRow), rows)
        db.session.execute(update(AuditHead).where(AuditHead.stream == stream).values(seq=seq, mac=prev))


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
