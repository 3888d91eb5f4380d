"""The cast: Olga's counter, and a ledger whose gate stands open."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import bindparam, update

from posapp.points import write
from posapp.points.rows import ACCOUNT
from tests.points.clerk import Clerk
from tests.points.counter import Counter
from tests.staff.house import House, build
from tests.support.fake_clock import FakeClock


@pytest.fixture
def counter(app_context: Flask, clock: FakeClock) -> Counter:
    """A store on a fresh database."""
    return Counter(clock)


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    """Somebody who makes cards with a past."""
    counter.rules()
    return Clerk(counter)


@pytest.fixture
def house(app: Flask) -> House:
    """Two stores of one shop: Marina manages Tverskaya, Max Arbat."""
    return build(app)


@pytest.fixture
def no_gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The write without its look at the version: whoever comes last writes over what the others did."""
    changed = {name: bindparam(f"a_{name}", type_=ACCOUNT.c[name].type) for name in write._CHANGED}
    blind = update(ACCOUNT).where(ACCOUNT.c.member_id == bindparam("gate_member")).values(changed)
    monkeypatch.setattr(write, "_gate", lambda: blind)
    write._one_statement.cache_clear()
    yield
    write._one_statement.cache_clear()
