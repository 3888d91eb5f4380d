"""`flask points audit`: totals and exit code 0, or the first card that differs, what differs, and exit code 1."""

from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from posapp.core.db import db
from posapp.points import book
from posapp.points.books_check import CHECK
from tests.points.clerk import Clerk
from tests.points.counter import Counter
from tests.points.tampering import Hand, as_owner
from tests.support.databases import Database


def audit(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["points", "audit", *words])


def tamper(database: Database, counter: Counter, card: object) -> None:
    with as_owner(database) as connection:
        Hand(connection, card, card, counter.store_id, counter.store_id).account(balance=0)  # type: ignore[arg-type]


def test_books_that_agree_are_told_with_their_totals(clerk: Clerk, app: Flask) -> None:
    clerk.several()
    done = audit(app)
    assert done.exit_code == 0, done.output
    lines = {line.split()[0]: line.split()[-1] for line in done.output.splitlines() if "  " in line}
    assert (lines["cards"], lines["receipts"], lines["replayed"], lines["MERGE"]) == ("4", "3", "4", "0")
    assert lines["all"] == "0"
    assert done.output.endswith("The books agree.\n")


def test_the_first_card_that_differs_is_named(clerk: Clerk, counter: Counter, database: Database, app: Flask) -> None:
    cards = sorted([clerk.usual(), clerk.usual(), clerk.usual()])
    for card in cards[1:]:
        tamper(database, counter, card)
    done = audit(app)
    assert done.exit_code == 1
    assert "The books do not agree: 2 differences." in done.output
    assert f"The first is {cards[1]}: balance: the account says 0, its books 3" in done.output
    assert str(cards[0]) not in done.output


def test_one_card_can_be_asked_for(clerk: Clerk, counter: Counter, database: Database, app: Flask) -> None:
    well, ill = clerk.usual(), clerk.usual()
    tamper(database, counter, ill)
    assert audit(app, "--member", str(well)).output == "The books of this card agree.\n"
    done = audit(app, "--member", str(ill))
    assert (done.exit_code, f"{ill}: balance:" in done.output) == (1, True)
    assert audit(app, "--member", str(uuid4())).exit_code == 1


def test_only_cards_that_something_was_posted_to_since(
    clerk: Clerk, counter: Counter, database: Database, app: Flask
) -> None:
    old = clerk.usual()
    tamper(database, counter, old)
    counter.clock.advance(days=1)
    clerk.usual()
    done = audit(app, "--since", "2026-03-03")
    assert (done.exit_code, done.output.split()[:2]) == (0, ["cards", "1"])
    assert audit(app, "--since", "2026-03-02").exit_code == 1
    assert db.session.execute(select(CHECK)).all() == []


def test_a_check_that_was_broken_off_is_gone_on_with(clerk: Clerk, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.several()
    monkeypatch.setattr(book, "POSTINGS_OF_BATCH_MAX", 1)
    assert audit(app, "--resume").output.startswith("No check was broken off.")
    with monkeypatch.context() as patched:
        patched.setattr("posapp.points.audit_report.Told.tell", _stop)
        assert isinstance(audit(app).exception, KeyboardInterrupt | SystemExit)
    done = audit(app, "--resume")
    assert (done.exit_code, done.output.split()[:2]) == (0, ["cards", "4"])


def _stop(*_: object) -> None:
    raise KeyboardInterrupt
