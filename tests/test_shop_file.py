"""A fresh database becomes a shop by one file, people are hired, and the counter opens. Nothing else is needed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from posapp import shop_file
from posapp.audit.models import AuditRow
from posapp.consent.purposes import ConsentPurpose
from posapp.consent.queries import current_documents
from posapp.core.actor import Actor, Role
from posapp.core.db import db, transaction
from posapp.points import programmes
from posapp.points.programme import Programme
from posapp.staff.models import Staff
from posapp.stores import queries, service
from posapp.worker import Worker
from tests.support.fake_clock import FakeClock
from tests.support.shop_commands import PASSPHRASE, add, apply, copied_example, counts, edit, run
from tests.support.visiting import Visitor
from tests.till.scene import OLGA, Counter, Tablet


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return copied_example(tmp_path)


def open_counter(app: Flask, clock: FakeClock, file: Path) -> Tablet:
    """The shop, its manager and a cashier; a tablet let in by the manager's code; the cashier's shift on it."""
    apply(app, file)
    assert add(app, "irina", "manager", "На Тверской").exit_code == 0
    assert add(app, "anna", "cashier", "На Тверской").exit_code == 0
    with app.app_context():
        tills = [till.till_id for till in queries.tills({store.store_id for store in queries.all_stores()})]
        here = queries.stores({store.store_id for store in queries.all_stores() if store.name == "На Тверской"})[0]
        irina = db.session.execute(select(Staff.id).where(Staff.login == "irina")).scalar_one()
        actor = Actor(kind="staff", staff_id=irina, role=Role.MANAGER, request_id="test")
        mine = queries.tills({here.store_id})[0].till_id
        code = service.make_till_code(mine, store_ids={here.store_id}, actor=actor, at=clock.now())
        counter = Counter(app, clock, Worker(app), tills)
    tablet = Tablet(app.test_client(), counter)
    tablet.go("/till/setup")
    tablet.send("/till/setup", code=code)
    tablet.go("/till/sign-in")
    tablet.send("/till/sign-in", login="anna", password=PASSPHRASE)
    tablet.send("/till/pin", pin="482915")
    return tablet


def test_a_fresh_house_becomes_a_shop_that_opens_cards(app: Flask, clock: FakeClock, file: Path) -> None:
    tablet = open_counter(app, clock, file)
    try:
        assert tablet.enrol()
        assert tablet.credit("R-1", "1 234,56").status_code == 200
    finally:
        tablet.counter.worker.close()


def test_the_first_manager_signs_in_to_the_office(app: Flask, file: Path) -> None:
    apply(app, file)
    assert add(app, "irina", "manager", "На Тверской", "На Малышева").exit_code == 0
    office = Visitor(app.test_client())
    office.go("/sign-in")
    office.send("/sign-in", login="irina", password=PASSPHRASE)
    assert office.go("/manager/tills").status_code == 200
    assert "Касса 2" in office.text


def test_applying_again_changes_nothing(app: Flask, clock: FakeClock, file: Path) -> None:
    apply(app, file)
    before = counts(app)
    clock.advance(days=40)
    assert "Nothing was changed" in apply(app, file)
    assert counts(app) == before
    assert before[AuditRow.__tablename__] > 0


def test_another_brand_publishes_the_documents_anew(app: Flask, file: Path) -> None:
    apply(app, file)
    edit(file, 'brand = "АКМЕ"', 'brand = "Ромашка"')
    said = apply(app, file)
    assert "The shop was changed: brand." in said
    with app.app_context():
        assert queries.shop().brand == "Ромашка"
        rules = current_documents("ru")[ConsentPurpose.RULES]
        assert (rules.version, "Ромашка" in rules.text) == (2, True)


def test_a_new_store_and_a_new_till_are_added_and_a_store_is_closed(app: Flask, file: Path) -> None:
    apply(app, file)
    edit(file, '"Касса 1", "Касса 2"]', '"Касса 1", "Касса 2", "Касса 3"]')
    edit(file, "# closed = true", "closed = true")
    edit(
        file, "[programme]\n", '[[stores]]\nname = "C"\naddress = "C"\ntimezone = "UTC"\ntills = ["1"]\n\n[programme]\n'
    )
    said = apply(app, file)
    assert "“Касса 3” was added to “На Тверской”" in said
    with app.app_context():
        assert {store.name: store.is_active for store in queries.all_stores()} == {
            "C": True,
            "На Малышева": False,
            "На Тверской": True,
        }


def test_other_rules_count_from_tomorrow_and_never_before_rules_already_announced(
    app: Flask, clock: FakeClock, file: Path
) -> None:
    apply(app, file)
    edit(file, "earn_rate_bp = 500", "earn_rate_bp = 300")
    edit(file, "# starts_on = 2027-01-01", "starts_on = 2099-01-01")
    assert "in force from 2099-01-01" in apply(app, file)
    edit(file, "earn_rate_bp = 300", "earn_rate_bp = 400")
    edit(file, "starts_on = 2099-01-01", "starts_on = 2098-01-01")
    refused = run(app, "shop", "apply", str(file))
    assert refused.exit_code == 1
    assert "can start on 2099-01-01 at the earliest" in refused.output
    assert counts(app)["programme"] == 2


def test_the_same_file_takes_nothing_back_that_a_manager_has_published(
    app: Flask, clock: FakeClock, file: Path
) -> None:
    apply(app, file)
    irina = Actor(kind="staff", staff_id=uuid4(), role=Role.MANAGER, request_id="test")
    with app.app_context(), transaction():
        rules = Programme(earn_rate_bp=900)
        programmes.publish(rules, name="Hers", starts_on=date(2026, 3, 3), actor=irina, at=clock.now())
    edit(file, '"Касса 1", "Касса 2"]', '"Касса 1", "Касса 2", "Касса 3"]')
    assert "The rules" not in apply(app, file)
    edit(file, "earn_rate_bp = 500", "earn_rate_bp = 300")
    assert "are in force from 2026-03-03" in apply(app, file)
    assert counts(app)["programme"] == 3


def test_a_question_switched_off_is_not_asked(app: Flask, clock: FakeClock, file: Path) -> None:
    edit(file, "birthday = true\nemail = true", "birthday = true\nemail = false")
    tablet = open_counter(app, clock, file)
    try:
        tablet.go("/till")
        tablet.send("/till/new", phone=OLGA)
        assert 'name="birthday_day"' in tablet.text
        assert 'name="email"' not in tablet.text
    finally:
        tablet.counter.worker.close()


def test_yen_are_typed_and_shown_without_decimals(app: Flask, clock: FakeClock, file: Path) -> None:
    edit(file, 'currency = "RUB"', 'currency = "JPY"')
    edit(file, "point_value_minor = 100 ", "# ")
    tablet = open_counter(app, clock, file)
    try:
        tablet.enrol()
        tablet.go(f"/till/card/{tablet.member_id}")
        assert 'data-key=","' not in tablet.text
        assert "₽" not in tablet.text
        assert tablet.credit("R-1", "1500,5").status_code == 422
        assert tablet.credit("R-1", "1 500").status_code == 200
        tablet.ask_redeem_code("R-2", "2 500", "100")
        assert re.search(r"2\u00a0500(?!,)", tablet.text)
        edit(file, 'currency = "JPY"', 'currency = "RUB"')
        refused = run(app, "shop", "apply", str(file))
        assert "receipts are kept in JPY already" in refused.output
    finally:
        tablet.counter.worker.close()


FAULTS: list[tuple[str, str, str]] = [
    ('brand = "АКМЕ"', 'brand = " "', "shop, brand: write 1 to 40 characters in one line."),
    ('brand = "АКМЕ"', "", "shop, brand: is missing."),
    ('brand = "АКМЕ"', 'brandt = "АКМЕ"', "shop, brandt: there is no such line; check its spelling."),
    ('inn = "7700000000"', 'inn = "77"', "inn: write the 10 digits of a company or the 12 of an entrepreneur."),
    ('inn = "7700000000"', "inn = 7700000000", "shop, inn: write text in quotes."),
    ('region = "RU"', 'region = "XX"', "shop, region: write a country as two capital letters"),
    ('region = "RU"', 'region = "KZ"', "codes are not sent to KZ; add it to POSAPP_ALLOWED_REGIONS first."),
    ('currency = "RUB"', 'currency = "rub"', "shop, currency: write a currency as three capital letters"),
    ("email = true", 'email = "no"', "shop, questionnaire, email: write true or false."),
    ("referrer = false", 'referrer = "no"', "shop, questionnaire, referrer: write true or false."),
    ('"Europe/Moscow"', '"Moscow"', "stores 1, timezone: there is no such time zone"),
    ("cutover_hour = 4", "cutover_hour = 24", "stores 1, cutover_hour: write 23 or less."),
    ('["Касса 1", "Касса 2"]', "[]", "stores 1, tills: name at least one."),
    ('["Касса 1", "Касса 2"]', '["1", "1"]', "stores 1, tills: “1” stands here twice"),
    ("На Малышева", "На Тверской", "stores: “На Тверской” stands here twice"),
    ("earn_rate_bp = 500", "earn_rate_bp = 5.5", "programme, rules: earn_rate_bp: a whole number"),
    ("earn_rate_bp = 500", "earn_rate = 500", "programme, rules: earn_rate: there is no such rule."),
    ("valid_days = 365", "exponent = 3", "exponent: it comes with the currency; leave it out."),
    ("[shop]", "[shop", "is not TOML"),
]


@pytest.mark.sqlite_only
def test_every_fault_has_a_sentence(app: Flask, file: Path) -> None:
    for before, after, sentence in FAULTS:
        copied_example(file.parent)
        edit(file, before, after)
        refused = run(app, "shop", "apply", str(file))
        assert refused.exit_code == 1
        assert sentence in refused.output
        assert "Traceback" not in refused.output
    assert not any(counts(app).values())


@pytest.mark.settings(region="KZ", allowed_regions=("RU", "KZ"))
@pytest.mark.sqlite_only
def test_without_a_country_of_its_own_the_shop_is_where_the_setting_says(app: Flask, file: Path) -> None:
    edit(file, 'region = "RU"', "")
    with app.app_context():
        assert shop_file.read(file).shop.region == "KZ"
