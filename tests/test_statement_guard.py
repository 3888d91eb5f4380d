"""The guard of the hot path lets through what one shard can answer, and nothing else."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import Column, Engine, MetaData, Table, Uuid, create_engine, insert, select, update

from posapp.core.db import reference, sharded
from tests.support.statement_guard import Guard, watching

ANNA, BORIS = UUID(int=1), UUID(int=2)
METADATA = MetaData()
store = Table("store", METADATA, Column("id", Uuid, primary_key=True), Column("name", sa.Text), info=reference())
account = Table(
    "account",
    METADATA,
    Column("member_id", Uuid, primary_key=True),
    Column("balance", sa.BigInteger),
    Column("store_id", Uuid),
    info=sharded("member_id"),
)
posting = Table(
    "posting",
    METADATA,
    Column("member_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("points", sa.BigInteger),
    info=sharded("member_id"),
)
directory = Table(
    "directory",
    METADATA,
    Column("phone_index", Uuid, primary_key=True),
    Column("member_id", Uuid),
    info=sharded("phone_index"),
)
GUARD = Guard(METADATA)
VALUES = {"m": ANNA, "m2": BORIS, "same": ANNA, "i": UUID(int=7), "n": 5, "p": UUID(int=9), "s": UUID(int=3)}

ON_ONE_SHARD = {
    "by its key": "SELECT balance FROM account WHERE account.member_id = %(m)s::UUID",
    "key on the right": "SELECT balance FROM account a WHERE %(m)s = a.member_id AND a.balance >= %(n)s",
    "unqualified": "SELECT balance FROM account WHERE balance > 0 AND (member_id = %(m)s)",
    "the only one of an IN": "SELECT 1 FROM account WHERE member_id IN (%(m)s::UUID)",
    "a row of keys": "SELECT 1 FROM posting WHERE (posting.member_id, posting.id) IN ((%(m)s, %(i)s))",
    "a literal": "SELECT 1 FROM account WHERE member_id = '00000000-0000-0000-0000-000000000001'::UUID",
    "joined on the key": "SELECT 1 FROM account JOIN posting p USING (member_id) WHERE account.member_id = %(m)s",
    "joined, both pinned": "SELECT 1 FROM account a, posting p WHERE a.member_id = %(m)s AND p.member_id = %(same)s",
    "outer join": "SELECT 1 FROM account a LEFT JOIN posting p ON p.member_id = a.member_id WHERE a.member_id = %(m)s",
    "outer join, pinned in ON": (
        "SELECT 1 FROM store LEFT OUTER JOIN account ON account.store_id = store.id AND account.member_id = %(m)s"
    ),
    "with a reference": "SELECT 1 FROM account a JOIN store s ON s.id = a.store_id WHERE a.member_id = %(m)s",
    "a reference alone": "SELECT name FROM store",
    "a derived table": "SELECT 1 FROM (SELECT member_id FROM account WHERE member_id = %(m)s) AS a",
    "a derived table's key carried on": (
        "SELECT 1 FROM (SELECT member_id AS who FROM account WHERE member_id = %(m)s) AS a"
        " JOIN posting ON posting.member_id = a.who"
    ),
    "a correlated EXISTS": (
        "SELECT 1 FROM account WHERE account.member_id = %(m)s AND EXISTS"
        " (SELECT 1 FROM posting WHERE posting.member_id = account.member_id AND posting.points > 0)"
    ),
    "a lateral look": (
        "SELECT 1 FROM account JOIN LATERAL (SELECT points FROM posting WHERE posting.member_id = account.member_id"
        " LIMIT 1) AS last ON true WHERE account.member_id = %(m)s"
    ),
    "one row": "INSERT INTO posting (member_id, id, points) VALUES (%(m)s::UUID, %(i)s, 5) RETURNING posting.id",
    "several rows of one": "INSERT INTO posting (member_id, id) VALUES (%(m)s, %(i)s), (%(same)s, %(p)s)",
    "rows through VALUES": (
        "INSERT INTO posting (member_id, id) SELECT p0::UUID, p1::UUID FROM"
        " (VALUES (%(m)s, %(i)s, 0), (%(same)s, %(p)s, 1)) AS imp_sen(p0, p1, sen_counter) ORDER BY sen_counter"
    ),
    "upsert": (
        "INSERT INTO account (member_id, balance) VALUES (%(m)s, 0) ON CONFLICT (member_id)"
        " DO UPDATE SET balance = account.balance + excluded.balance RETURNING account.balance"
    ),
    "conditional update": (
        "UPDATE account SET balance=(account.balance - %(n)s::BIGINT)"
        " WHERE account.member_id = %(m)s::UUID AND account.balance >= %(n)s RETURNING account.balance"
    ),
    "update from": (
        "UPDATE account SET balance = 0 FROM posting WHERE posting.member_id = account.member_id"
        " AND posting.member_id = %(m)s AND posting.id = %(i)s"
    ),
    "delete": "DELETE FROM posting WHERE posting.member_id = %(m)s",
    "one statement for all of it": (
        "WITH taken AS (UPDATE account SET balance = balance - 5 WHERE member_id = %(m)s AND balance >= 5"
        " RETURNING account.member_id, balance), rows AS (SELECT r.id, r.points FROM"
        " jsonb_to_recordset(%(n)s::JSONB) AS r(id uuid, points bigint))"
        " INSERT INTO posting (member_id, id, points) SELECT taken.member_id, rows.id, rows.points FROM taken, rows"
    ),
    "two branches of one": (
        "SELECT balance FROM account WHERE member_id = %(m)s"
        " UNION ALL SELECT points FROM posting WHERE member_id = %(m)s"
    ),
    "nothing of ours": "SELECT pg_notify('outbox', '')",
    "housekeeping": "SAVEPOINT sa_savepoint_1",
    "a percent sign": "SELECT 1 FROM store WHERE name LIKE 'A%%'",
}

ACROSS_SHARDS = {
    "not pinned": "SELECT balance FROM account",
    "pinned by another column": "SELECT balance FROM account WHERE store_id = %(s)s",
    "a range": "SELECT balance FROM account WHERE member_id >= %(m)s",
    "one of two": "SELECT 1 FROM account WHERE member_id IN (%(m)s, %(m2)s)",
    "or": "SELECT 1 FROM account WHERE member_id = %(m)s OR balance > 0",
    "not": "SELECT 1 FROM account WHERE NOT member_id = %(m)s",
    "an array of any length": "SELECT 1 FROM account WHERE member_id = ANY(%(m)s)",
    "IN a subquery": "SELECT 1 FROM account WHERE member_id IN (SELECT directory.member_id FROM directory)",
    "a value looked up": (
        "SELECT 1 FROM account WHERE member_id = (SELECT d.member_id FROM directory d WHERE d.phone_index = %(p)s)"
    ),
    "joined off the key": "SELECT 1 FROM account a JOIN posting p ON p.id = a.store_id WHERE a.member_id = %(m)s",
    "joined from another key": (
        "SELECT 1 FROM directory d JOIN account a ON a.member_id = d.member_id WHERE d.phone_index = %(p)s"
    ),
    "two shards at once": "SELECT 1 FROM account a, posting p WHERE a.member_id = %(m)s AND p.member_id = %(m2)s",
    "two subjects at once": "SELECT 1 FROM account, directory WHERE account.member_id = %(m)s AND phone_index = %(p)s",
    "outer join says nothing of the left": (
        "SELECT 1 FROM account a LEFT JOIN store s ON a.member_id = %(m)s AND s.id = a.store_id"
    ),
    "full join says nothing": (
        "SELECT 1 FROM account a FULL JOIN posting p ON p.member_id = a.member_id WHERE a.member_id = %(m)s"
    ),
    "pinned from outside": "SELECT 1 FROM (SELECT member_id FROM account) AS a WHERE a.member_id = %(m)s",
    "an EXISTS of everybody": (
        "SELECT 1 FROM account WHERE account.member_id = %(m)s AND EXISTS (SELECT 1 FROM posting WHERE points > 5)"
    ),
    "a scalar subquery": "SELECT (SELECT count(*) FROM posting) FROM store",
    "a CTE of everybody": "WITH a AS (SELECT member_id FROM account) SELECT 1 FROM a WHERE a.member_id = %(m)s",
    "rows of two": "INSERT INTO posting (member_id, id) VALUES (%(m)s, %(i)s), (%(m2)s, %(i)s)",
    "a row without its key": "INSERT INTO posting (id, points) VALUES (%(i)s, 5)",
    "rows that come from elsewhere": (
        "INSERT INTO posting (member_id, id) SELECT r.m, r.i FROM jsonb_to_recordset(%(n)s) AS r(m uuid, i uuid)"
    ),
    "update of everybody": "UPDATE account SET balance = 0 WHERE balance < 0",
    "update that moves": "UPDATE account SET member_id = %(m2)s WHERE member_id = %(m)s",
    "delete by id": "DELETE FROM posting WHERE id = %(i)s",
    "a due row, locked": "SELECT 1 FROM posting WHERE points > 0 FOR UPDATE SKIP LOCKED",
    "one branch loose": "SELECT balance FROM account WHERE member_id = %(m)s UNION SELECT points FROM posting",
    "truncate": "TRUNCATE posting",
    "lock": "LOCK TABLE posting",
    "merge": "MERGE INTO posting USING store ON posting.id = store.id WHEN MATCHED THEN DELETE",
    "nonsense": "SELEKT balance FRUM account WHERE (",
}


@pytest.mark.parametrize("case", ON_ONE_SHARD)
def test_what_one_shard_can_answer_passes(case: str) -> None:
    assert GUARD.faults(ON_ONE_SHARD[case], VALUES) == []


@pytest.mark.parametrize("case", ACROSS_SHARDS)
def test_what_needs_several_shards_is_refused(case: str) -> None:
    found = GUARD.faults(ACROSS_SHARDS[case], VALUES)
    assert found
    assert ("cannot be read" in found[0]) == (case == "nonsense")


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://")
    METADATA.create_all(made)
    yield made
    made.dispose()


def test_real_statements_are_judged_and_listed(engine: Engine) -> None:
    with watching(engine, GUARD) as statements, engine.begin() as connection:
        connection.execute(insert(account), [{"member_id": ANNA, "balance": 5}])
        connection.execute(insert(posting), [{"member_id": ANNA, "id": UUID(int=7)}, {"member_id": ANNA, "id": BORIS}])
        connection.execute(update(account).where(account.c.member_id == ANNA).values(balance=4))
        connection.execute(select(posting).where(posting.c.member_id.in_([ANNA])).with_for_update())
    assert len(statements) == 4


def test_a_real_statement_of_everybody_fails_the_test(engine: Engine) -> None:
    loose = update(account).where(account.c.balance < 0).values(balance=0)
    judged = pytest.raises(AssertionError, match="account is not pinned")
    with judged, watching(engine, GUARD), engine.begin() as connection:
        connection.execute(loose)


def test_the_guard_looks_no_longer_than_it_was_asked_to(engine: Engine) -> None:
    with watching(engine, GUARD):
        pass
    with engine.begin() as connection:
        assert connection.execute(select(account)).all() == []
