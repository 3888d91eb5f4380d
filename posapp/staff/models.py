"""A person of the staff, and one stretch of being signed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonArray, JsonObject, reference, sharded

_HOLDS_TILL = text("till_id IS NOT NULL AND state IN ('active', 'choose_pin')")
_SHIFT_OPEN = text("till_id IS NOT NULL AND state <> 'ended'")
_OPEN = text("state <> 'ended'")


class Staff(Base):
    """Somebody who may sign in."""

    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("login"),
        CheckConstraint(
            "role IN ('cashier', 'manager', 'marketer', 'privacy_officer', 'administrator')", name="role_known"
        ),
        CheckConstraint("failures >= 0", name="failures_counted"),
        {"info": reference()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str]
    """As typed, without the difference between capital and small letters."""
    name: Mapped[str]
    """What colleagues call this person; customers do not see it."""
    role: Mapped[str]
    store_ids: Mapped[JsonArray]
    """Ids of the stores this person works in, as text."""
    language: Mapped[str]
    password_hash: Mapped[str]
    """Argon2id with its parameters and salt."""
    generation: Mapped[int] = mapped_column(default=0)
    """Grows when the role, the stores or the password change: sessions of an earlier generation are over."""
    failures: Mapped[int] = mapped_column(default=0)
    """Password tries since the last right one; counted before the comparison, so two tries never share one."""
    retry_at: Mapped[datetime | None]
    """No password is compared before this moment."""
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    phone_index: Mapped[UUID | None]
    """By which the card of this very person is known, so that nobody serves themselves; the number itself is not kept.

    The first 128 bits of its blind index: to be given again when the key of the index has changed.
    """


class StaffSession(Base):
    """One stretch of being signed in: a shift at a till, or a sign-in to the back office.

    Its id stays the same while the secret in the cookie changes.
    """

    __tablename__ = "staff_session"
    __table_args__ = (
        UniqueConstraint("subject_id", "secret_hash"),
        CheckConstraint("state IN ('active', 'locked', 'choose_pin', 'ended')", name="state_known"),
        CheckConstraint("subject_id = COALESCE(till_id, staff_id)", name="subject_is_till_or_person"),
        CheckConstraint("(till_id IS NULL) = (store_id IS NULL)", name="till_has_store"),
        CheckConstraint("state <> 'locked' OR pin_hash IS NOT NULL", name="locked_has_pin"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_has_time"),
        CheckConstraint("pin_failures >= 0", name="pin_failures_counted"),
        Index(
            "uq_staff_session_holder", "subject_id", unique=True, sqlite_where=_HOLDS_TILL, postgresql_where=_HOLDS_TILL
        ),
        Index(
            "uq_staff_session_shift", "subject_id", "staff_id", unique=True,
            sqlite_where=_SHIFT_OPEN, postgresql_where=_SHIFT_OPEN,
        ),
        Index("ix_staff_session_staff_id", "staff_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_staff_session_seen_at", "seen_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        {"info": sharded("subject_id")},
    )  # fmt: skip

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The till of a shift, the person of a back-office sign-in."""
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    till_id: Mapped[UUID | None] = mapped_column(ForeignKey("till.id"))
    store_id: Mapped[UUID | None] = mapped_column(ForeignKey("store.id"))
    generation: Mapped[int]
    """The person's generation at sign-in."""
    secret_hash: Mapped[bytes]
    """SHA-256 of the secret in the cookie; of a secret that nobody has once another person holds the till."""
    state: Mapped[str]
    """``choose_pin`` after the password, ``active``, ``locked`` until the PIN, ``ended``."""
    pin_hash: Mapped[str | None]
    """Argon2id over a keyed hash of the PIN: six digits alone would be guessed in a moment."""
    pin_failures: Mapped[int] = mapped_column(default=0)
    """PIN tries since the last right one; counted before the comparison."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """The last act, to the minute."""
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    work: Mapped[JsonObject]
    """What is under way: ``{"challenges": {id: [phone index, number]}, "draft": [phone index, id] or null,
    "card": [member id, phone index] or null, "last_posting": [member id, posting id, at] or null}``. Of
    the person's own card a third word, "own"."""
