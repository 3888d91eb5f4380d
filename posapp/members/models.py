"""The member and the phone directory."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, sharded

BLIND_INDEX_BYTES = 32
BIRTHDAY_INDEX_BYTES = 8

_UNINDEXED = text("birthday_index IS NULL AND birthday_sealed IS NOT NULL")


class Member(Base):
    """A person who holds a card. The phone is not here: see ``PhoneDirectory``."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'closed')", name="state_known"),
        CheckConstraint("birthday_index IS NULL OR birthday_sealed IS NOT NULL", name="birthday_index_has_birthday"),
        Index(None, "store_id", "birthday_index", "member_id"),
        Index("ix_member_birthday_unindexed", "member_id", postgresql_where=_UNINDEXED, sqlite_where=_UNINDEXED),
        {"info": sharded("member_id")},
    )

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    """Random, so that neither time nor order can be read from it."""
    surname_sealed: Mapped[bytes]
    given_name_sealed: Mapped[bytes]
    patronymic_sealed: Mapped[bytes | None]
    birthday_sealed: Mapped[bytes | None]
    """``1990-05-17``, or ``--05-17`` where the year was not given."""
    birthday_index: Mapped[bytes | None]
    """One of thirty groups of days, under the index key: see ``birthdays``, which also says what it gives away."""
    email_sealed: Mapped[bytes | None]
    language: Mapped[str]
    """The language this person is spoken and written to in."""
    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"))
    """The store where the card was opened."""
    state: Mapped[str] = mapped_column(default="active")
    """Closed when the card was merged into another: nobody is served or written to by it any more."""
    created_at: Mapped[datetime]


class PhoneDirectory(Base):
    """Which card a phone leads to; several may lead to one, where cards were merged.

    No foreign key: it lives on the shard of the phone, the card on its own.
    """

    __tablename__ = "phone_directory"
    __table_args__ = (
        UniqueConstraint("phone_index", "blind_index"),
        CheckConstraint(f"length(blind_index) = {BLIND_INDEX_BYTES}", name="blind_index_whole"),
        Index(None, "member_id"),
        {"info": sharded("phone_index")},
    )

    phone_index: Mapped[UUID] = mapped_column(primary_key=True)
    """The first 128 bits of the blind index."""
    blind_index: Mapped[bytes]
    """HMAC-SHA256 of the number under its own key: equal numbers are found, no number can be read from it."""
    member_id: Mapped[UUID]
    phone_sealed: Mapped[bytes]
    verified_at: Mapped[datetime]
    """When the holder last proved the number with a code."""
