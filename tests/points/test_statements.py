"""How many statements an operation takes, each on one shard."""

from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from posapp.core.db import db, dialect_name, transaction
from posapp.points import queries, refusals, service
from posapp.points.receipt import Line, Receipt
from tests.points.counter import Counter
from tests.support.statement_guard import HOUSEKEEPING, Watch

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


def test_every_other_operation_is_one_read_and_one_write(counter: Counter, guarded: Watch) -> None:
    """Reservations and their end, gifts, adjustments, freezing; a captured reservation also claims its receipt."""
    anna, at = counter.card(500), counter.clock.now()
    every: dict[str, Any] = {"actor": counter.actor, "at": at}
    place = every | {"store_id": counter.store_id}
    lines, person = (Line("1", 100_000),), uuid4()
    first, then = count(1), count(1)

    def asked(act: Any, **values: Any) -> int:
        with transaction():
            act(anna, key=f"again {next(then)}", **values)
        return 0

    def hold(key: str) -> None:
        with transaction():
            service.reserve(anna, points=10, lines=lines, proven=True, key=key, **place)

    for key in ("h1", "h2", "h3"):
        hold(key)
    sales = (counter.receipt(f"R{number}") for number in count(1))
    acts: dict[str, Any] = {
        "hold": lambda: hold(f"more {next(first)}"),
        "void": lambda: asked(service.void, hold="h1", **place),
        "capture": lambda: asked(service.sale, receipt=next(sales), redeem=0, hold="h2", **every),
        "bonus": lambda: asked(service.give_bonus, gift="welcome", **every),
        "adjust": lambda: asked(service.adjust, points=5, reason="goodwill", author=person, **every),
        "take": lambda: asked(service.adjust, points=-5, reason="mistake", author=person, **every),
        "freeze": lambda: asked(service.freeze, **every),
        "unfreeze": lambda: asked(service.unfreeze, **every),
    }
    hold("once, so that what is prepared once is not counted")
    sent = {name: len(sent_by(guarded, act)) for name, act in acts.items()}
    # On SQLite a posting that moves nothing has no entries, and so one statement less.
    moves_nothing = {"freeze": WRITE[dialect_name()] - (dialect_name() == "sqlite")}
    moves_nothing["unfreeze"] = moves_nothing["freeze"]
    expected = {name: 1 + moves_nothing.get(name, WRITE[dialect_name()]) for name in acts}
    # A receipt is claimed; what a person adjusts is counted, so that many of them are noticed.
    assert sent == expected | {name: expected[name] + 1 for name in ("capture", "adjust", "take")}


def test_a_refusal_is_one_read_and_remembering_it_a_lock_a_read_and_a_write(counter: Counter, guarded: Watch) -> None:
    anna = counter.card(10)
    counter.sale(anna, "R0")

    def refused() -> None:
        with pytest.raises(refusals.InsufficientPoints):
            counter.sale(anna, "R1", redeem=400)

    assert len(sent_by(guarded, refused)) == 1 + 2 + WRITE[dialect_name()] - (dialect_name() == "sqlite")


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


def test_a_merge_finds_both_cards_holds_both_and_writes_both(counter: Counter, app: Flask) -> None:
    """Across two shards by its nature, and in one explicit transaction: the only operation of the kind."""
    cards = [counter.card(100) for _ in range(4)]
    counter.merge(cards[0], cards[1])
    sent: list[str] = []
    db.session.rollback()
    listener = lambda _c, _u, statement, *_: sent.append(statement.split()[0])
    event.listen(db.engine, "before_cursor_execute", listener)
    counter.merge(cards[2], cards[3])
    event.remove(db.engine, "before_cursor_execute", listener)
    reads = 1 + 1 + 2 + 2 + 1
    """The card that stays, the way of the other, both rows, both cards once they are held, and what its lots are."""
    assert len([each for each in sent if not HOUSEKEEPING.match(each)]) == reads + 2 * WRITE[dialect_name()]
