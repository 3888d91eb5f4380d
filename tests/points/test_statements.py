"""How many statements an operation takes, each on one shard."""

from functools import partial
from typing import Any

import pytest

from posapp.core.db import db, dialect_name, transaction
from posapp.points import queries, service
from posapp.points.receipt import Receipt
from tests.points.counter import Counter
from tests.support.statement_guard import Watch

WRITE = {"postgresql": 1, "sqlite": 3}
"""On SQLite the account, the posting and the entries are a statement each; nothing travels there."""


def sent_by(guarded: Watch, act: Any) -> list[str]:
    """The statements of one act after another just like it, so that whatever is read once is not counted."""
    db.session.rollback()
    with guarded() as statements:
        act()
    return [statement.split("(", 1)[0].split("\n", 1)[0] for statement in statements]


@pytest.mark.parametrize("redeem", [0, 300], ids=["credit", "redeem"])
def test_a_receipt_is_one_read_one_claim_and_one_write(counter: Counter, guarded: Watch, redeem: int) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R0")
    statements = sent_by(guarded, partial(counter.sale, anna, "R1", redeem=redeem))
    assert len(statements) == 1 + 1 + WRITE[dialect_name()]
    assert statements[0].startswith("SELECT")
    assert statements[1].startswith("INSERT INTO receipt_claim")


def test_a_return_is_one_read_and_one_write(counter: Counter, guarded: Watch) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R1", redeem=300)
    assert len(sent_by(guarded, partial(counter.back, anna, "R1"))) == 1 + WRITE[dialect_name()]


def test_a_duplicate_is_one_read(counter: Counter, guarded: Watch) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R1", key="k")
    assert len(sent_by(guarded, partial(counter.sale, anna, "R1", key="k"))) == 1


def test_reading_is_one_statement_each(counter: Counter, guarded: Watch) -> None:
    anna, at = counter.card(500), counter.clock.now()
    posted = counter.sale(anna, "R1", redeem=300)
    quote = partial(service.quote, anna, lines_or_total=100_000, store_id=counter.store_id, at=at)
    for read in (
        quote,
        partial(queries.account_card, anna, at),
        partial(queries.history, anna),
        partial(queries.posting, anna, posted.posting_id),
        partial(queries.open_lots, anna),
    ):
        assert len(sent_by(guarded, read)) == 1
    assert len(sent_by(guarded, partial(queries.find_sale, counter.store_id, "R1"))) == 2


def test_checking_beforehand_is_two_reads(counter: Counter, guarded: Watch) -> None:
    anna, receipt = counter.card(500), Receipt.of_total(counter.store_id, "R1", 100_000)
    check = partial(service.check_redeem, anna, receipt=receipt, redeem=300, at=counter.clock.now())
    assert len(sent_by(guarded, check)) == 2


def test_a_sweep_that_finds_nothing_is_one_read(counter: Counter, guarded: Watch) -> None:
    anna = counter.card(500)

    def sweep() -> None:
        with transaction():
            service.expire(anna, key="k", actor=counter.actor, at=counter.clock.now())

    assert len(sent_by(guarded, sweep)) == 1
