"""The questionnaire as a value: what was typed and ticked, who signed, and the digest that the code is bound to."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from posapp.consent.purposes import ConsentPurpose
from posapp.core.canonical import canonical_json
from posapp.core.drawing import Strokes
from posapp.core.phone import PhoneNumber
from posapp.core.seal import keyed_hash
from posapp.members.service import PersonalAnswers

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSignature:
    """The customer's: which texts they had before them, and when."""

    documents: Mapping[str, str]
    """Purpose → SHA-256 of the document shown."""
    at: str
    utc_offset_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSignature:
    """The cashier's, who took the questionnaire."""

    staff_id: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Draft:
    """Everything on the pages of one enrolment. Changing it gives another draft; printing it shows nothing."""

    phone: str
    """E.164."""
    language: str
    salt: str = field(default_factory=lambda: secrets.token_hex(SALT_BYTES))
    """Keeps the digest from being guessed from a name and a birthday."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """The questionnaire's fields as they were typed."""
    is_filled: bool = False
    """Did the answers pass the questionnaire?"""
    ticks: tuple[str, ...] = ()
    """Purposes whose box is ticked."""
    by_code: bool = False
    strokes: str = ""
    """The drawn signature as points; empty when there is none."""
    signed: CustomerSignature | None = None
    taken: StaffSignature | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        signed, taken = told["signed"], told["taken"]
        return cls(
            **{
                **told,
                "ticks": tuple(told["ticks"]),
                "signed": signed and CustomerSignature(**signed),
                "taken": taken and StaffSignature(**taken),
            }
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def answered(self, answers: Mapping[str, str], *, language: str, is_filled: bool) -> Draft:
        """With these answers. Anything new takes both signatures off: they were given to something else."""
        same = (dict(self.answers), self.language, self.is_filled) == (dict(answers), language, is_filled)
        if same:
            return self
        return replace(
            self, answers=answers, language=language, is_filled=is_filled, strokes="", signed=None, taken=None
        )

    def considered(self, *, language: str, ticks: tuple[str, ...], by_code: bool, strokes: str) -> Draft:
        """With the customer's page as it stands, not signed."""
        return replace(self, language=language, ticks=ticks, by_code=by_code, strokes=strokes, signed=None, taken=None)

    def signed_by_customer(self, documents: Mapping[str, str], *, at: datetime, utc_offset_minutes: int) -> Draft:
        """With the customer's signature under these documents."""
        signature = CustomerSignature(documents=documents, at=at.isoformat(), utc_offset_minutes=utc_offset_minutes)
        return replace(self, signed=signature, taken=None)

    def is_signed_as(self, page: Draft, documents: Mapping[str, str]) -> bool:
        """Has the customer signed exactly this page under these documents?"""
        return (
            self.signed is not None
            and self.signed.documents == documents
            and replace(self, signed=None, taken=None) == replace(page, signed=None, taken=None)
        )

    def taken_by(self, staff_id: UUID, *, at: datetime) -> Draft:
        """With the cashier's signature."""
        return replace(self, taken=StaffSignature(staff_id=str(staff_id), at=at.isoformat()))

    @property
    def agreed(self) -> dict[ConsentPurpose, bool]:
        """Yes or no for every document that was signed."""
        shown = self.signed.documents if self.signed else {}
        return {purpose: purpose in self.ticks for purpose in ConsentPurpose if purpose in shown}

    @property
    def signature_svg(self) -> str | None:
        """The signature drawn by us from the customer's points; None when they agreed by code."""
        return None if self.by_code else Strokes.parse(self.strokes).to_svg()

    @property
    def personal(self) -> PersonalAnswers:
        """The answers as the member's record keeps them; of a questionnaire that is filled in."""
        told = self.answers
        return PersonalAnswers(
            surname=told["surname"],
            given_name=told["given_name"],
            patronymic=told.get("patronymic") or None,
            birthday=birthday_of(told),
            email=told.get("email") or None,
        )

    @property
    def referrer(self) -> PhoneNumber | None:
        """The number of whoever invited the customer; of a questionnaire that is filled in."""
        given = self.answers.get("referrer")
        return PhoneNumber.restored(given) if given else None

    def content(self) -> bytes:
        """Everything that was signed, as canonical JSON: what the questionnaire keeps, and what the digest is of.

        Of whoever invited the customer there is a keyed hash alone: it binds the code as the number would, and nobody's
        number is kept with the evidence of another.
        """
        return canonical_json(
            {
                "salt": self.salt,
                "phone": self.phone,
                "language": self.language,
                "answers": asdict(self.personal),
                "referrer": self.referrer and keyed_hash("referrer", self.referrer.e164).hex(),
                "agreed": {purpose.value: yes for purpose, yes in self.agreed.items()},
                "signature": self.signature_svg,
                "customer": self.signed and asdict(self.signed),
                "staff": self.taken and asdict(self.taken),
            }
        )

    def digest(self) -> str:
        """SHA-256 of ``content``, in hexadecimal."""
        return hashlib.sha256(self.content()).hexdigest()

    def bound(self) -> dict[str, Any]:
        """What the code is bound to: digests, nothing personal."""
        return {"questionnaire": self.digest(), "documents": dict(self.signed.documents) if self.signed else {}}


def birthday_of(answers: Mapping[str, str]) -> str | None:
    """``1990-05-17``, ``--05-17`` without the year, None when no birthday was given."""
    day, month, year = (answers.get(f"birthday_{part}") or "" for part in ("day", "month", "year"))
    return f"{year or '-'}-{int(month):02}-{int(day):02}" if day and month else None
