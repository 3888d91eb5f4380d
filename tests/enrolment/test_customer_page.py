"""The customer's own page: their language, each document with its own unticked box, required and never required."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select, update

from posapp.consent.models import ConsentRecord
from posapp.consent.service import publish_documents
from posapp.core.actor import system_actor
from posapp.core.db import db, transaction
from posapp.enrolment.models import Enrolment
from posapp.members.models import Member
from posapp.stores import queries as stores
from posapp.stores.models import Shop
from tests.enrolment.shopfloor import AGREED, SIGNATURE, Tablet, arrive
from tests.support.fake_clock import FakeClock

BOXES = ("personal_data", "rules", "advertising_sms", "advertising_call", "advertising_messenger", "by_code")


@pytest.fixture
def path(olga: Tablet) -> str:
    """Anna has told who she is; the tablet is in her hands."""
    path = olga.begin()
    olga.fill(path)
    return path


def page_of(olga: Tablet, path: str) -> str:
    return unescape(olga.get(f"{path}/customer").get_data(as_text=True))


def ticked(page: str) -> set[str]:
    boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", page)
    return {found[1] for box in boxes if " checked" in box and (found := re.search(r'name="(\w+)"', box))}


def test_nothing_is_ticked_for_anybody(olga: Tablet, path: str) -> None:
    page = page_of(olga, path)
    assert ticked(page) == set()
    for name in BOXES:
        assert f'name="{name}"' in page


def test_it_speaks_the_customers_language_and_not_the_cashiers(olga: Tablet, path: str) -> None:
    page = page_of(olga, path)
    assert '<html lang="ru"' in page
    assert "Согласие на обработку персональных данных" in page
    olga.agree(path)
    assert '<html lang="en"' in olga.get(f"{path}/confirm").get_data(as_text=True)


def test_the_texts_are_there_to_read_with_how_to_withdraw(olga: Tablet, path: str) -> None:
    page = page_of(olga, path)
    for part in ("152-ФЗ", "38-ФЗ", "Правила карты покупателя", "Как отозвать", "Как отказаться", "card@acme.example"):
        assert part in page
    assert page.count("<details") == 5


def test_the_cashiers_controls_are_hidden(olga: Tablet, path: str) -> None:
    page = page_of(olga, path)
    assert "/till/lock" not in page
    assert 'href="/till"' not in page
    assert "Olga" not in page


@pytest.mark.parametrize("missing", ["personal_data", "rules"])
def test_the_required_ones_are_required(olga: Tablet, path: str, missing: str) -> None:
    answer = olga.agree(path, language="ru", **{missing: ""})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert f'href="#{missing}"' in page
    assert ticked(page) == {"personal_data", "rules", "advertising_sms"} - {missing}
    assert f'value="{SIGNATURE}"' in page


def test_the_signature_is_required_unless_agreed_by_code(olga: Tablet, path: str) -> None:
    assert olga.agree(path, signature_points="").status_code == 422
    assert olga.agree(path, signature_points="", by_code="y").status_code == 303


@pytest.mark.parametrize("points", ["<svg onload=alert(1)>", "[]", "[[[1,1]]]", "[[[1,2],[2000,3]]]", "{}", "[" * 5000])
def test_only_points_make_a_signature(olga: Tablet, path: str, points: str) -> None:
    answer = olga.agree(path, signature_points=points)
    assert answer.status_code == 422
    assert b"<svg onload" not in answer.get_data()


@pytest.mark.parametrize("value", ["n", "0", "false", "нет"])
def test_a_box_is_ticked_only_by_a_tick(olga: Tablet, path: str, value: str) -> None:
    assert olga.agree(path, personal_data=value).status_code == 422


def test_another_language_keeps_what_was_ticked_and_drawn(olga: Tablet, path: str) -> None:
    changed = olga.post(f"{path}/language", {**AGREED, "documents": olga.edition(path)}, lang="en")
    assert changed.headers["Location"] == f"{path}/customer"
    page = page_of(olga, path)
    assert '<html lang="en"' in page
    assert "Consent to the processing of personal data" in page
    assert ticked(page) == {"personal_data", "rules", "advertising_sms"}
    assert f'value="{SIGNATURE}"' in page


def test_the_record_is_of_the_language_that_was_read(olga: Tablet, path: str, clock: FakeClock) -> None:
    olga.post(f"{path}/language", {}, lang="en")
    olga.agree(path)
    olga.say(olga.take(path).headers["Location"], arrive(clock.now()))
    db.session.rollback()
    assert set(db.session.execute(select(ConsentRecord.language)).scalars()) == {"en"}
    assert db.session.execute(select(Member.language)).scalar_one() == "en"


def test_nobody_agrees_to_a_text_they_were_not_shown(olga: Tablet, path: str, clock: FakeClock) -> None:
    shown = olga.edition(path)
    _publish_changed(clock)
    answer = olga.agree(path, documents=shown)
    assert answer.status_code == 409
    assert ticked(unescape(answer.get_data(as_text=True))) == set()
    assert olga.agree(path).status_code == 303


def test_who_does_not_want_a_card_leaves_only_a_line_of_the_report(olga: Tablet, path: str) -> None:
    assert olga.post(f"{path}/stop", reason="refused_consent").headers["Location"].startswith("/till")
    db.session.rollback()
    line = db.session.execute(select(Enrolment.end_reason, Enrolment.carded_at)).one()
    assert tuple(line) == ("refused_consent", None)
    assert db.session.execute(select(func.count()).select_from(ConsentRecord)).scalar() == 0
    assert olga.get(path).status_code == 404


def _publish_changed(clock: FakeClock) -> None:
    with transaction():
        db.session.execute(update(Shop).values(contact="new@acme.example"))
    with transaction():
        publish_documents(stores.shop(), clock.now(), actor=system_actor("setup"))
