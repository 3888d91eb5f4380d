"""What the web keeps between requests: answers already given, and forms that arrived without a session."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, sharded


class GivenAnswer(Base):
    """The answer to one write, under the key that its form carried: the same key again gets the same answer."""

    __tablename__ = "given_answer"
    __table_args__ = (
        CheckConstraint("status BETWEEN 200 AND 499", name="status_is_an_answer"),
        Index("ix_given_answer_created_at", "created_at"),
        {"info": sharded("subject_id", append_only=False)},
    )

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The till, or the person in the back office: keys of one never meet keys of another."""
    key: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    """SHA-256 of what was asked, so that a key cannot be used again for something else."""
    status: Mapped[int]
    location: Mapped[str]
    created_at: Mapped[datetime]


class ParkedForm(Base):
    """A form that arrived after its session had ended, sealed, until somebody has signed in again."""

    __tablename__ = "parked_form"
    __table_args__ = (Index("ix_parked_form_expires_at", "expires_at"), {"info": sharded("parked_id")})

    parked_id: Mapped[UUID] = mapped_column(primary_key=True)
    form_sealed: Mapped[bytes]
    expires_at: Mapped[datetime]
