"""The database is locked, or the disk is full: a sentence, nothing half-done, and the same form goes through later."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from posapp.audit import AuditTag
from posapp.audit.models import AuditRow
from posapp.core import db as core_db
from posapp.core.db import db
from posapp.points.models import AccountRow, EntryRow, PostingRow, ReceiptClaim
from posapp.verification.challenge import Challenge
from posapp.web.errors import RETRY_AFTER_SECONDS
from posapp.web.models import GivenAnswer
from tests.till.scene import Counter, Tablet

pytestmark = [pytest.mark.sqlite_only, pytest.mark.settings(shift_lock_idle_seconds=900)]

CREDITS_MAX = 400
"""More than fit into what is free in a database of this size."""


@contextmanager
def locked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody else writes and does not stop; nobody waits long for it."""
    with app.app_context(), monkeypatch.context() as patience:
        patience.setattr(core_db, "SQLITE_BUSY_MILLISECONDS", 20)
        db.engine.dispose()
        with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            yield
        db.engine.dispose()


@contextmanager
def full(app: Flask) -> Iterator[None]:
    """There is no room for another page of the file."""

    def allow_no_more(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1").close()  # SQLite takes this as: not one page more than now

    with app.app_context():
        engine: Engine = db.engine
    event.listen(engine, "connect", allow_no_more)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", allow_no_more)
        engine.dispose()


def written(counter: Counter) -> dict[str, object]:
    """Everything that a press at the counter may write."""
    (account,) = counter.rows(AccountRow)
    tables = (PostingRow, EntryRow, ReceiptClaim, GivenAnswer, AuditRow, Challenge)
    counts: dict[str, object] = {table.__tablename__: counter.count(table) for table in tables}
    return counts | {"balance": account.balance, "version": account.version}


def assert_says_what_to_do(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == str(RETRY_AFTER_SECONDS)
    text = answer.get_data(as_text=True)
    assert "Сервер занят, или на нём кончилось место. Ничего не сделано" in text
    assert "«Назад»" in text


def credit_form(tablet: Tablet, receipt: str) -> tuple[str, dict[str, str]]:
    tablet.go(f"/till/card/{tablet.member_id}")
    address = f"/till/card/{tablet.member_id}/credit"
    return address, tablet.form(address).fields | {"receipt": receipt, "amount": "1000"}


def test_a_credit_into_a_locked_database(
    counter: Counter, tablet: Tablet, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet.enrol()
    address, fields = credit_form(tablet, "R-1")
    before = written(counter)
    with locked(app, monkeypatch):
        assert_says_what_to_do(tablet.post(address, fields))
    assert written(counter) == before

    assert tablet.post(address, fields).status_code == 303
    assert tablet.post(address, fields).status_code == 303
    assert counter.rows(AccountRow)[0].balance == 200 + 50
    assert counter.count(PostingRow, PostingRow.kind == "sale") == 1


def test_a_code_typed_into_a_locked_database_costs_no_try(
    counter: Counter, tablet: Tablet, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet.enrol()
    tablet.ask_redeem_code("R-1", "1000", "100")
    challenge, code, key = tablet.challenge, counter.newest_code(), str(uuid4())
    before = written(counter)
    with locked(app, monkeypatch):
        answer = tablet.check(challenge, code, key)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "busy")
        assert answer.headers["Retry-After"] == str(RETRY_AFTER_SECONDS)
    assert written(counter) == before
    assert [row.attempts for row in counter.rows(Challenge, Challenge.purpose == "redeem")] == [0]

    assert tablet.check(challenge, code, key).status_code == 200
    assert counter.rows(AccountRow)[0].balance == 200 - 100 + 45


def test_a_credit_on_a_full_disk(counter: Counter, tablet: Tablet, app: Flask) -> None:
    tablet.enrol()
    with full(app):
        for number in range(CREDITS_MAX):
            address, fields = credit_form(tablet, f"R-{number}")
            before = written(counter)
            answer = tablet.post(address, fields)
            if answer.status_code != 303:
                break
        assert_says_what_to_do(answer)
        assert written(counter) == before

    assert tablet.post(address, fields).status_code == 303
    assert tablet.post(address, fields).status_code == 303
    sales = counter.count(PostingRow, PostingRow.kind == "sale")
    assert sales == number + 1
    assert counter.count(AuditRow, AuditRow.tag == AuditTag.POINTS_CREDITED.value) == sales
    assert counter.rows(AccountRow)[0].balance == sum(entry.amount for entry in counter.rows(EntryRow))
