"""A process that dies while it redeems leaves all or nothing, and the same press again finds out which."""

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from flask import Flask

from posapp.core.db import after_commit, db
from posapp.points.models import AccountRow, PostingRow
from posapp.till import proving
from posapp.till.counter import redeem
from posapp.verification import handlers
from posapp.verification.challenge import Challenge
from posapp.verification.handlers import Done
from posapp.verification.purposes import Purpose
from tests.support.serving import address, served
from tests.till.scene import Counter, Hands, Tablet
from tests.verification.floor import failures_of
from tests.verification.hands import die, killed

pytestmark = [pytest.mark.torture, pytest.mark.settings(shift_lock_idle_seconds=900)]


@pytest.fixture
def asked(counter: Counter, tablet: Tablet) -> tuple[str, str]:
    """A code to redeem 100 points is on the customer's phone: the challenge, and what the customer reads aloud."""
    tablet.enrol()
    tablet.ask_redeem_code("R-1", "1000", "100")
    return tablet.challenge, counter.newest_code()


def moved(counter: Counter) -> tuple[int, int, str, int]:
    """Sales, points on the card, where the challenge stands, and its spent tries."""
    (account,) = counter.rows(AccountRow)
    sales = counter.count(PostingRow, PostingRow.kind == "sale")
    (row,) = counter.rows(Challenge, Challenge.purpose == "redeem")
    return sales, account.balance, row.state, row.attempts


def failures(counter: Counter) -> int:
    (row,) = counter.rows(Challenge, Challenge.purpose == "redeem")
    with counter.app.app_context():
        return failures_of(row.phone_index)


def redeem_and_die(*what: Any, **rest: Any) -> Done:
    redeem(*what, **rest)
    die()


def redeem_and_die_unheard(*what: Any, **rest: Any) -> Done:
    done = redeem(*what, **rest)
    after_commit(die)
    return done


def try_and_die(*what: Any, **rest: Any) -> None:
    TRY_CODE(*what, **rest)
    die()


TRY_CODE = proving.try_code


@pytest.mark.parametrize("same_key", [True, False], ids=["the same key again", "another key"])
def test_a53_killed_after_the_ledger_wrote_and_before_its_commit(
    counter: Counter, tablet: Tablet, app: Flask, asked: tuple[str, str], same_key: bool
) -> None:
    before, key, hands = moved(counter), uuid4(), Hands.of(tablet)

    def press() -> None:
        handlers.register(Purpose.REDEEM, redeem_and_die)
        hands.press(app, *asked, key)

    with app.app_context():
        killed(app, press)
    assert before == (0, 200, "sent", 0)
    assert moved(counter) == (0, 200, "sent", 1)
    assert failures(counter) == 1

    assert hands.press(app, *asked, key if same_key else uuid4()) == 200
    assert moved(counter) == (1, 200 - 100 + 45, "consumed", 1)


def test_a53_killed_between_the_commit_and_the_reply(
    counter: Counter, tablet: Tablet, app: Flask, asked: tuple[str, str]
) -> None:
    key, hands = str(uuid4()), Hands.of(tablet)

    def press() -> None:
        handlers.register(Purpose.REDEEM, redeem_and_die_unheard)
        hands.press(app, *asked, UUID(key))

    with app.app_context():
        killed(app, press)
    done = (1, 200 - 100 + 45, "consumed", 0)
    assert moved(counter) == done
    (sale,) = counter.rows(PostingRow, PostingRow.kind == "sale")

    first, second = tablet.check(*asked, key), tablet.check(*asked, key)
    assert (first.status_code, first.get_json()) == (200, second.get_json())
    assert first.get_json()["location"].endswith(f"/till/done/{tablet.member_id}/{sale.posting_id}")
    assert tablet.check(*asked).status_code == 409
    assert moved(counter) == done


def test_a53_the_web_process_is_killed_between_the_two_transactions(
    counter: Counter, tablet: Tablet, app: Flask, asked: tuple[str, str], door: socket.socket
) -> None:
    hands, body = Hands.of(tablet), {"code": asked[1], "key": str(uuid4())}

    def press() -> httpx2.Response:
        address_ = f"{address(door)}/till/code/{asked[0]}"
        return httpx2.post(address_, json=body, headers=hands.headers | {"Host": "localhost"}, timeout=60)

    def dying() -> None:
        proving.try_code = try_and_die  # type: ignore[assignment]

    with web_process(app, door, dying) as process:
        with pytest.raises(httpx2.TransportError):
            press()
        process.join(30)
        assert process.exitcode == -signal.SIGKILL
    assert moved(counter) == (0, 200, "sent", 1)
    assert failures(counter) == 1

    with web_process(app, door, lambda: None):
        first, second = press(), press()
    assert (first.status_code, first.json()) == (200, second.json())
    assert moved(counter) == (1, 200 - 100 + 45, "consumed", 1)


@contextmanager
def web_process(app: Flask, door: socket.socket, prepare: Callable[[], None]) -> Iterator[Any]:
    """The house served by a process of its own, until the block ends or it dies."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(app, door, prepare))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _serve(app: Flask, door: socket.socket, prepare: Callable[[], None]) -> None:
    prepare()
    with served(app, door):
        Event().wait()
    os._exit(0)
