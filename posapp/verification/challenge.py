"""The challenge: one proof of one number, for one purpose, at one till."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, RowMapping, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonObject, sharded
from posapp.verification.purposes import Purpose


class State(StrEnum):
    """Where a challenge stands: pending and sent wait for a code, verified is a grant, the rest is over."""

    PENDING = "pending"
    SENT = "sent"
    VERIFIED = "verified"
    CONSUMED = "consumed"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    SEND_FAILED = "send_failed"


LIVE = (State.PENDING, State.SENT)
"""A code may still be typed."""
OPEN = (*LIVE, State.VERIFIED)
"""Something may still come of it: what is taken back with its shift, and by a newer start for its number."""
GRANT_LIFE = timedelta(seconds=300)
"""How long a right code stands until the sum is known: as long as a code does, for a basket being rung up."""


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


IS_LIVE = text("state IN ('pending', 'sent')")
IS_GRANT = text("state = 'verified'")
IS_ENROL = text("purpose = 'enrol'")


class Challenge(Base):
    """One code at a time, sent to one phone, good for a few tries and one success."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("attempts >= 0 AND attempts <= attempts_max", name="attempts_within_limit"),
        CheckConstraint(_one_of("state", State), name="state_known"),
        CheckConstraint(_one_of("purpose", Purpose), name="purpose_known"),
        UniqueConstraint("phone_index", "posting_id", name="uq_challenge_posting"),
        Index("uq_challenge_live", "phone_index", unique=True, postgresql_where=IS_LIVE, sqlite_where=IS_LIVE),
        Index("ix_challenge_live_until", "expires_at", postgresql_where=IS_LIVE, sqlite_where=IS_LIVE),
        Index("ix_challenge_granted", "verified_at", postgresql_where=IS_GRANT, sqlite_where=IS_GRANT),
        Index("ix_challenge_created", "created_at", postgresql_using="brin"),
        Index("ix_challenge_enrol", "store_id", "created_at", postgresql_where=IS_ENROL, sqlite_where=IS_ENROL),
        {"info": sharded("phone_index")},
    )

    phone_index: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Random, so that it cannot be guessed from another."""
    phone_sealed: Mapped[bytes | None]
    """Blank as soon as the challenge has ended."""
    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"))
    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    staff_session_id: Mapped[UUID]
    """The shift's session row: unlocking keeps it, another cashier has another."""
    purpose: Mapped[str]
    subject: Mapped[JsonObject]
    """What the customer agrees to: sums, receipt, digests. No personal data."""
    subject_digest: Mapped[bytes]
    """SHA-256 of the subject as it was when the challenge began; evidence, never read back to make a code."""
    nonce: Mapped[bytes]
    kid: Mapped[int]
    """Which key of the ring makes the codes."""
    send_no: Mapped[int]
    """Which code counts now, from 1; a new code is a new number."""
    sends: Mapped[int]
    """How often something was sent, by whatever channel."""
    attempts: Mapped[int]
    """Spent before the code is compared, so that two guesses can never share one."""
    attempts_max: Mapped[int]
    state: Mapped[str]
    created_at: Mapped[datetime]
    last_sent_at: Mapped[datetime]
    code_expires_at: Mapped[datetime]
    """The newest code's own end; a resend moves it."""
    expires_at: Mapped[datetime]
    """The hard end, from creation; nothing moves it."""
    verified_at: Mapped[datetime | None]
    consumed_at: Mapped[datetime | None]
    posting_id: Mapped[UUID | None]
    end_reason: Mapped[str | None]
    message_id: Mapped[UUID]
    """The newest message of this challenge: its language, its delivery."""


CHALLENGE = cast("Table", Challenge.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeRow:
    """A challenge as it was read at one moment. Printing it shows neither the number nor what makes the code."""

    phone_index: UUID
    id: UUID
    phone_sealed: bytes | None = field(repr=False)
    store_id: UUID
    till_id: UUID
    staff_id: UUID
    staff_session_id: UUID
    purpose: Purpose
    subject: JsonObject
    subject_digest: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    kid: int
    send_no: int
    sends: int
    attempts: int
    attempts_max: int
    state: State
    created_at: datetime
    last_sent_at: datetime
    code_expires_at: datetime
    expires_at: datetime
    verified_at: datetime | None
    consumed_at: datetime | None
    posting_id: UUID | None
    end_reason: str | None
    message_id: UUID

    @classmethod
    def of(cls, row: RowMapping) -> ChallengeRow:
        """The value of a database row that holds every column."""
        values: dict[str, Any] = {each.name: row[each.name] for each in fields(cls)}
        return cls(**values | {"purpose": Purpose(row["purpose"]), "state": State(row["state"])})

    @property
    def tries_left(self) -> int:
        return self.attempts_max - self.attempts

    @property
    def code_ends_at(self) -> datetime:
        """When the newest code stops being good: its own end or the hard end, whichever is first."""
        return min(self.code_expires_at, self.expires_at)

    def state_at(self, at: datetime) -> State:
        """The state that the clock gives it, before the job that writes it down has run."""
        if self.state is State.VERIFIED:
            is_over = self.verified_at is not None and self.verified_at + GRANT_LIFE <= at
        else:
            is_over = self.state in LIVE and self.expires_at <= at
        return State.EXPIRED if is_over else self.state
