"""The audit's two tables: the rows, and the head of each chain."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonObject, sharded


class AuditRow(Base):
    """One act. Row ``seq`` of a stream carries the code of row ``seq - 1``, so none can be changed unseen."""

    __tablename__ = "audit_row"
    __table_args__ = (CheckConstraint("seq > 0", name="seq_positive"), {"info": sharded("stream", append_only=True)})

    stream: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    tag: Mapped[str]
    actor_kind: Mapped[str]
    staff_id: Mapped[UUID | None]
    role: Mapped[str | None]
    session_id: Mapped[UUID | None]
    store_id: Mapped[UUID | None]
    till_id: Mapped[UUID | None]
    object_id: Mapped[UUID | None]
    outcome: Mapped[str]
    reason: Mapped[str | None]
    request_id: Mapped[str]
    details: Mapped[JsonObject]
    """Counts and ids only; never a phone, a name or a code."""
    prev: Mapped[bytes]
    """The code of the row before; 32 zero bytes at the beginning of a stream."""
    mac: Mapped[bytes]
    """HMAC-SHA256 over every column above, under the key ring's audit key."""


class AuditHead(Base):
    """The newest row of a stream: what the next one is chained to, and the lock its writers share."""

    __tablename__ = "audit_head"
    __table_args__ = ({"info": sharded("stream")},)

    stream: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int]
    mac: Mapped[bytes]
