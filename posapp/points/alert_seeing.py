"""Looking into an alert: written once, with the name of the first who did."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import db, dialect_name
from posapp.points.alert import ALERT, SEEN
from posapp.points.alert_list import UnknownAlert


def mark_seen(
    store_id: UUID, alert_id: UUID, *, note: str | None, store_ids: Collection[UUID], actor: Actor, at: datetime
) -> bool:
    """Somebody has looked into an alert of one of their `store_ids`, inside ``transaction()``.

    False when a colleague had done so before: then nothing is written. Raises UnknownAlert for any other alert.
    """
    there = select(ALERT.c.alert_id).where(ALERT.c.store_id == store_id, ALERT.c.alert_id == alert_id)
    if store_id not in store_ids or db.session.execute(there).first() is None:
        raise UnknownAlert
    inserting = postgresql.insert(SEEN) if dialect_name() == "postgresql" else sqlite.insert(SEEN)
    values = {"store_id": store_id, "alert_id": alert_id, "staff_id": actor.staff_id, "at": at, "note": note or None}
    new = db.session.execute(inserting.values(values).on_conflict_do_nothing().returning(SEEN.c.alert_id)).first()
    if new is None:
        return False
    details = {"store": str(store_id), "with_note": bool(note)}
    audit.record(AuditTag.FRAUD_ALERT_SEEN, actor=actor, at=at, object_id=alert_id, details=details)
    return True
