"""Opening a card, and leading the numbers of one card to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from posapp.core import ids, seal
from posapp.core.db import db, rows_changed
from posapp.core.errors import Refusal
from posapp.core.phone import PhoneNumber
from posapp.core.text import N_
from posapp.members.birthdays import birthday_index
from posapp.members.models import Member, PhoneDirectory
from posapp.members.sealing import sealed, sealed_phone


class NumberHasCard(Refusal):
    """The number leads to a card already: raised because one number opens one card."""

    code = "already_member"
    status = 409
    sentence = N_("This number already has a card. Go to the start and find the customer by the number.")


class NumberMoved(Refusal):
    """The number leads to another card than it did when its code was asked for."""

    code = "number_moved"
    status = 409
    sentence = N_("This number leads to another card by now. Go to the start and find the customer again.")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonalAnswers:
    """What a person told about themselves. ``birthday`` is ``1990-05-17``, or ``--05-17`` without the year."""

    surname: str
    given_name: str
    patronymic: str | None = None
    birthday: str | None = None
    email: str | None = None


def open_member(
    phone: PhoneNumber, answers: PersonalAnswers, *, language: str, store_id: UUID, verified_at: datetime
) -> UUID:
    """Make the member and lead their proven number to it, inside an open transaction. Gives the member's id.

    Raises NumberHasCard when the number leads to a card already; of two at once, one succeeds.
    """
    member_id = ids.random_id()
    _take_number(phone, member_id, verified_at)
    told = {
        "surname_sealed": answers.surname,
        "given_name_sealed": answers.given_name,
        "patronymic_sealed": answers.patronymic,
        "birthday_sealed": answers.birthday,
        "email_sealed": answers.email,
    }
    columns = {column: sealed(text, column=column, member_id=member_id) for column, text in told.items()}
    db.session.execute(
        insert(Member).values(
            member_id=member_id,
            language=language,
            store_id=store_id,
            state="active",
            created_at=verified_at,
            birthday_index=birthday_index(answers.birthday),
            **columns,
        )
    )
    return member_id


def lead_on(emptied: UUID, *, into: UUID, phone_index: UUID, at: datetime) -> None:
    """Close a member whose card was merged: each of their numbers leads to the other card, inside an open transaction.

    ``phone_index`` is the number that was proven for it just now. Raises NumberMoved when it is not theirs any more.
    Consents stay with the one who gave them: none is written for the other.
    """
    theirs = PhoneDirectory.member_id == emptied
    proven = update(PhoneDirectory).where(PhoneDirectory.phone_index == phone_index, theirs)
    if rows_changed(proven.values(member_id=into, verified_at=at)) != 1:
        raise NumberMoved
    db.session.execute(update(PhoneDirectory).where(theirs).values(member_id=into))
    db.session.execute(update(Member).where(Member.member_id == emptied).values(state="closed"))


def _take_number(phone: PhoneNumber, member_id: UUID, verified_at: datetime) -> None:
    blind_index = seal.blind_index(phone)
    phone_index = UUID(bytes=blind_index[:16])
    line = insert(PhoneDirectory).values(
        phone_index=phone_index,
        blind_index=blind_index,
        member_id=member_id,
        phone_sealed=sealed_phone(phone.e164, phone_index=phone_index),
        verified_at=verified_at,
    )
    try:
        with db.session.begin_nested():
            db.session.execute(line)
    except IntegrityError:
        raise NumberHasCard from None
