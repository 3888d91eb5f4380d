"""A person at a till, doing what the till's pages do: starting, typing, sending again, cancelling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from posapp.core.actor import Actor
from posapp.core.db import db, transaction
from posapp.core.phone import PhoneNumber
from posapp.messaging.message import MessageRow
from posapp.messaging.models import MESSAGE
from posapp.verification import delivery
from posapp.verification.authorising import authorise
from posapp.verification.cancelling import cancel
from posapp.verification.challenge import ChallengeRow
from posapp.verification.codes import code_for
from posapp.verification.handlers import Done
from posapp.verification.purposes import Purpose
from posapp.verification.queries import StatusRow, status
from posapp.verification.refusals import find
from posapp.verification.resending import resend
from posapp.verification.starting import Started, start
from posapp.verification.trying import Outcome, Try, spend_try
from posapp.web.access import Person
from tests.support.fake_clock import FakeClock

VERA = PhoneNumber.restored("+79161234567")
PAVEL = PhoneNumber.restored("+79031112233")
SUBJECT = {"points": 500, "receipt": "A-17", "total": 123456}


@dataclass(frozen=True)
class Counter:
    """One person at one till."""

    clock: FakeClock
    person: Person
    store_id: UUID
    till_id: UUID

    @property
    def at(self) -> datetime:
        return self.clock.now()

    @property
    def actor(self) -> Actor:
        return Actor(
            kind="staff", staff_id=self.person.staff_id, role=self.person.role, session_id=self.person.session_id,
            store_id=self.store_id, till_id=self.till_id, request_id="test",
        )  # fmt: skip

    def start(
        self, phone: PhoneNumber = VERA, purpose: Purpose = Purpose.REDEEM, subject: Mapping[str, Any] = SUBJECT
    ) -> Started:
        with transaction():
            return start(
                purpose=purpose, phone=phone, subject=subject, actor=self.actor, person_session=self.person,
                store_id=self.store_id, till_id=self.till_id, language="en",
                text_params={"shop": "ACME", "points": 500}, at=self.at,
            )  # fmt: skip

    def ask(self, phone: PhoneNumber = VERA, **what: Any) -> tuple[Started, str]:
        """Start, and let the message arrive: the challenge and what the customer reads aloud."""
        started = self.start(phone, **what)
        return started, arrive(started, self.at)

    def resend(self, started: Started) -> str:
        with transaction():
            resend(started.phone_index, started.challenge_id, actor=self.actor, at=self.at)
        return arrive(started, self.at)

    def cancel(self, started: Started, reason: str = "cancelled") -> bool:
        with transaction():
            return cancel(started.phone_index, started.challenge_id, reason=reason, actor=self.actor, at=self.at)

    def status(self, started: Started) -> StatusRow:
        db.session.rollback()
        return status(started.phone_index, started.challenge_id, actor=self.actor, at=self.at)

    def type(self, started: Started, typed: object, purpose: Purpose | None = None) -> Try:
        """Type a code and press the button, up to the comparison."""
        return spend_try(
            phone_index=started.phone_index, challenge_id=started.challenge_id, typed=typed, purpose=purpose,
            actor=self.actor, at=self.at,
        )  # fmt: skip

    def confirm(self, started: Started, typed: object, purpose: Purpose | None = None, key: str = "") -> Done | Outcome:
        """The whole press: the try, and what a right code authorises."""
        tried = self.type(started, typed, purpose)
        if tried.challenge is None:
            return tried.outcome
        with transaction():
            return authorise(tried.challenge, actor=self.actor, at=self.at, key=key or uuid4().hex)


def arrive(started: Started, at: datetime, outcome: str = "accepted") -> str:
    """The sender hands the newest message over; what stands on the phone."""
    message = newest_message(started)
    derived = delivery.text_parameters(message, at)
    assert derived is not None, "the message is held back"
    with transaction():
        delivery.on_outcome(message, outcome, at)
    return str(derived["code"])


def newest_message(started: Started) -> MessageRow:
    """The challenge's newest message, as a worker holds it."""
    newest = (MESSAGE.c.route == started.phone_index, MESSAGE.c.id == challenge(started).message_id)
    row = db.session.execute(select(MESSAGE).where(*newest)).mappings().one()
    return MessageRow(
        **{name: row[name] for name in MessageRow.__slots__ if name not in ("lease", "leased_until")},
        lease=uuid4(), leased_until=row["expires_at"],
    )  # fmt: skip


def challenge(started: Started) -> ChallengeRow:
    """The row as it is now."""
    db.session.rollback()
    found = find(started.phone_index, started.challenge_id)
    assert found is not None
    return found


def wrong_code(started: Started, number: int = 1) -> str:
    """A code that is none of the challenge's own; another for each number."""
    row = challenge(started)
    right = code_for(row).spoken().replace(" ", "")
    return f"{(int(right) + 100_003 * number) % 1_000_000:06}"
