"""Time comes from one place; a refusal carries a sentence and hides everything else; an actor has one audit stream."""

import pickle
from datetime import UTC, datetime, timedelta, timezone

import pytest

from posapp.core import clock
from posapp.core.actor import SYSTEM_STREAM, Actor, Role, system_actor
from posapp.core.errors import Refusal
from posapp.core.ids import random_id
from posapp.core.text import N_
from tests.support.fake_clock import BEGINNING, FakeClock


class NothingLeft(Refusal):
    """There is nothing left to give."""

    code = "nothing_left"
    status = 422
    sentence = N_("Only %(left)s are left. Take fewer.")


def test_the_time_is_aware_and_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(minutes=1)


def test_another_clock_rules_until_its_block_ends_even_by_an_error() -> None:
    fake = FakeClock()
    with clock.replaced_by(fake.now):
        fake.advance(hours=1)
        assert clock.now() == BEGINNING + timedelta(hours=1)
    assert clock.now() > BEGINNING + timedelta(hours=1)
    with pytest.raises(ZeroDivisionError), clock.replaced_by(fake.now):
        _ = 1 / 0
    assert clock.now() > BEGINNING + timedelta(hours=1)


def test_a_clock_without_a_zone_is_refused_and_with_another_is_turned_to_utc() -> None:
    moscow = timezone(timedelta(hours=3))
    with clock.replaced_by(lambda: datetime(2026, 3, 2, 12, 0, tzinfo=moscow)):
        assert clock.now().isoformat() == "2026-03-02T09:00:00+00:00"
    with clock.replaced_by(lambda: BEGINNING.replace(tzinfo=None)), pytest.raises(ValueError, match="zone"):
        clock.now()


def test_a_refusal_prints_its_code_alone() -> None:
    refusal = NothingLeft(left=3)
    assert str(refusal) == "nothing_left"
    assert "3" not in repr(refusal)
    assert refusal.sentence % refusal.values == "Only 3 are left. Take fewer."
    assert Refusal().values == {}


def test_a_refusal_travels_between_processes() -> None:
    refusal = pickle.loads(pickle.dumps(NothingLeft(left=3)))  # noqa: S301 - made a moment ago
    assert isinstance(refusal, NothingLeft)
    assert refusal.values == {"left": 3}


def test_an_act_belongs_to_the_till_before_the_person_before_the_system() -> None:
    till, person = random_id(), random_id()
    at_till = Actor(kind="staff", staff_id=person, role=Role.CASHIER, till_id=till, request_id="r1")
    in_office = Actor(kind="staff", staff_id=person, role=Role.MANAGER, request_id="r2")
    assert at_till.stream == till
    assert in_office.stream == person
    assert system_actor().stream == SYSTEM_STREAM
    assert system_actor().request_id == "worker"
