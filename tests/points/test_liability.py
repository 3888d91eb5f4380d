"""What is owed is counted from what was posted, and comes to what is on the cards, on whatever day one looks."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, select, text

from posapp.core import jobs
from posapp.core.db import db, transaction
from posapp.points import liability, service
from posapp.points.liability_day import LIABILITY
from posapp.points.liability_moves import _look
from posapp.points.sweeping import Sweeper
from tests.points.clerk import Clerk
from tests.points.counter import Counter
from tests.points.on_the_cards import SHOWN, on_the_cards
from tests.points.tampering import as_owner
from tests.support.databases import Database

MONDAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)


def rows(store_id: UUID) -> dict[date, dict[str, Any]]:
    """What is kept of a store, by day."""
    db.session.rollback()
    found = db.session.execute(select(LIABILITY).where(LIABILITY.c.store_id == store_id)).mappings()
    return {row["day"]: {name: row[name] for name in row if name != "counted_at"} for row in found}


def kept(store_id: UUID, day: date) -> dict[str, Any]:
    row = rows(store_id)[day]
    return {name: row[name] for name in SHOWN}


def test_positions_move_by_what_came_and_went(clerk: Clerk, counter: Counter) -> None:
    """Points in lots and set aside, less what is owed, change by the flows of the day and by nothing else."""
    for _ in range(3):
        clerk.several()
        clerk.reserving()
        counter.clock.advance(days=1)
        Sweeper().turn(counter.clock.now())
    liability.keep_days(counter.clock.now())
    before, seen = 0, rows(counter.store_id)
    for day in sorted(seen):
        row = seen[day]
        after = row["outstanding"] + row["reserved"] - row["debt"]
        came = row["issued"] + row["given_back"] + row["moved"]
        assert after - before == came - row["redeemed"] - row["taken_back"] - row["withdrawn"] - row["lapsed"]
        before = after
    assert kept(counter.store_id, max(seen)) == on_the_cards(counter.store_id, counter.clock.now())
    assert sum(row["redeemed"] for row in seen.values()) == 600


def test_a_day_is_counted_the_same_whenever_it_is_counted(clerk: Clerk, counter: Counter) -> None:
    """Every evening, or once after a week without a worker."""
    for _ in range(3):
        clerk.several()
        liability.keep_days(counter.clock.advance(hours=11))
        counter.clock.advance(hours=13)
    liability.keep_days(counter.clock.now())
    evenings = rows(counter.store_id)
    with transaction():
        db.session.execute(delete(LIABILITY))
    liability.keep_days(counter.clock.now())
    assert rows(counter.store_id) == evenings
    assert len(evenings) == 5


def test_what_was_posted_late_is_counted_on_its_day(clerk: Clerk, counter: Counter) -> None:
    clerk.usual()
    now = counter.clock.advance(days=1)
    liability.keep_days(now)
    counter.clock.set(now - A_DAY)
    clerk.usual()
    liability.keep_days(now)
    assert [rows(counter.store_id)[day]["issued"] for day in (MONDAY, MONDAY + A_DAY)] == [2 * 542, 0]
    assert kept(counter.store_id, MONDAY + A_DAY)["outstanding"] == 2 * 392


def test_the_earliest_hours_of_a_day_far_in_the_east_are_counted_again_with_it(counter: Counter) -> None:
    """Half past midnight in Auckland is the day before in UTC."""
    counter.store_id = counter.add_store("Pacific/Auckland")
    counter.clock.set(datetime.fromisoformat("2026-03-02T11:30:00Z"))
    counter.card(100)
    for _ in range(4):
        liability.keep_days(counter.clock.now())
        counter.clock.advance(days=1)
    assert rows(counter.store_id)[MONDAY + A_DAY]["issued"] == 100


def test_many_days_are_made_up_for_a_part_at_a_time(
    clerk: Clerk, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liability, "MADE_UP_DAYS_MAX", 2)
    clerk.usual()
    counter.clock.advance(days=6)
    for newest in (MONDAY + 3 * A_DAY, MONDAY + 6 * A_DAY):
        liability.keep_days(counter.clock.now())
        assert max(rows(counter.store_id)) == newest
        assert kept(counter.store_id, newest)["outstanding"] == 392


def test_points_lapse_in_the_month_of_their_last_day(counter: Counter) -> None:
    """Usable through the 31st, gone at the midnight after it; and some never lapse."""
    card = counter.card()
    counter.give(card, 30, valid_days=29)
    counter.give(card, 40, valid_days=30)
    counter.clock.advance(minutes=1)
    counter.rules(expiry_mode="never")
    counter.give(card, 50)
    liability.keep_days(counter.clock.now())
    assert kept(counter.store_id, MONDAY)["expiring"] == {"2026-03": 30, "2026-04": 40, "never": 50}


def test_pending_points_ripen(counter: Counter) -> None:
    counter.rules(pending_days=2)
    card = counter.card()
    for number in range(2):
        counter.sale(card, f"R{number}")
        liability.keep_days(counter.clock.now())
        counter.clock.advance(days=1)
    counter.back(card, "R1")
    liability.keep_days(counter.clock.advance(days=1))
    pending = [rows(counter.store_id)[MONDAY + A_DAY * number]["pending"] for number in range(4)]
    assert pending == [50, 100, 0, 0]
    assert rows(counter.store_id)[MONDAY + A_DAY]["maturing"] == {"2026-03-04": 50, "2026-03-05": 50}


def test_points_of_a_merged_card_move_to_the_store_of_the_other(counter: Counter) -> None:
    old, here = counter.card(100), counter.store_id
    counter.store_id = there = counter.add_store()
    card = counter.card()
    with transaction():
        service.merge(old, into=card, key="k", actor=counter.actor, at=counter.clock.now())
    liability.keep_days(counter.clock.now())
    moved = [rows(store_id)[MONDAY] for store_id in (here, there)]
    assert [(row["outstanding"], row["moved"]) for row in moved] == [(0, -100), (100, 100)]


def test_money_is_what_a_point_paid_on_that_day(counter: Counter) -> None:
    counter.rules()
    counter.card(100)
    counter.clock.advance(minutes=1)
    counter.rules(MONDAY + A_DAY, point_value_minor=50)
    counter.clock.advance(days=1)
    liability.keep_days(counter.clock.now())
    assert [rows(counter.store_id)[day]["point_value_minor"] for day in (MONDAY, MONDAY + A_DAY)] == [100, 50]


def test_before_the_first_card_there_is_nothing_to_count(counter: Counter) -> None:
    assert jobs.run_due(liability.jobs(), counter.clock.now()) == ["points.liability"]
    assert rows(counter.store_id) == {}


@pytest.mark.postgres_only
def test_a_look_is_found_by_indexes(clerk: Clerk, counter: Counter, database: Database) -> None:
    """A thousand cards' postings of other days cost it nothing."""
    clerk.usual()
    with as_owner(database) as connection:
        for table in ("member", "account", "posting", "entry"):
            connection.execute(text(copied(connection, table)))
    with sa.create_engine(database.owner_url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    at = counter.clock.now()
    look = _look(at - timedelta(hours=3), at + timedelta(hours=3), [counter.store_id, uuid4()])
    ready = look.compile(dialect=db.engine.dialect, compile_kwargs={"literal_binds": True})
    db.session.rollback()
    plan = "\n".join(db.session.execute(text(f"EXPLAIN {ready}".replace(":", r"\:"))).scalars())
    assert "ix_posting_store_id_at" in plan
    assert "Seq Scan" not in plan, plan


def copied(connection: sa.Connection, table: str) -> str:
    """SQL that adds two thousand cards like the one there is, some hours apart."""
    values = {"member_id": "md5(n::text)::uuid", "at": "at - make_interval(hours => n)"}
    names = [each["name"] for each in sa.inspect(connection).get_columns(table)]
    chosen = [values.get(name, f"t.{name}") for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({columns}) SELECT {', '.join(chosen)} FROM {table} t, generate_series(1, 2000) n"
