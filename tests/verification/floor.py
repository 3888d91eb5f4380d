"""A store, its tills and its people, and what is written down about them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from posapp import audit
from posapp.audit import AuditTag
from posapp.audit.models import AuditRow
from posapp.core import ids
from posapp.core.actor import Actor, Role
from posapp.core.db import db, transaction
from posapp.staff import work
from posapp.staff.models import Staff, StaffSession
from posapp.stores.models import Store, Till
from posapp.verification.challenge import ChallengeRow
from posapp.verification.handlers import Done
from posapp.verification.limit import LIMIT
from posapp.verification.limits import LimitKind
from posapp.web.access import Person
from tests.support.fake_clock import FakeClock
from tests.verification.counter import Counter


class Floor:
    """One store that opens tills and signs people in."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.store_id = uuid4()
        place = {"name": "Arbat", "address": "Arbat 1", "timezone": "Europe/Moscow", "cutover_hour": 4, "region": "RU"}
        with transaction():
            db.session.execute(insert(Store).values(id=self.store_id, is_active=True, **place))

    def counter(self, name: str, *, till_id: UUID | None = None, state: str = "active") -> Counter:
        """``name`` signs in, at a new till or at one that is there."""
        till_id, staff_id, session_id = till_id or self.till(), uuid4(), uuid4()
        staff = {
            "id": staff_id, "login": f"{name}-{staff_id.hex[:6]}", "name": name, "role": "cashier",
            "store_ids": [str(self.store_id)], "language": "en", "password_hash": "-",
        }  # fmt: skip
        session = {
            "subject_id": till_id, "id": session_id, "staff_id": staff_id, "till_id": till_id,
            "store_id": self.store_id, "generation": 0, "secret_hash": session_id.bytes * 2, "state": state,
            "pin_hash": "-", "work": work.EMPTY,
        }  # fmt: skip
        at = self.clock.now()
        times = {"started_at": at, "seen_at": at, "expires_at": at.replace(year=at.year + 1)}
        with transaction():
            db.session.execute(insert(Staff).values(**staff, created_at=at))
            db.session.execute(insert(StaffSession).values(**session, **times))
        person = Person(
            staff_id=staff_id, name=name, role=Role.CASHIER, store_ids=frozenset({self.store_id}),
            session_id=session_id, session_subject=till_id, state="active", work=work.EMPTY,
        )  # fmt: skip
        return Counter(self.clock, person, self.store_id, till_id)

    def till(self) -> UUID:
        till_id = uuid4()
        with transaction():
            db.session.execute(insert(Till).values(id=till_id, store_id=self.store_id, name=f"Till {till_id.hex[:8]}"))
        return till_id


def post_once(challenge: ChallengeRow, subject: Mapping[str, Any], *, actor: Actor, at: Any, key: str) -> Done:
    """What a right code does in these tests: one row of a ledger, with what the code was bound to."""
    details = {"points": subject["points"], "key": key}
    audit.record(AuditTag.POINTS_REDEEMED, actor=actor, at=at, object_id=challenge.id, details=details)
    return Done("redeemed", challenge.id, ids.uuid7(at))


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


def failures_of(phone_index: UUID) -> int:
    """How many failures are charged to the number."""
    db.session.rollback()
    look = select(LIMIT.c.times).where(LIMIT.c.subject_id == phone_index)
    times = db.session.execute(look.where(LIMIT.c.kind == LimitKind.NUMBER_FAILURES.value)).scalar_one_or_none()
    return len(times or [])
