"""What a start tells nobody, and where no code and no phone may ever be found."""

import io
import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, event, inspect, select
from werkzeug.test import TestResponse

from posapp.core import logs
from posapp.core.db import METADATA, db
from tests.till.scene import CHARLIE, OLGA, Counter, Tablet

pytestmark = pytest.mark.settings(shift_lock_idle_seconds=900)

EACH_TIME_ANOTHER = re.compile(r'[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|\+7 [0-9]{3} [0-9·-]+|value="[\w.-]{60,}"')
"""Ids, marks of assets, the masked number and the form's token."""


def _start(counter: Counter, tablet: Tablet, phone: str) -> tuple[list[str], str]:
    """The statements and the page of sending a code for this number."""
    tablet.questionnaire(phone)
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        statements.append(statement)

    with counter.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        tablet.send("/till/enrol/[^/]+/confirm")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return statements, EACH_TIME_ANOTHER.sub("…", tablet.text)


def test_a46_starting_looks_the_same_for_a_known_and_an_unknown_number(counter: Counter) -> None:
    counter.tablet("timur", 1).enrol(OLGA)
    anna = counter.tablet("anna", 0)
    known, unknown = _start(counter, anna, OLGA), _start(counter, anna, CHARLIE)
    assert known[0] == unknown[0]
    assert known[1] == unknown[1]


@pytest.mark.parametrize("typed", ["8 916 123-45-67", "+7 916 123 45 67", "9161234567", "８９１６１２３４５６７"])
def test_a35_every_way_of_writing_a_number_leads_to_one_card(counter: Counter, tablet: Tablet, typed: str) -> None:
    member = tablet.enrol(OLGA)
    tablet.find(typed)
    assert tablet.path == f"/till/card/{member}"


def test_a47_a48_no_code_no_phone_and_no_name_anywhere_but_on_the_phone(
    counter: Counter, tablet: Tablet, tmp_path: Path
) -> None:
    lines = io.StringIO()
    logs.configure("DEBUG", lines)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    try:
        answers = _a_whole_visit(counter, tablet)
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
    codes = [code for text in counter.texts() for code in re.findall(r"([0-9]{3}) ([0-9]{3})", text)]
    assert len(codes) >= 2
    secrets = [first + second for first, second in codes] + [f"{a} {b}" for a, b in codes]
    secrets += ["79161234567", "9161234567", "916 123", "Козлова", "Ольга"]
    for secret in secrets:
        assert secret not in lines.getvalue(), "logs"
        assert not _in_database(counter, secret), "database"
    for answer in answers:
        for secret in secrets[: 2 * len(codes)]:
            assert secret not in answer.get_data(as_text=True), answer.request.path
        assert not any(secret in answer.request.url for secret in secrets)
        assert not any(secret in str(answer.headers) for secret in secrets)


def _a_whole_visit(counter: Counter, tablet: Tablet) -> list[TestResponse]:
    """Everything that a tablet is answered from the first look to a redemption."""
    answers: list[TestResponse] = []

    def keep(answer: TestResponse) -> None:
        answers.extend([*answer.history, answer])

    tablet.on_answer = keep
    tablet.enrol()
    tablet.credit("R-1", "10 000")
    tablet.ask_redeem_code("R-2", "1000", "100")
    tablet.type_code("000000")
    tablet.go(f"/till/code/{tablet.challenge}/status")
    tablet.go(f"/till/card/{tablet.member_id}")
    tablet.ask_redeem_code("R-3", "1000", "100")
    tablet.type_code(counter.newest_code())
    return answers


def _in_database(counter: Counter, secret: str) -> bool:
    """Is it anywhere, in clear, in any row of any table?"""
    with counter.app.app_context():
        assert inspect(db.engine).get_table_names()
        for table in METADATA.sorted_tables:
            for row in db.session.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    raw = bytes(value) if isinstance(column.type, LargeBinary) and value is not None else None
                    if secret.encode() in raw if raw is not None else secret in str(value):
                        return True
    return False
