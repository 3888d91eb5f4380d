"""One place commits, and what it promises."""

import pytest
from flask import Flask
from sqlalchemy import DateTime, cast, delete, func, insert, literal, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from posapp import audit
from posapp.audit import AuditTag
from posapp.audit.models import AuditRow
from posapp.core.actor import system_actor
from posapp.core.db import UtcDateTime, after_commit, db, in_transaction, transaction
from posapp.web.models import ParkedForm
from tests.support.fake_clock import FakeClock


def _park(number: int, clock: FakeClock) -> None:
    from uuid import UUID

    db.session.execute(insert(ParkedForm).values(parked_id=UUID(int=number), form_sealed=b"x", expires_at=clock.now()))


def _parked() -> int:
    return int(db.session.execute(select(func.count()).select_from(ParkedForm)).scalar_one())


def test_returning_commits_and_raising_rolls_everything_back(app_context: Flask, clock: FakeClock) -> None:
    with transaction():
        _park(1, clock)
    with pytest.raises(IntegrityError), transaction():
        _park(2, clock)
        _park(1, clock)
    assert _parked() == 1


def test_a_transaction_refuses_to_nest_and_the_outer_one_is_lost_with_it(app_context: Flask, clock: FakeClock) -> None:
    with pytest.raises(RuntimeError, match="nest"), transaction():
        _park(1, clock)
        with transaction():
            pass
    assert not in_transaction()
    assert _parked() == 0


def test_a_look_before_does_not_keep_a_transaction_from_its_write(app_context: Flask, clock: FakeClock) -> None:
    assert _parked() == 0
    with transaction():
        _park(1, clock)
    assert _parked() == 1


def test_hints_run_after_the_commit_and_never_after_a_rollback(app_context: Flask, clock: FakeClock) -> None:
    heard: list[int] = []
    with transaction():
        after_commit(lambda: heard.append(_parked()))
        _park(1, clock)
        assert heard == []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: heard.append(99))
        raise ZeroDivisionError
    assert heard == [1]


def test_moments_come_back_aware_and_naive_ones_are_refused(app_context: Flask, clock: FakeClock) -> None:
    with transaction():
        _park(1, clock)
    assert db.session.execute(select(ParkedForm.expires_at)).scalar_one() == clock.now()
    naive = clock.now().replace(tzinfo=None)
    with pytest.raises(Exception, match="naive"):
        db.session.execute(select(cast(literal(naive, UtcDateTime()), DateTime)))


def test_a_row_of_the_audit_can_be_added_and_never_changed(app_context: Flask, clock: FakeClock) -> None:
    audit.record_alone(AuditTag.STAFF_ADDED, actor=system_actor(), at=clock.now())
    for change in (update(AuditRow).values(outcome="other"), delete(AuditRow)):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(change)
    assert db.session.execute(select(AuditRow.outcome)).scalar_one() == "refused"
