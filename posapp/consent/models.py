"""Documents, the questionnaire as it was signed, and the consent records."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from posapp.consent.purposes import ConsentPurpose
from posapp.core.db import Base, JsonArray, JsonObject, reference, sharded

_PURPOSE_KNOWN = "purpose IN ({})".format(", ".join(f"'{purpose}'" for purpose in ConsentPurpose))


class Document(Base):
    """One version of one text in one language. Never edited, only superseded by a higher version."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("purpose", "language", "version"),
        CheckConstraint(_PURPOSE_KNOWN, name="purpose_known"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        {"info": reference(append_only=True)},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    """The first line of the text."""
    text: Mapped[str]
    """The whole document as it is shown, its title included."""
    sha256: Mapped[str]
    """SHA-256 of ``text`` in UTF-8, in hexadecimal."""
    operator_name: Mapped[str]
    operator_inn: Mapped[str]
    operator_address: Mapped[str]
    terms: Mapped[JsonObject]
    """Data, actions, processors, term and ways to withdraw, as words of a fixed list."""
    published_at: Mapped[datetime]


class Questionnaire(Base):
    """What the customer filled in and signed, and the cashier who took it.

    No foreign key to the member: evidence outlives the card.
    """

    __tablename__ = "questionnaire"
    __table_args__ = (
        UniqueConstraint("member_id", "challenge_id"),
        CheckConstraint("signature_kind IN ('drawn', 'code')", name="signature_kind_known"),
        CheckConstraint("(signature_kind = 'drawn') = (signature_sealed IS NOT NULL)", name="drawn_has_signature"),
        {"info": sharded("member_id", append_only=True)},
    )

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str]
    answers_sealed: Mapped[bytes]
    """Canonical JSON of every answer, with the random salt that keeps the digest from being guessed."""
    digest: Mapped[str]
    """SHA-256 of that JSON, in hexadecimal: what the code was bound to."""
    signature_kind: Mapped[str]
    signature_sealed: Mapped[bytes | None]
    """The SVG that was drawn here from the points of the customer's finger."""
    customer_signed_at: Mapped[datetime]
    utc_offset_minutes: Mapped[int]
    """The store's clock against UTC when the customer signed."""
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    """Whose second signature it is: the cashier who took the questionnaire."""
    staff_signed_at: Mapped[datetime]
    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"))
    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    challenge_id: Mapped[UUID]


class ConsentRecord(Base):
    """One answer, yes or no, to one document. Added and never changed; a withdrawal is a row of its own kind."""

    __tablename__ = "consent_record"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "questionnaire_id"], ["questionnaire.member_id", "questionnaire.id"]),
        UniqueConstraint("member_id", "questionnaire_id", "purpose"),
        CheckConstraint(_PURPOSE_KNOWN, name="purpose_known"),
        CheckConstraint("method IN ('drawn', 'code')", name="method_known"),
        CheckConstraint("agreed OR purpose NOT IN ('personal_data', 'rules')", name="required_agreed"),
        Index(None, "store_id", "matched_at"),
        {"info": sharded("member_id", append_only=True)},
    )

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[UUID]
    purpose: Mapped[str]
    channel: Mapped[str | None]
    """sms, call or messenger for advertising; nothing for the others."""
    agreed: Mapped[bool]
    """The explicit yes or the refusal; a refusal is kept with the same care."""
    operator_name: Mapped[str]
    operator_inn: Mapped[str]
    operator_address: Mapped[str]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    document_sha256: Mapped[str]
    language: Mapped[str]
    items: Mapped[JsonArray]
    """Which data the consent speaks of."""
    actions: Mapped[JsonArray]
    processors: Mapped[JsonArray]
    withdrawal: Mapped[JsonArray]
    """The ways to withdraw that the document names."""
    ends_at: Mapped[datetime | None]
    """When the term ends and the consent has to be renewed; none for the rules, which last as long as the card."""
    given_at: Mapped[datetime]
    utc_offset_minutes: Mapped[int]
    method: Mapped[str]
    """How it was signed: ``drawn`` on the screen, or ``code``."""
    challenge_id: Mapped[UUID]
    message_id: Mapped[UUID | None]
    """Our name of the message that carried the code."""
    gateway_message_id: Mapped[str | None]
    """The gateway's name of it, where it gave one."""
    delivered_at: Mapped[datetime | None]
    """When the phone confirmed it, where that was known by the time the code was said."""
    matched_at: Mapped[datetime]
    """When the code that the customer said aloud was found right."""
    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"))
    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
