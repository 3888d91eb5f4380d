"""A person at a till, doing what the till's pages do: starting, typing, sending again, cancelling."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import func, insert, select

from posapp import audit
from posapp.audit import AuditTag
from posapp.audit.models import AuditRow
from posapp.core import ids
from posapp.core.actor import Actor, Role
from posapp.core.db import db, transaction
from posapp.core.phone import PhoneNumber
from posapp.staff.models import Staff, StaffSession
from posapp.stores.models import Store, Till
from posapp.verification import authorising, cancelling, codes, refusals, resending, starting, trying
from posapp.verification.challenge import ChallengeRow
from posapp.verification.purposes import Done, Purpose
from posapp.verification.trying import Outcome, Try
from posapp.web.access import Person
from tests.support.fake_clock import FakeClock

VERA = PhoneNumber.restored("+79161234567")
PAVEL = PhoneNumber.restored("+79031112233")
SUBJECT = {"points": 500, "receipt": "A-17", "total": 123456}


def post_once(challenge: ChallengeRow, subject: Mapping[str, Any], *, actor: Actor, at: datetime, key: str) -> Done:
    """A ledger of one kind of row: what was redeemed for which challenge."""
    posting_id = ids.uuid7(at)
    audit.record(
        AuditTag.POINTS_REDEEMED, actor=actor, at=at, object_id=challenge.id, details={"points": subject.get("points", 0)}
    )
    return Done("redeemed", challenge.id, posting_id)


def ledger_rows(challenge_id: UUID) -> int:
    """How often the ledger was written to for this challenge."""
    db.session.rollback()
    found = select(func.count()).select_from(AuditRow)
    found = found.where(AuditRow.tag == AuditTag.POINTS_REDEEMED.value, AuditRow.object_id == challenge_id)
    return int(db.session.execute(found).scalar_one())


def audited(tag: AuditTag) -> list[str | None]:
    """The reasons under which this act stands in the audit."""
    db.session.rollback()
    return list(db.session.execute(select(AuditRow.reason).where(AuditRow.tag == tag.value)).scalars())


class Floor:
    """A store, its tills and its people."""

    def __init__(self, app: Flask, clock: FakeClock) -> None:
        self.app, self.clock = app, clock
        self.store_id = uuid4()
        self.tills: list[UUID] = []
        with transaction():
            db.session.execute(
                insert(Store).values(
                    id=self.store_id, name="Arbat", address="Arbat 1", timezone="Europe/Moscow", cutover_hour=4, region="RU"
                )
            )
        self.add_tills(2)

    def add_tills(self, count: int) -> None:
        fresh = [uuid4() for _ in range(count)]
        rows = [{"id": till, "store_id": self.store_id, "name": f"Till {till.hex[:8]}"} for till in fresh]
        with transaction():
            db.session.execute(insert(Till), rows)
        self.tills += fresh

    def counter(self, name: str, *, till: int, role: Role = Role.CASHIER) -> "Counter":
        """``name`` signs in at one of the tills."""
        staff_id, session_id, at = uuid4(), uuid4(), self.clock.now()
        staff = {
            "id": staff_id, "login": f"{name.lower()}-{staff_id.hex[:6]}", "name": name, "role": role.value,
            "store_ids": [str(self.store_id)], "language": "en", "password_hash": "-", "created_at": at,
        }  # fmt: skip
        session = {
            "subject_id": self.tills[till], "id": session_id, "staff_id": staff_id, "till_id": self.tills[till],
            "store_id": self.store_id, "generation": 0, "secret_hash": session_id.bytes * 2, "state": "locked",
            "pin_hash": "-", "started_at": at, "seen_at": at, "expires_at": at.replace(year=at.year + 1), "work": {},
        }  # fmt: skip
        with transaction():
            db.session.execute(insert(Staff).values(staff))
            db.session.execute(insert(StaffSession).values(session))
        person = Person(
            staff_id=staff_id, name=name, role=role, store_ids=frozenset({self.store_id}), session_id=session_id,
            session_subject=self.tills[till], state="active", work={},
        )  # fmt: skip
        return Counter(self, person, self.tills[till])


@dataclass
class Counter:
    """One person at one till."""

    floor: Floor
    person: Person
    till_id: UUID
    spoken: list[str] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.floor.clock.now()

    @property
    def actor(self) -> Actor:
        return Actor(
            kind="staff", staff_id=self.person.staff_id, role=self.person.role, session_id=self.person.session_id,
            store_id=self.floor.store_id, till_id=self.till_id, request_id="test",
        )  # fmt: skip
