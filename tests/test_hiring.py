"""People are hired, moved and let go by commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from posapp.audit.models import AuditRow
from posapp.core import seal
from posapp.core.db import db
from posapp.core.phone import parse_phone
from posapp.staff.models import Staff
from posapp.stores import queries
from tests.support.shop_commands import PASSPHRASE, add, apply, copied_example, counts, run
from tests.till.scene import CHARLIE, OLGA


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return copied_example(tmp_path)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"password": "short"}, "A password has 8 to 128 characters."),
        ({"role": "manager", "password": "only nine"}, "A password has 15 to 128 characters."),
        ({"store": "Nowhere"}, "There is no store “Nowhere”. There are: На Малышева, На Тверской."),
        ({"login": "two words"}, "A login has 1 to 64 characters and no spaces."),
        ({"login": "IRINA"}, "There is somebody with the login irina already."),
    ],
)
def test_hiring_is_refused_with_a_sentence(app: Flask, file: Path, changed: dict[str, Any], sentence: str) -> None:
    apply(app, file)
    add(app, "irina", "manager", "На Тверской")
    asked = {"login": "anna", "role": "cashier", "store": "На Тверской", "password": PASSPHRASE} | changed
    refused = add(app, asked["login"], asked["role"], asked["store"], password=asked["password"])
    assert refused.exit_code == 1
    assert sentence in refused.output
    assert asked["password"] not in refused.output
    assert counts(app)["staff"] == 1


def test_somebodys_own_number_is_known_by_its_index_alone(app: Flask, file: Path) -> None:
    apply(app, file)
    words = ("--name", "Anna", "--role", "cashier", "--store", "На Тверской", "--phone", "8 916 123-45-67")
    assert run(app, "staff", "add", "anna", *words, typed=PASSPHRASE + "\n").exit_code == 0
    assert known_number(app) == seal.phone_index(parse_phone(OLGA, "RU"))
    assert run(app, "staff", "phone", "anna").exit_code == 0
    assert known_number(app) is None
    assert run(app, "staff", "phone", "anna", "+7 903 111-22-33").exit_code == 0
    assert known_number(app) == seal.phone_index(parse_phone(CHARLIE, "RU"))
    for wrong in (("anna", "12"), ("boris", OLGA)):
        refused = run(app, "staff", "phone", *wrong)
        assert refused.exit_code == 1
        assert "Traceback" not in refused.output
    with app.app_context():
        tags = set(db.session.execute(select(AuditRow.tag)).scalars())
    assert "office:staff:phone_changed" in tags


def known_number(app: Flask) -> UUID | None:
    with app.app_context():
        return db.session.execute(select(Staff.phone_index).where(Staff.login == "anna")).scalar_one()


def test_somebody_is_moved_to_other_stores_and_let_go(app: Flask, file: Path) -> None:
    apply(app, file)
    add(app, "anna", "cashier", "На Тверской")
    assert run(app, "staff", "move", "Anna", "--store", "На Малышева").exit_code == 0
    assert run(app, "staff", "disable", "anna").exit_code == 0
    with app.app_context():
        there = {store.name: str(store.store_id) for store in queries.all_stores()}
        anna = db.session.execute(select(Staff.store_ids, Staff.is_active, Staff.role)).one()
    assert tuple(anna) == ([there["На Малышева"]], False, "cashier")
    assert "There is nobody with the login boris." in run(app, "staff", "disable", "boris").output
