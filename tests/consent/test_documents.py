"""A document is never edited, only superseded, and says everything that the law wants it to say."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from posapp.consent.models import Document
from posapp.consent.purposes import REQUIRED, ConsentPurpose, terms_of
from posapp.consent.queries import DocumentAltered, current_documents
from posapp.consent.service import publish_documents
from posapp.consent.wording import LANGUAGES, digest_of, worded
from posapp.core.actor import system_actor
from posapp.core.db import db, transaction
from posapp.stores import queries as stores
from posapp.stores.models import Shop
from posapp.stores.queries import ShopRow
from posapp.stores.service import add_shop
from tests.support.fake_clock import FakeClock

ACTOR = system_actor("setup")
ADVERTISING = [purpose for purpose in ConsentPurpose if purpose.channel]


@pytest.fixture
def shop(app_context: Flask) -> ShopRow:
    with transaction():
        add_shop(
            "Акме", legal_name="ООО «Акме»", inn="7701234567", address="Москва, Арбат, 1", contact="card@acme.example"
        )
    return stores.shop()


def publish(shop: ShopRow, clock: FakeClock) -> int:
    with transaction():
        return publish_documents(shop, clock.now(), actor=ACTOR)


def test_the_first_version_of_every_document_is_published_in_both_languages(shop: ShopRow, clock: FakeClock) -> None:
    assert publish(shop, clock) == len(ConsentPurpose) * len(LANGUAGES)
    for language in LANGUAGES:
        documents = current_documents(language)
        assert list(documents) == list(ConsentPurpose)
        for document in documents.values():
            assert (document.version, document.language, document.sha256) == (1, language, digest_of(document.text))
            assert document.text.startswith(document.title)
            assert document.paragraphs


def test_publishing_again_without_a_change_publishes_nothing(shop: ShopRow, clock: FakeClock) -> None:
    publish(shop, clock)
    assert publish(shop, clock) == 0


def test_a_change_makes_the_next_version_and_keeps_the_one_before(shop: ShopRow, clock: FakeClock) -> None:
    publish(shop, clock)
    before = current_documents("ru")[ConsentPurpose.RULES]
    with transaction():
        db.session.execute(update(Shop).values(address="Москва, Тверская, 7"))
    clock.advance(days=1)
    publish(stores.shop(), clock)
    after = current_documents("ru")[ConsentPurpose.RULES]
    assert (after.version, after.sha256 == before.sha256) == (2, False)
    kept = db.session.execute(select(Document.text, Document.sha256).where(Document.id == before.document_id)).one()
    assert (kept.text, kept.sha256) == (before.text, before.sha256)
    assert db.session.execute(select(func.count()).select_from(Document)).scalar() == 20


def test_a_text_that_does_not_match_its_digest_is_shown_to_nobody(shop: ShopRow, clock: FakeClock) -> None:
    publish(shop, clock)
    with transaction():
        db.session.execute(
            insert(Document).values(
                id=uuid4(), purpose="rules", language="ru", version=2, title="Правила", text="Правила\n\nДругие.",
                sha256="0" * 64, operator_name="-", operator_inn="-", operator_address="-", terms={},
                published_at=clock.now(),
            )
        )  # fmt: skip
    with pytest.raises(DocumentAltered):
        current_documents("ru")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", ConsentPurpose)
def test_every_document_names_the_operator_and_how_to_withdraw(
    shop: ShopRow, purpose: ConsentPurpose, language: str
) -> None:
    text = worded(purpose, language, shop)
    assert "$" not in text
    for particular in (shop.legal_name, shop.inn, shop.address, shop.contact, shop.brand):
        assert particular in text
    assert {"ru": "В любой момент", "en": "At any moment"}[language] in text


def test_consent_to_personal_data_stands_alone(shop: ShopRow) -> None:
    text = worded(ConsentPurpose.PERSONAL_DATA, "ru", shop)
    assert "152-ФЗ" in text
    assert "38-ФЗ" not in text
    for part in ("Цель", "Какие данные", "Какие действия", "Срок", "Как отозвать", "Мои права", "поручению Оператора"):
        assert part in text


@pytest.mark.parametrize("purpose", ADVERTISING)
def test_each_advertising_consent_names_its_channel_and_its_law(shop: ShopRow, purpose: ConsentPurpose) -> None:
    titles = {
        "sms": ("в SMS", "by SMS"),
        "call": ("по телефону", "by phone call"),
        "messenger": ("в мессенджерах", "in messengers"),
    }
    for language, title in zip(LANGUAGES, titles[purpose.channel or ""], strict=True):
        text = worded(purpose, language, shop)
        assert title in text.partition("\n")[0]
        assert {"ru": "38-ФЗ «О рекламе»", "en": "No. 38-FZ"}[language] in text
        assert {"ru": "Это не обязательно", "en": "It is optional"}[language] in text


def test_advertising_is_never_required() -> None:
    assert {ConsentPurpose.PERSONAL_DATA, ConsentPurpose.RULES} == REQUIRED
    assert not REQUIRED & set(ADVERTISING)


@pytest.mark.parametrize("purpose", ConsentPurpose)
def test_the_terms_of_every_consent_are_listed(purpose: ConsentPurpose) -> None:
    terms = terms_of(purpose)
    assert terms["items"]
    assert {"till", "contact", "letter"} <= set(terms["withdrawal"])
    assert terms["term_years"] == (None if purpose is ConsentPurpose.RULES else 3)
