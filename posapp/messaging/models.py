"""The tables of the room: the outbox, its attempts, what gateways call them, receipts, and the worker's sign of life.

A message and its attempts lie in monthly partitions on PostgreSQL (``partitions``): old months are dropped whole. Hence
no foreign key between them.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonObject, reference, sharded
from posapp.messaging.state import Channel, Outcome, State, Traffic, one_of

_WAITING = text("state = 'queued'")
_ON_THE_WAY = text("state IN ('submitted', 'sent', 'buffered')")
_HAS_PHONE = text("phone_sealed IS NOT NULL")
_ASKS = text("poll_at IS NOT NULL")
_UNMATCHED = text("applied_at IS NULL")


class Message(Base):
    """One promised text to one phone, and how far it has come."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(one_of("traffic", Traffic), name="traffic_known"),
        CheckConstraint(one_of("channel", Channel), name="channel_known"),
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("rank BETWEEN 0 AND 5", name="rank_known"),
        CheckConstraint("(lease IS NULL) = (leased_until IS NULL)", name="lease_has_an_end"),
        Index("ix_message_due", "priority", "due_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_message_silent_at", "silent_at", postgresql_where=_ON_THE_WAY, sqlite_where=_ON_THE_WAY),
        Index("ix_message_blank", "final_at", postgresql_where=_HAS_PHONE, sqlite_where=_HAS_PHONE),
        Index("ix_message_created_at", "created_at", postgresql_using="brin"),
        {"info": sharded("route"), "postgresql_partition_by": "RANGE (id)"},
    )

    route: Mapped[UUID] = mapped_column(primary_key=True)
    """Whom it belongs to: a member, or the index of a number that has no card yet."""
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Ours; also what gateways are told that let us name a message."""
    traffic: Mapped[str]
    channel: Mapped[str]
    template: Mapped[str]
    language: Mapped[str]
    parameters: Mapped[JsonObject]
    """What the text says besides what is derived when it is sent. Never a code, nothing personal."""
    phone_sealed: Mapped[bytes | None]
    """Blanked a day after the last word."""
    phone_index: Mapped[UUID]
    priority: Mapped[int]
    state: Mapped[str]
    rank: Mapped[int]
    end_reason: Mapped[str | None]
    due_at: Mapped[datetime]
    lease: Mapped[UUID | None]
    """Whose hands it is in. Settling asks for it, so that a worker that was too slow changes nothing."""
    leased_until: Mapped[datetime | None]
    tries: Mapped[int]
    gateway: Mapped[str | None]
    provider_id: Mapped[str | None]
    decision: Mapped[JsonObject]
    """Why it may be sent, as it was known when it was promised."""
    sent_decision: Mapped[JsonObject | None]
    """The same, decided again when it was about to be sent."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """It is never sent after this."""
    silent_at: Mapped[datetime]
    """When waiting for the last word ends."""
    submitted_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]


class MessageAttempt(Base):
    """One handing over to one gateway. Without an outcome, it is under way or its worker has died."""

    __tablename__ = "message_attempt"
    __table_args__ = (
        CheckConstraint(one_of("outcome", Outcome), name="outcome_known"),
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("number > 0", name="number_counts_up"),
        Index("ix_message_attempt_poll_at", "poll_at", postgresql_where=_ASKS, sqlite_where=_ASKS),
        {"info": sharded("route"), "postgresql_partition_by": "RANGE (message_id)"},
    )

    route: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    gateway: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    provider_id: Mapped[str | None]
    error_code: Mapped[str | None]
    """The gateway's own short code; never its sentence, which may repeat the number."""
    state: Mapped[str | None]
    """What the newest receipt of this attempt said."""
    state_at: Mapped[datetime | None]
    parts_estimated: Mapped[int | None]
    parts_billed: Mapped[int | None]
    price_micros: Mapped[int | None]
    """Millionths of the currency's unit: a text costs fractions of a penny."""
    currency: Mapped[str | None]
    price_source: Mapped[str | None]
    poll_at: Mapped[datetime | None]
    """When the gateway is asked about it next; empty where receipts come by themselves."""


class ProviderReference(Base):
    """From a gateway's name of a message to ours. Sharded by the digest of the name, since a receipt knows no more."""

    __tablename__ = "provider_reference"
    __table_args__ = (
        Index("ix_provider_reference_created_at", "created_at", postgresql_using="brin"),
        {"info": sharded("reference")},
    )

    reference: Mapped[UUID] = mapped_column(primary_key=True)
    route: Mapped[UUID]
    message_id: Mapped[UUID]
    number: Mapped[int]
    created_at: Mapped[datetime]


class ReceiptRow(Base):
    """One thing that a gateway said about one message, once: a repeated callback has the same id."""

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state_known"),
        Index("ix_receipt_unmatched", "received_at", postgresql_where=_UNMATCHED, sqlite_where=_UNMATCHED),
        Index("ix_receipt_received_at", "received_at", postgresql_using="brin"),
        {"info": sharded("reference")},
    )

    reference: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str]
    state: Mapped[str]
    error_code: Mapped[str | None]
    parts_billed: Mapped[int | None]
    price_micros: Mapped[int | None]
    currency: Mapped[str | None]
    said_at: Mapped[datetime | None]
    """The gateway's own time of it, where it gives one."""
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    """Empty until the message it speaks of is known."""


class WorkerBeat(Base):
    """A worker's sign of life."""

    __tablename__ = "worker_beat"
    __table_args__ = ({"info": reference()},)

    worker_id: Mapped[UUID] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]


MESSAGE = cast("Table", Message.__table__)
ATTEMPT = cast("Table", MessageAttempt.__table__)
REFERENCE = cast("Table", ProviderReference.__table__)
RECEIPT = cast("Table", ReceiptRow.__table__)
BEAT = cast("Table", WorkerBeat.__table__)
