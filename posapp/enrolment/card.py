"""What the right code brings about: the card, with all its evidence, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from posapp import audit
from posapp.audit import AuditTag
from posapp.consent.service import CodeProof, SignedQuestionnaire, record_consents
from posapp.core.actor import Actor
from posapp.core.db import rows_changed
from posapp.enrolment import queries, storing
from posapp.enrolment.documents import documents_as_signed
from posapp.enrolment.draft import Draft
from posapp.enrolment.models import Enrolment
from posapp.enrolment.outcomes import DraftChanged, QuestionnaireChanged
from posapp.enrolment.queries import DraftRow
from posapp.members.queries import is_active, member_id_of
from posapp.members.service import open_member
from posapp.messaging import queries as messaging
from posapp.points.service import open_account
from posapp.verification.challenge import ChallengeRow
from posapp.verification.handlers import Done


def open_card(challenge: ChallengeRow, subject: Mapping[str, Any], *, actor: Actor, at: datetime, key: str) -> Done:
    """Open the card that the code was asked for, inside the transaction that consumes the challenge.

    Raises QuestionnaireChanged when the questionnaire or a document is not what the code was bound to, and
    NumberHasCard when the number has a card by now. Either leaves everything as it was.
    """
    row = _as_bound(challenge, subject, at)
    signed = _signed(row.body, challenge)
    member_id = open_member(
        row.phone, row.body.personal, language=row.body.language, store_id=challenge.store_id, verified_at=at
    )
    opened = open_account(
        member_id,
        store_id=challenge.store_id,
        key=key,
        actor=actor,
        at=at,
        referrer_id=_referrer(row.body, member_id),
    )
    record_consents(member_id, signed, _proof(challenge, at))
    _finish(row, member_id, at)
    details = {"enrolment": str(row.enrolment_id), "challenge": str(challenge.id)}
    audit.record(AuditTag.MEMBER_OPENED, actor=actor, at=at, object_id=member_id, details=details)
    return Done("enrolled", member_id, opened.posting_id)


def _as_bound(challenge: ChallengeRow, subject: Mapping[str, Any], at: datetime) -> DraftRow:
    """The draft, provided that its digests are those of the subject."""
    row = queries.draft_of_challenge(challenge.phone_index, UUID(subject["draft"]), challenge.id, at=at)
    if row is None:
        raise QuestionnaireChanged
    bound = row.body.bound()
    if any(bound[name] != subject[name] for name in bound):
        raise QuestionnaireChanged
    return row


def _referrer(body: Draft, member_id: UUID) -> UUID | None:
    """The card of whoever invited, if their number leads to one, and not to the new one. Nobody is told of it."""
    found = member_id_of(body.referrer) if body.referrer else None
    return found if found not in (None, member_id) and is_active(found) else None


def _signed(body: Draft, challenge: ChallengeRow) -> SignedQuestionnaire:
    customer, staff = body.signed, body.taken
    if customer is None or staff is None:
        raise QuestionnaireChanged
    return SignedQuestionnaire(
        answers=body.content(),
        digest=body.digest(),
        language=body.language,
        agreed=body.agreed,
        documents=documents_as_signed(body),
        signature_svg=body.signature_svg,
        customer_signed_at=datetime.fromisoformat(customer.at),
        utc_offset_minutes=customer.utc_offset_minutes,
        staff_id=UUID(staff.staff_id),
        staff_signed_at=datetime.fromisoformat(staff.at),
        store_id=challenge.store_id,
        till_id=challenge.till_id,
    )


def _proof(challenge: ChallengeRow, at: datetime) -> CodeProof:
    """What is known of the code's way by the time it was said; a receipt that comes later stays with its message."""
    message = messaging.state_of(challenge.phone_index, challenge.message_id)
    return CodeProof(
        challenge_id=challenge.id,
        matched_at=at,
        message_id=challenge.message_id,
        gateway_message_id=message.provider_id if message else None,
        delivered_at=message.delivered_at if message else None,
    )


def _finish(row: DraftRow, member_id: UUID, at: datetime) -> None:
    try:
        storing.remove(row)
    except DraftChanged:
        raise QuestionnaireChanged from None
    line = update(Enrolment).where(Enrolment.phone_index == row.phone_index, Enrolment.id == row.enrolment_id)
    if rows_changed(line.values(carded_at=at, member_id=member_id)) != 1:
        raise QuestionnaireChanged
