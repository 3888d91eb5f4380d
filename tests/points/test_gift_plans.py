"""The jobs of gifts cost what there is to give, however many members there are."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Select, text

from posapp.core.db import db
from posapp.members import birthdays
from posapp.points import celebrants, referring
from posapp.points.turn import NOBODY
from tests.points.counter import Counter
from tests.reports.test_plans import copied
from tests.support.databases import Database

MEMBERS = 3_000

pytestmark = pytest.mark.postgres_only


def explained(asked: Select[Any]) -> str:
    ready = asked.compile(dialect=db.engine.dialect)
    return "\n".join(db.session.connection().exec_driver_sql(f"EXPLAIN {ready}", ready.params).scalars())


def test_of_many_members_only_those_in_question_are_read(counter: Counter, database: Database) -> None:
    counter.card()
    engine = sa.create_engine(database.owner_url)
    group = "decode(lpad(to_hex(n % 30), 16, '0'), 'hex')"
    with engine.begin() as connection:
        connection.execute(text(copied("member", MEMBERS, birthday_sealed="'x'", birthday_index=group)))
        connection.execute(text(copied("account", MEMBERS, referral="CASE WHEN n <= 3 THEN 'due' ELSE 'awaited' END")))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    plans = {
        "ix_account_referral_due": referring.due(NOBODY),
        "ix_member_store_id_birthday_index_member_id": celebrants.in_group(counter.store_id, bytes(8), NOBODY),
        "ix_member_birthday_unindexed": birthdays.without_index(NOBODY, 500),
    }
    for index, asked in plans.items():
        plan = explained(asked)
        assert index in plan, plan
