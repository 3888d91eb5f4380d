"""A yes and a no are both kept, with everything that proves them, and with both signatures."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Row, insert, select
from sqlalchemy.exc import IntegrityError

from posapp.consent.models import ConsentRecord, Questionnaire
from posapp.consent.purposes import ConsentPurpose
from posapp.consent.queries import current_documents
from posapp.consent.service import CodeProof, ConsentMissing, SignedQuestionnaire, record_consents
from posapp.core import seal
from posapp.core.db import db, transaction
from tests.enrolment.shopfloor import Shopfloor, Tablet
from tests.support.fake_clock import FakeClock

ANSWERS = '{"answers":{"surname":"Каренина"}}'.encode()
SVG = "<svg/>"
YES = {ConsentPurpose.PERSONAL_DATA, ConsentPurpose.RULES, ConsentPurpose.ADVERTISING_CALL}


@pytest.fixture
def olga(app_context: Flask, clock: FakeClock) -> Tablet:
    return Shopfloor(app_context, clock).tablet("Olga")


@pytest.fixture
def signed(olga: Tablet, clock: FakeClock) -> SignedQuestionnaire:
    """Anna said yes to the required ones and to calls, and no to the rest."""
    return SignedQuestionnaire(
        answers=ANSWERS,
        digest="d" * 64,
        language="ru",
        agreed={purpose: purpose in YES for purpose in ConsentPurpose},
        documents=current_documents("ru"),
        signature_svg=SVG,
        customer_signed_at=clock.now() - timedelta(minutes=2),
        utc_offset_minutes=180,
        staff_id=olga.person.staff_id,
        staff_signed_at=clock.now() - timedelta(minutes=1),
        store_id=olga.place.store_id,
        till_id=olga.place.till_id,
    )


@pytest.fixture
def proof(clock: FakeClock) -> CodeProof:
    return CodeProof(
        challenge_id=uuid4(), matched_at=clock.now(), message_id=uuid4(), gateway_message_id="sms-1",
        delivered_at=clock.now() - timedelta(seconds=20),
    )  # fmt: skip


def record(signed: SignedQuestionnaire, proof: CodeProof) -> UUID:
    member_id = uuid4()
    with transaction():
        record_consents(member_id, signed, proof)
    return member_id


def records(member_id: UUID) -> dict[str, Row[tuple[object, ...]]]:
    found = db.session.execute(select(ConsentRecord.__table__).where(ConsentRecord.member_id == member_id))
    return {row.purpose: row for row in found}


def test_every_document_shown_has_its_record_yes_or_no(signed: SignedQuestionnaire, proof: CodeProof) -> None:
    kept = records(record(signed, proof))
    assert {purpose: row.agreed for purpose, row in kept.items()} == {
        "personal_data": True,
        "rules": True,
        "advertising_sms": False,
        "advertising_call": True,
        "advertising_messenger": False,
    }


def test_a_record_holds_everything_that_proves_it(signed: SignedQuestionnaire, proof: CodeProof) -> None:
    row = records(record(signed, proof))["advertising_call"]
    document = signed.documents[ConsentPurpose.ADVERTISING_CALL]
    assert (row.channel, row.language, row.method) == ("call", "ru", "drawn")
    assert (row.operator_name, row.operator_inn, row.operator_address) == (
        "ООО «Акме»",
        "7701234567",
        "Москва, Арбат, 1",
    )
    assert (row.document_id, row.document_sha256) == (document.document_id, document.sha256)
    assert row.items == ["phone", "given_name", "language", "birthday", "purchases"]
    assert row.actions
    assert row.processors
    assert "during_call" in row.withdrawal
    assert (row.given_at, row.utc_offset_minutes) == (signed.customer_signed_at, 180)
    assert row.ends_at == signed.customer_signed_at.replace(year=signed.customer_signed_at.year + 3)
    assert (row.challenge_id, row.message_id, row.gateway_message_id) == (proof.challenge_id, proof.message_id, "sms-1")
    assert (row.delivered_at, row.matched_at) == (proof.delivered_at, proof.matched_at)
    assert (row.store_id, row.till_id, row.staff_id) == (signed.store_id, signed.till_id, signed.staff_id)


def test_the_rules_last_as_long_as_the_card(signed: SignedQuestionnaire, proof: CodeProof) -> None:
    assert records(record(signed, proof))["rules"].ends_at is None


def test_a_term_that_would_end_on_a_day_that_is_none_ends_on_the_next(
    signed: SignedQuestionnaire, proof: CodeProof, clock: FakeClock
) -> None:
    leap_day = clock.now().replace(year=2028, month=2, day=29)
    row = records(record(replace(signed, customer_signed_at=leap_day), proof))["personal_data"]
    assert (row.ends_at.year, row.ends_at.month, row.ends_at.day) == (2031, 3, 1)


def test_both_signatures_are_kept_and_the_customers_is_sealed(signed: SignedQuestionnaire, proof: CodeProof) -> None:
    member_id = record(signed, proof)
    row = db.session.execute(select(Questionnaire.__table__).where(Questionnaire.member_id == member_id)).one()
    assert (row.customer_signed_at, row.staff_signed_at) == (signed.customer_signed_at, signed.staff_signed_at)
    assert (row.staff_id, row.signature_kind, row.digest) == (signed.staff_id, "drawn", signed.digest)
    place = {"table": "questionnaire", "row_id": row.id}
    assert seal.unseal_text(row.signature_sealed, column="signature_sealed", **place) == SVG
    assert seal.unseal(row.answers_sealed, column="answers_sealed", **place) == ANSWERS


def test_who_cannot_draw_agrees_by_code(signed: SignedQuestionnaire, proof: CodeProof) -> None:
    member_id = record(replace(signed, signature_svg=None), proof)
    row = db.session.execute(select(Questionnaire.__table__).where(Questionnaire.member_id == member_id)).one()
    assert (row.signature_kind, row.signature_sealed) == ("code", None)
    assert {record.method for record in records(member_id).values()} == {"code"}


@pytest.mark.parametrize("missing", [ConsentPurpose.PERSONAL_DATA, ConsentPurpose.RULES])
def test_without_a_required_consent_nothing_is_recorded(
    signed: SignedQuestionnaire, proof: CodeProof, missing: ConsentPurpose
) -> None:
    with pytest.raises(ConsentMissing):
        record(replace(signed, agreed={**signed.agreed, missing: False}), proof)
    assert db.session.execute(select(Questionnaire.id)).all() == []


def test_the_database_itself_refuses_a_card_without_them(signed: SignedQuestionnaire, proof: CodeProof) -> None:
    row = dict(records(record(signed, proof))["rules"]._mapping)
    with pytest.raises(IntegrityError, match="required_agreed"), transaction():
        db.session.execute(
            insert(ConsentRecord).values(row | {"id": uuid4(), "purpose": "personal_data", "agreed": False})
        )


def test_one_code_confirms_one_questionnaire(signed: SignedQuestionnaire, proof: CodeProof) -> None:
    member_id = uuid4()
    with transaction():
        record_consents(member_id, signed, proof)
    with pytest.raises(IntegrityError), transaction():
        record_consents(member_id, signed, proof)
