"""The shop and its places. Small tables, the same on every node."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core.db import Base, JsonObject, reference

SHOP_ID = UUID("00000000-0000-8000-8000-000000000002")
"""The one row there is: a second shop cannot be added, however many hands set the house up."""


class Shop(Base):
    """The business whose card it is: one row, named in every consent."""

    __tablename__ = "shop"
    __table_args__ = (
        CheckConstraint("currency_exponent BETWEEN 0 AND 3", name="currency_exponent_known"),
        {"info": reference()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    brand: Mapped[str]
    """What customers call it."""
    legal_name: Mapped[str]
    """The operator of personal data, as registered."""
    inn: Mapped[str]
    """Taxpayer number of the operator."""
    address: Mapped[str]
    contact: Mapped[str]
    """Where a customer turns to withdraw a consent: an address or a number that is answered."""
    region: Mapped[str]
    """ISO 3166 country of the shop."""
    currency: Mapped[str]
    """ISO 4217."""
    currency_exponent: Mapped[int]
    """Digits after the point: amounts are kept as whole numbers of the smallest unit."""
    questionnaire: Mapped[JsonObject]
    """Which optional questions are asked: ``birthday``, ``email``, ``patronymic``, ``referrer``, each true or false."""


class Store(Base):
    """A place with tills. Its time zone and cut-over hour say where one business day ends and the next begins."""

    __tablename__ = "store"
    __table_args__ = (
        CheckConstraint("cutover_hour BETWEEN 0 AND 23", name="cutover_hour_of_a_day"),
        {"info": reference()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[str]
    timezone: Mapped[str]
    """IANA name, such as Europe/Moscow."""
    cutover_hour: Mapped[int]
    """Sales before this local hour belong to the day before."""
    region: Mapped[str]
    """Country whose phone numbers are typed here without a plus."""
    is_active: Mapped[bool] = mapped_column(default=True)
    """A closed store's tills let nobody in."""


class Till(Base):
    """One place at a counter, and the tablet that stands there now."""

    __tablename__ = "till"
    __table_args__ = (
        UniqueConstraint("store_id", "name"),
        UniqueConstraint("token_hash"),
        CheckConstraint("revoked_at IS NULL OR token_hash IS NULL", name="revoked_has_no_token"),
        CheckConstraint("token_hash IS NULL OR enrolled_at IS NOT NULL", name="token_was_enrolled"),
        {"info": reference()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[UUID] = mapped_column(ForeignKey("store.id"))
    name: Mapped[str]
    token_hash: Mapped[bytes | None]
    """SHA-256 of the secret in the tablet's cookie; none while no tablet is enrolled."""
    enrolled_at: Mapped[datetime | None]
    enrolled_by: Mapped[UUID | None]
    """The person of the staff who made the code."""
    revoked_at: Mapped[datetime | None]


class TillCode(Base):
    """A one-time code that enrols a tablet as one till."""

    __tablename__ = "till_code"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        Index("ix_till_code_till_id", "till_id"),
        {"info": reference()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    code_hash: Mapped[bytes]
    """SHA-256 of the code without its hyphens."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """Set once, by whoever comes first."""
    made_by: Mapped[UUID]
