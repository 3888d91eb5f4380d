"""How PostgreSQL reads for a decision when there are many cards: by index alone, whatever is asked."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text

from posapp.core.db import db
from posapp.points.look_statement import Shape, statement
from tests.points.counter import Counter
from tests.support.databases import Database

pytestmark = pytest.mark.postgres_only

CARDS, POSTINGS = 2_000, 100_000
LARGE = {"account", "posting", "entry", "receipt_claim", "member"}
SHAPES = {
    "the account": Shape(),
    "a sale": Shape(receipt=True),
    "a proven sale": Shape(receipt=True, challenge=True),
    "a captured reservation": Shape(receipt=True, hold=True),
    "a return": Shape(receipt=True, returns=True),
    "a void": Shape(hold=True),
}

MANY = """
ALTER TABLE posting DROP CONSTRAINT fk_posting_member_id;
ALTER TABLE entry DROP CONSTRAINT fk_entry_member_id_posting_id;
INSERT INTO member SELECT r.* FROM generate_series(1, :cards) i CROSS JOIN member m CROSS JOIN LATERAL
    jsonb_populate_record(m, jsonb_build_object('member_id', md5('card' || i)::uuid)) r WHERE m.member_id = :anna;
INSERT INTO account SELECT r.* FROM generate_series(1, :cards) i CROSS JOIN account a CROSS JOIN LATERAL
    jsonb_populate_record(a, jsonb_build_object('member_id', md5('card' || i)::uuid)) r WHERE a.member_id = :anna;
INSERT INTO posting SELECT r.* FROM generate_series(1, :postings) i CROSS JOIN posting p CROSS JOIN LATERAL
    jsonb_populate_record(p, jsonb_build_object(
        'member_id', md5('card' || i % :cards + 1)::uuid, 'posting_id', md5('posting' || i)::uuid,
        'seq', 1 + i / :cards, 'key', 'key-' || i, 'receipt', 'R-' || i)) r
WHERE p.member_id = :anna AND p.kind = 'sale';
INSERT INTO entry (member_id, lot, posting_id, contra, amount, kind, available_at, expires_at)
SELECT md5('card' || i % :cards + 1)::uuid, 1 + i / :cards, md5('posting' || i)::uuid, 'EARN', 5, 'earn', now(),
    now() + interval '1 year'
FROM generate_series(1, :postings) i;
"""
"""Thrown away afterwards; without foreign keys, for they cost most of the time and no plan knows of them."""


@pytest.fixture
def connection(counter: Counter, database: Database, app_context: Flask) -> Iterator[Connection]:
    """The owner, in a database with many cards that look like Anna's."""
    anna = counter.card()
    counter.sale(anna, "R1")
    engine = create_engine(database.owner_url)
    values = {"anna": anna, "cards": CARDS, "postings": POSTINGS}
    with engine.begin() as owner:
        for each in MANY.split(";\n"):
            if each.strip():
                owner.execute(text(each), {name: value for name, value in values.items() if f":{name}" in each})
    with engine.connect() as owner:
        owner.execute(text("ANALYZE"))
        yield owner
    engine.dispose()


def test_every_read_of_the_gate_goes_by_index_with_any_plan(connection: Connection, counter: Counter) -> None:
    asked: dict[str, Any] = {
        "member_id": "md5('card7')::uuid", "store_id": f"'{counter.store_id}'", "latest_day": "'2026-03-02'",
        "key": "'key-20006'", "receipt": "'R-20006'", "hold": "'key-20006'", "challenge_id": "md5('x')::uuid",
    }  # fmt: skip
    for mode in ("force_custom_plan", "force_generic_plan"):
        connection.execute(text(f"SET plan_cache_mode = {mode}"))
        for name, shape in SHAPES.items():
            found = plan(connection, shape, asked)
            scans = [node for node in nodes(found["Plan"]) if node.get("Relation Name") in LARGE]
            assert {node["Node Type"] for node in scans} <= {"Index Scan", "Index Only Scan"}, (name, mode, found)
            assert scans
            assert sum(node["Actual Rows"] * node["Actual Loops"] for node in scans) <= 12, (name, mode)


def plan(connection: Connection, shape: Shape, asked: dict[str, Any]) -> Any:
    """What the server does for one look, as it is prepared by the driver."""
    written = str(statement(shape).compile(dialect=db.engine.dialect))
    names: list[str] = []
    numbered = re.sub(r"%\((\w+)\)s(::\w+)?", lambda hit: _number(names, hit), written).replace("%%", "%")
    cursor = connection.connection.cursor()
    cursor.execute(f"PREPARE look AS {numbered}")
    values = ", ".join(asked.get(name, "1") for name in names)
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE look({values})")
    (explained,) = cursor.fetchone() or ([{}],)
    cursor.execute("DEALLOCATE look")
    return explained[0]


def nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield tree
    for child in tree.get("Plans", ()):
        yield from nodes(child)


def _number(names: list[str], hit: re.Match[str]) -> str:
    if hit[1] not in names:
        names.append(hit[1])
    return f"${names.index(hit[1]) + 1}{hit[2] or ''}"
