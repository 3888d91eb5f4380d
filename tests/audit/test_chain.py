"""Every act is in its stream's chain, in order, whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from posapp import audit
from posapp.audit import AuditTag
from posapp.audit.chain import CHAINED, FIRST_PREV, mac_of
from posapp.audit.models import AuditHead, AuditRow
from posapp.core.actor import SYSTEM_STREAM, Actor, system_actor
from posapp.core.db import db, transaction
from posapp.core.keys import KeyRing
from tests.support.fake_clock import FakeClock

TOGETHER, EACH = 4, 10


def _rows(stream: UUID) -> list[AuditRow]:
    return list(db.session.execute(select(AuditRow).where(AuditRow.stream == stream).order_by(AuditRow.seq)).scalars())


def _assert_whole(stream: UUID, ring: KeyRing) -> int:
    prev, rows = FIRST_PREV, _rows(stream)
    for seq, row in enumerate(rows, 1):
        assert (row.seq, row.prev) == (seq, prev)
        assert row.mac == mac_of({name: getattr(row, name) for name in CHAINED}, ring.audit_mac)
        prev = row.mac
    head = db.session.execute(select(AuditHead).where(AuditHead.stream == stream)).scalar_one()
    assert (head.seq, head.mac) == (len(rows), prev)
    return len(rows)


def test_a_row_says_who_did_what_where(app_context: Flask, clock: FakeClock, ring: KeyRing) -> None:
    actor = Actor(kind="staff", staff_id=uuid4(), store_id=uuid4(), till_id=uuid4(), request_id="r-1")
    member = uuid4()
    with transaction():
        audit.record(AuditTag.POINTS_CREDITED, actor=actor, at=clock.now(), object_id=member, details={"points": 60})
    assert actor.till_id is not None
    (row,) = _rows(actor.till_id)
    assert (row.tag, row.staff_id, row.store_id) == ("till:points:credited", actor.staff_id, actor.store_id)
    assert (row.object_id, row.details, row.outcome) == (member, {"points": 60}, "done")
    assert _assert_whole(actor.till_id, ring) == 1


def test_an_act_that_was_rolled_back_is_not_in_the_chain(app_context: Flask, clock: FakeClock, ring: KeyRing) -> None:
    audit.record_alone(AuditTag.STAFF_ADDED, actor=system_actor(), at=clock.now())
    with pytest.raises(ZeroDivisionError), transaction():
        audit.record(AuditTag.STAFF_ADDED, actor=system_actor(), at=clock.now())
        raise ZeroDivisionError
    audit.record_alone(AuditTag.STAFF_ADDED, actor=system_actor(), at=clock.now())
    assert _assert_whole(SYSTEM_STREAM, ring) == 2


def test_many_writers_of_one_stream_leave_one_whole_chain(app: Flask, clock: FakeClock, ring: KeyRing) -> None:
    def write(_: int) -> None:
        with app.app_context():
            for _ in range(EACH):
                audit.record_alone(AuditTag.STAFF_ADDED, actor=system_actor(), at=clock.now())

    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(write, range(TOGETHER)))
    with app.app_context():
        assert _assert_whole(SYSTEM_STREAM, ring) == TOGETHER * EACH
