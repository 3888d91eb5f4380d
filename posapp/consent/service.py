"""Publishing documents, and keeping what was answered to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import insert

from posapp import audit
from posapp.audit import AuditTag
from posapp.consent.models import ConsentRecord, Document, Questionnaire
from posapp.consent.purposes import REQUIRED, ConsentPurpose, terms_of
from posapp.consent.queries import DocumentRow, current_documents
from posapp.consent.wording import LANGUAGES, digest_of, title_of, worded
from posapp.core import ids, seal
from posapp.core.actor import Actor
from posapp.core.db import JsonObject, db
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.stores.queries import ShopRow

QUESTIONNAIRE = "questionnaire"


class ConsentMissing(Refusal):
    """A consent without which there is no card was not given."""

    code = "consent_missing"
    status = 409
    sentence = N_("There is no card without the two required consents. Show the customer the page again.")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SignedQuestionnaire:
    """The questionnaire with its two signatures. ``answers`` is canonical JSON and ``digest`` its SHA-256."""

    answers: bytes
    digest: str
    language: str
    agreed: Mapping[ConsentPurpose, bool]
    """Every document that was shown, yes or no."""
    documents: Mapping[ConsentPurpose, DocumentRow]
    signature_svg: str | None
    """None when the customer agreed by code."""
    customer_signed_at: datetime
    utc_offset_minutes: int
    staff_id: UUID
    staff_signed_at: datetime
    store_id: UUID
    till_id: UUID

    @property
    def method(self) -> Literal["drawn", "code"]:
        """How the customer signed."""
        return "code" if self.signature_svg is None else "drawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeProof:
    """The code that confirmed it all: of which challenge, in which message, when it arrived and when it matched."""

    challenge_id: UUID
    matched_at: datetime
    message_id: UUID | None = None
    gateway_message_id: str | None = None
    delivered_at: datetime | None = None


def publish_documents(shop: ShopRow, at: datetime, *, actor: Actor) -> int:
    """Publish every shipped text that differs from the version in force, inside an open transaction. Says how many.

    The first time that is version 1 of all of them; later only what changed gets the next version.
    """
    published = 0
    for language in LANGUAGES:
        in_force = current_documents(language)
        for purpose in ConsentPurpose:
            text, current = worded(purpose, language, shop), in_force.get(purpose)
            if current is None or current.sha256 != digest_of(text):
                _publish(purpose, language, text, current.version + 1 if current else 1, shop, at, actor)
                published += 1
    return published


def record_consents(member_id: UUID, signed: SignedQuestionnaire, proof: CodeProof) -> UUID:
    """Keep the questionnaire and one record for each document shown, yes or no, inside an open transaction.

    Gives the questionnaire's id. Raises ConsentMissing when personal data or the rules were not agreed to.
    """
    if not all(signed.agreed.get(purpose) for purpose in REQUIRED):
        raise ConsentMissing
    questionnaire_id = ids.uuid7(proof.matched_at)
    db.session.execute(insert(Questionnaire).values(_questionnaire_row(member_id, questionnaire_id, signed, proof)))
    rows = [_record_row(member_id, questionnaire_id, purpose, signed, proof) for purpose in signed.agreed]
    db.session.execute(insert(ConsentRecord), rows)
    return questionnaire_id


def _publish(
    purpose: ConsentPurpose, language: str, text: str, version: int, shop: ShopRow, at: datetime, actor: Actor
) -> None:
    document_id = ids.uuid7(at)
    db.session.execute(
        insert(Document).values(
            id=document_id,
            purpose=purpose.value,
            language=language,
            version=version,
            title=title_of(text),
            text=text,
            sha256=digest_of(text),
            operator_name=shop.legal_name,
            operator_inn=shop.inn,
            operator_address=shop.address,
            terms=terms_of(purpose),
            published_at=at,
        )
    )
    details = {"purpose": purpose.value, "language": language, "version": version}
    audit.record(AuditTag.DOCUMENT_PUBLISHED, actor=actor, at=at, object_id=document_id, details=details)


def _questionnaire_row(member_id: UUID, row_id: UUID, signed: SignedQuestionnaire, proof: CodeProof) -> JsonObject:
    signature = signed.signature_svg
    return {
        "member_id": member_id,
        "id": row_id,
        "language": signed.language,
        "answers_sealed": seal.seal(signed.answers, table=QUESTIONNAIRE, column="answers_sealed", row_id=row_id),
        "digest": signed.digest,
        "signature_kind": signed.method,
        "signature_sealed": signature
        and seal.seal_text(signature, table=QUESTIONNAIRE, column="signature_sealed", row_id=row_id),
        "customer_signed_at": signed.customer_signed_at,
        "utc_offset_minutes": signed.utc_offset_minutes,
        "staff_id": signed.staff_id,
        "staff_signed_at": signed.staff_signed_at,
        "store_id": signed.store_id,
        "till_id": signed.till_id,
        "challenge_id": proof.challenge_id,
    }


def _record_row(
    member_id: UUID, questionnaire_id: UUID, purpose: ConsentPurpose, signed: SignedQuestionnaire, proof: CodeProof
) -> JsonObject:
    document = signed.documents[purpose]
    given_at, years = signed.customer_signed_at, document.terms["term_years"]
    return {
        "member_id": member_id,
        "id": ids.uuid7(proof.matched_at),
        "questionnaire_id": questionnaire_id,
        "purpose": purpose.value,
        "channel": purpose.channel,
        "agreed": signed.agreed[purpose],
        "operator_name": document.operator_name,
        "operator_inn": document.operator_inn,
        "operator_address": document.operator_address,
        "document_id": document.document_id,
        "document_sha256": document.sha256,
        "language": document.language,
        **{name: document.terms[name] for name in ("items", "actions", "processors", "withdrawal")},
        "ends_at": _years_later(given_at, years) if years else None,
        "given_at": given_at,
        "utc_offset_minutes": signed.utc_offset_minutes,
        "method": signed.method,
        "challenge_id": proof.challenge_id,
        "message_id": proof.message_id,
        "gateway_message_id": proof.gateway_message_id,
        "delivered_at": proof.delivered_at,
        "matched_at": proof.matched_at,
        "store_id": signed.store_id,
        "till_id": signed.till_id,
        "staff_id": signed.staff_id,
    }


def _years_later(at: datetime, years: int) -> datetime:
    """The same day so many years on; 29 February becomes 1 March where there is none."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, month=3, day=1)
