"""Whom a phone leads to, and what a cashier may see of a member."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from posapp.core import seal
from posapp.core.db import db
from posapp.core.errors import Refusal
from posapp.core.phone import PhoneNumber
from posapp.core.text import N_
from posapp.members.models import Member, PhoneDirectory
from posapp.members.sealing import opened, opened_phone


class UnknownMember(Refusal):
    """There is no such card: the id leads to none, or the card has lost its number."""

    code = "not_found"
    status = 404
    sentence = N_("There is no such card. Go back and find the customer again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """What is shown of a member at a till: never the surname whole, never the phone."""

    member_id: UUID
    display_name: str
    """Given name and the first letter of the surname: «Анна К.»."""
    language: str
    state: str
    store_id: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose card it is, in a list: name with one letter, and the number proven last, masked (None: it has none)."""

    name: str
    phone_masked: str | None


def member_id_of(phone: PhoneNumber) -> UUID | None:
    """Whose number this is; None when it leads to no card. One statement, pinned to the number's shard."""
    blind_index = seal.blind_index(phone)
    look = select(PhoneDirectory.member_id).where(
        PhoneDirectory.phone_index == UUID(bytes=blind_index[:16]), PhoneDirectory.blind_index == blind_index
    )
    found: UUID | None = db.session.execute(look).scalar_one_or_none()
    return found


def member_behind(phone_index: UUID) -> UUID | None:
    """Whose card the number of this index leads to; None when it leads to none."""
    look = select(PhoneDirectory.member_id).where(PhoneDirectory.phone_index == phone_index)
    found: UUID | None = db.session.execute(look).scalar_one_or_none()
    return found


def number_has_card(phone_index: UUID) -> bool:
    """Does the number of this index lead to a card?"""
    return member_behind(phone_index) is not None


def is_active(member_id: UUID) -> bool:
    """Is there such a card, and is it not closed?"""
    look = select(Member.state).where(Member.member_id == member_id)
    return db.session.execute(look).scalar_one_or_none() == "active"


def card_of(member_id: UUID) -> MemberRow:
    """The member as a cashier sees them. Raises UnknownMember."""
    look = select(
        Member.surname_sealed,
        Member.given_name_sealed,
        Member.language,
        Member.state,
        Member.store_id,
        Member.created_at,
    ).where(Member.member_id == member_id)
    row = db.session.execute(look).first()
    if row is None:
        raise UnknownMember
    return MemberRow(
        member_id=member_id,
        display_name=_shown_name(member_id, row),
        language=row.language,
        state=row.state,
        store_id=row.store_id,
        created_at=row.created_at,
    )


def phone_at(phone_index: UUID, member_id: UUID) -> PhoneNumber:
    """The member's number, by the line of the directory through which the card was found. Raises UnknownMember."""
    line = (PhoneDirectory.phone_index == phone_index, PhoneDirectory.member_id == member_id)
    sealed: bytes | None = db.session.execute(select(PhoneDirectory.phone_sealed).where(*line)).scalar_one_or_none()
    if sealed is None:
        raise UnknownMember
    return PhoneNumber.restored(opened_phone(sealed, phone_index=phone_index))


def holders(member_ids: Collection[UUID]) -> dict[UUID, Holder]:
    """Those of these members that exist, as lists show them. For the office alone: it looks on every shard."""
    names = select(Member.member_id, Member.surname_sealed, Member.given_name_sealed)
    lines = select(PhoneDirectory.member_id, PhoneDirectory.phone_index, PhoneDirectory.phone_sealed)
    found = db.session.execute(
        lines.where(PhoneDirectory.member_id.in_(member_ids)).order_by(PhoneDirectory.verified_at)
    )
    phones = {
        row.member_id: PhoneNumber.restored(opened_phone(row.phone_sealed, phone_index=row.phone_index)).masked
        for row in found
    }
    return {
        row.member_id: Holder(_shown_name(row.member_id, row), phones.get(row.member_id))
        for row in db.session.execute(names.where(Member.member_id.in_(member_ids)))
    }


def shown_name(given_name: str, surname: str) -> str:
    """Given name and the surname's first letter, as it is said at the till."""
    return f"{given_name} {surname[:1]}." if surname else given_name


def _shown_name(member_id: UUID, row: Any) -> str:
    """From a row with both sealed names."""
    given_name = opened(row.given_name_sealed, column="given_name_sealed", member_id=member_id)
    surname = opened(row.surname_sealed, column="surname_sealed", member_id=member_id)
    return shown_name(given_name or "", surname or "")
