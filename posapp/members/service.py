"""Opening a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from posapp.core import ids, seal
from posapp.core.db import db
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
