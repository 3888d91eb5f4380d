"""The half-filled questionnaire, and the line of the report that every begun one leaves behind."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, sharded


class QuestionnaireDraft(Base):
    """What has been typed so far, sealed whole. Deleted when the card is opened, and after a day in any case."""

    __tablename__ = "questionnaire_draft"
    __table_args__ = (
        UniqueConstraint("phone_index", "till_id"),
        CheckConstraint("revision > 0", name="revision_positive"),
        Index(None, "till_id"),
        Index(None, "expires_at"),
        {"info": sharded("phone_index")},
    )

    phone_index: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    """Only this till may open it again."""
    body_sealed: Mapped[bytes]
    """JSON of everything on both pages, the phone included."""
    revision: Mapped[int]
    """Grows with every change and is named by every change, so that two at once cannot overwrite each other."""
    enrolment_id: Mapped[UUID]
    challenge_id: Mapped[UUID | None]
    """The code that was sent for it as it stands; cleared, and the code cancelled, when anything changes."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Enrolment(Base):
    """One questionnaire begun, and how far it came. Holds no personal data, and is kept for the reports."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("(carded_at IS NULL) = (member_id IS NULL)", name="carded_has_member"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_has_reason"),
        CheckConstraint("carded_at IS NULL OR ended_at IS NULL", name="carded_or_ended"),
        Index(None, "store_id", "begun_at"),
        Index(None, "store_id", "carded_at"),
        Index(None, "store_id", "ended_at"),
        {"info": sharded("phone_index")},
    )

    phone_index: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"))
    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    """Who began it; from the moment the questionnaire is taken, who took it."""
    begun_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    """When the customer signed."""
    challenge_id: Mapped[UUID | None]
    """The newest code sent for it."""
    carded_at: Mapped[datetime | None]
    member_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    """When it ended without a card; nothing while it can still become one."""
    end_reason: Mapped[str | None]
    """One word of ``posapp.enrolment.outcomes.EndReason``."""
