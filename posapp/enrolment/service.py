"""The steps of an enrolment. Each one works inside an open transaction and says in the audit what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, insert, update

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.consent.purposes import REQUIRED
from posapp.core import ids, seal
from posapp.core.actor import Actor
from posapp.core.db import db
from posapp.core.phone import PhoneNumber
from posapp.enrolment import expiry, queries, storing
from posapp.enrolment.card import open_card
from posapp.enrolment.documents import digests_of, documents_as_signed, documents_for
from posapp.enrolment.draft import Draft
from posapp.enrolment.models import Enrolment
from posapp.enrolment.outcomes import DraftChanged, EndReason, NotFilledIn, NotSigned
from posapp.enrolment.queries import DraftRow
from posapp.verification.cancelling import cancel_all
from posapp.verification.purposes import Purpose
from posapp.verification.starting import start
from posapp.web.access import Person, TillPlace

__all__ = [
    "begin", "change_number", "end", "open_card", "save_answers", "save_customer_page", "sign", "take",
]  # fmt: skip

CHANGED = "questionnaire_changed"
"""Why a code is cancelled when what it was bound to is no longer there."""


def begin(phone: PhoneNumber, *, place: TillPlace, language: str, actor: Actor, at: datetime) -> DraftRow:
    """A questionnaire for the number at this till: the one begun before, or a new one. Looks at nobody's card."""
    phone_index = seal.phone_index(phone)
    found = queries.draft_for_number(phone_index, till_id=place.till_id, at=at)
    if found is not None:
        return found
    return _begin(Draft(phone=phone.e164, language=language), phone_index, place, actor, at)


def save_answers(
    row: DraftRow, answers: dict[str, str], *, language: str, is_filled: bool, actor: Actor, at: datetime
) -> DraftRow:
    """Keep what was typed, right or wrong. A change takes the signatures off and voids the code.

    Raises DraftChanged.
    """
    body = row.body.answered(answers, language=language, is_filled=is_filled)
    return row if body == row.body else _save(row, body, AuditTag.QUESTIONNAIRE_SAVED, actor, at)


def save_customer_page(row: DraftRow, page: Draft, *, actor: Actor, at: datetime) -> DraftRow:
    """Keep the ticks and the drawing of a page that is not signed yet. Raises DraftChanged."""
    return row if page == row.body else _save(row, page, AuditTag.QUESTIONNAIRE_SAVED, actor, at)


def sign(row: DraftRow, page: Draft, *, place: TillPlace, actor: Actor, at: datetime) -> DraftRow:
    """The customer has answered every document and signed; the same again changes nothing.

    Raises NotFilledIn, NotSigned, DraftChanged.
    """
    if not row.body.is_filled:
        raise NotFilledIn
    if not REQUIRED.issubset(page.ticks):
        raise NotSigned
    shown = digests_of(documents_for(page.language))
    if row.body.is_signed_as(page, shown):
        return row
    offset = at.astimezone(ZoneInfo(place.timezone)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    signed = page.signed_by_customer(shown, at=at, utc_offset_minutes=minutes)
    saved = _save(row, signed, AuditTag.CONSENT_GIVEN, actor, at)
    enrolment = update(Enrolment).where(*_enrolment_is(row)).values(consented_at=at)
    db.session.execute(enrolment)
    return saved


def take(row: DraftRow, *, place: TillPlace, person: Person, brand: str, actor: Actor, at: datetime) -> UUID:
    """The cashier signs: a code bound to everything on both pages goes to the number. Gives the challenge's id.

    Raises NotSigned, DocumentsSuperseded, DraftChanged, and whatever the number's limits refuse.
    """
    if row.body.signed is None:
        raise NotSigned
    documents_as_signed(row.body)
    body = row.body.taken_by(person.staff_id, at=at)
    started = start(
        purpose=Purpose.ENROL,
        phone=row.phone,
        subject={"draft": str(row.draft_id), "enrolment": str(row.enrolment_id), **body.bound()},
        actor=actor,
        person_session=person,
        store_id=place.store_id,
        till_id=place.till_id,
        language=body.language,
        text_params={"shop": brand},
        at=at,
    )
    storing.write(row, body, challenge_id=started.challenge_id)
    taken = {"challenge_id": started.challenge_id, "staff_id": person.staff_id}
    db.session.execute(update(Enrolment).where(*_enrolment_is(row)).values(taken))
    audit.record(AuditTag.QUESTIONNAIRE_TAKEN, actor=actor, at=at, object_id=row.enrolment_id)
    return started.challenge_id


def change_number(row: DraftRow, phone: PhoneNumber, *, place: TillPlace, actor: Actor, at: datetime) -> DraftRow:
    """The number was wrong: the same questionnaire under another number, to be signed anew. Raises DraftChanged.

    A questionnaire that this till had begun for the other number gives way to this one.
    """
    phone_index = seal.phone_index(phone)
    if phone_index == row.phone_index:
        return row
    end(row, EndReason.WRONG_NUMBER, actor=actor, at=at)
    other = queries.draft_for_number(phone_index, till_id=place.till_id, at=at)
    if other is not None:
        end(other, EndReason.SUPERSEDED, actor=actor, at=at)
    body = replace(row.body, phone=phone.e164, strokes="", signed=None, taken=None)
    return _begin(body, phone_index, place, actor, at)


def end(row: DraftRow, reason: EndReason, *, actor: Actor, at: datetime) -> None:
    """Stop here: the draft goes, its code is void, the report keeps the reason. Raises DraftChanged."""
    _void_code(row, reason.value, actor, at)
    storing.remove(row)
    ended = update(Enrolment).where(*_enrolment_is(row), Enrolment.carded_at.is_(None))
    db.session.execute(ended.values(ended_at=at, end_reason=reason.value))
    tag = AuditTag.CONSENT_REFUSED if reason is EndReason.REFUSED_CONSENT else AuditTag.ENROLMENT_ENDED
    audit.record(tag, actor=actor, at=at, object_id=row.enrolment_id, reason=reason.value)


def _begin(body: Draft, phone_index: UUID, place: TillPlace, actor: Actor, at: datetime) -> DraftRow:
    expiry.close_expired(phone_index, till_id=place.till_id, actor=actor, at=at)
    row = DraftRow(
        phone_index=phone_index,
        draft_id=ids.uuid7(at),
        till_id=place.till_id,
        enrolment_id=ids.uuid7(at),
        challenge_id=None,
        revision=1,
        expires_at=at + timedelta(hours=settings.current().draft_life_hours),
        body=body,
    )
    if not storing.store(row, at=at):  # sent twice at once: both go on with the one that came first
        return queries.draft_for_number(phone_index, till_id=place.till_id, at=at) or _too_late()
    where = {"store_id": place.store_id, "till_id": place.till_id, "staff_id": actor.staff_id}
    line = insert(Enrolment).values(phone_index=phone_index, id=row.enrolment_id, begun_at=at, **where)
    db.session.execute(line)
    audit.record(AuditTag.QUESTIONNAIRE_BEGUN, actor=actor, at=at, object_id=row.enrolment_id)
    return row


def _too_late() -> NoReturn:
    raise DraftChanged


def _save(row: DraftRow, body: Draft, tag: AuditTag, actor: Actor, at: datetime) -> DraftRow:
    _void_code(row, CHANGED, actor, at)
    saved = storing.write(row, body, challenge_id=None)
    audit.record(tag, actor=actor, at=at, object_id=row.enrolment_id)
    return saved


def _void_code(row: DraftRow, reason: str, actor: Actor, at: datetime) -> None:
    """Before the draft is touched: a code on its way to being used holds its own row first, too."""
    if row.challenge_id is not None:
        cancel_all([(row.phone_index, row.challenge_id)], reason, actor, at)


def _enrolment_is(row: DraftRow) -> tuple[ColumnElement[bool], ...]:
    return Enrolment.phone_index == row.phone_index, Enrolment.id == row.enrolment_id
