"""Writes into the books of the rooms what a day at the tills leaves behind, each thing by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from posapp.consent.purposes import REQUIRED, ConsentPurpose
from posapp.consent.queries import current_documents
from posapp.consent.service import CodeProof, SignedQuestionnaire, publish_documents, record_consents
from posapp.core import ids
from posapp.core.actor import Actor, Role, system_actor
from posapp.core.db import db, transaction
from posapp.core.phone import PhoneNumber
from posapp.enrolment.models import Enrolment
from posapp.members.service import PersonalAnswers, open_member
from posapp.messaging.models import Message
from posapp.points import service as points
from posapp.points.receipt import Receipt
from posapp.reports.period import Period
from posapp.reports.queries import EnrolmentReport, enrolment_report
from posapp.staff import service as staff
from posapp.stores import queries as stores
from posapp.stores import service as places
from posapp.verification.challenge import Challenge
from tests.staff.house import PASSWORDS, Browser, House
from tests.support.fake_clock import FakeClock

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Spot:
    """A person at a till."""

    store_id: UUID
    till_id: UUID
    staff_id: UUID

    @property
    def row(self) -> dict[str, Any]:
        return {"store_id": self.store_id, "till_id": self.till_id, "staff_id": self.staff_id}

    @property
    def actor(self) -> Actor:
        return Actor(
            kind="staff", staff_id=self.staff_id, role=Role.CASHIER, store_id=self.store_id, till_id=self.till_id,
            request_id="test",
        )  # fmt: skip


class Books:
    """The tables, one customer after another."""

    def __init__(self, house: House, clock: FakeClock) -> None:
        self.house, self.clock = house, clock
        self._customers = 0
        self.anna = Spot(house.tverskaya, house.till_1, house.people["anna"])
        self.boris = Spot(house.tverskaya, house.till_2, house.people["boris"])
        self.charlie = Spot(house.arbat, house.arbat_till, house.people["charlie"])
        with transaction():
            publish_documents(stores.shop(), clock.now(), actor=system_actor("test"))

    def begin(self, spot: Spot, at: datetime) -> Visit:
        """A questionnaire is begun."""
        self._customers += 1
        visit = Visit(self, spot, at, PhoneNumber.restored(f"+7916{self._customers:07}"), uuid4(), uuid4())
        self.add(Enrolment, phone_index=visit.phone_index, id=visit.enrolment_id, begun_at=at, **spot.row)
        return visit

    def enrol(self, spot: Spot, at: datetime, *, agreed: frozenset[ConsentPurpose] = REQUIRED) -> Visit:
        """A card from the first question to the account, in two minutes and at the first code."""
        visit = self.begin(spot, at)
        challenge_id = visit.ask(at + MINUTE)
        visit.send(challenge_id, at + MINUTE, delivered_at=at + MINUTE)
        visit.match(challenge_id, at + 2 * MINUTE)
        visit.card(at + 2 * MINUTE, agreed=agreed)
        return visit

    def sell(self, spot: Spot, visit: Visit, at: datetime) -> None:
        """A receipt of the customer."""
        receipt, key = Receipt.of_total(spot.store_id, uuid4().hex[:12].upper(), 10_000), uuid4().hex
        assert visit.member_id is not None
        with transaction():
            points.sale(visit.member_id, receipt=receipt, redeem=0, key=key, actor=spot.actor, at=at)

    def add(self, table: type[Any], **values: Any) -> None:
        with transaction():
            db.session.execute(insert(table).values(values))

    def chief(self) -> Browser:
        """The manager of both stores."""
        PASSWORDS["vera"] = "vera prefers no tea"
        both = {self.house.tverskaya, self.house.arbat}
        with transaction():
            staff.add_person("vera", "Vera", Role.MANAGER, both, PASSWORDS["vera"], "en", self.clock.now())
        return self.house.office("vera")

    def more_tills(self, count: int) -> list[Spot]:
        with transaction():
            tills = [places.add_till(self.house.tverskaya, f"More {uuid4().hex[:6]}") for _ in range(count)]
        return [replace(self.anna, till_id=till_id) for till_id in tills]

    def report(self, period: Period, *store_ids: UUID) -> EnrolmentReport:
        db.session.rollback()
        chosen = store_ids or (self.house.tverskaya, self.house.arbat)
        return enrolment_report(stores.stores(chosen), period, self.clock.now())


@dataclass
class Visit:
    """One customer at the till."""

    books: Books
    spot: Spot
    begun_at: datetime
    phone: PhoneNumber
    phone_index: UUID
    enrolment_id: UUID
    member_id: UUID | None = None

    def ask(self, at: datetime, *, state: str = "sent", reason: str | None = None, purpose: str = "enrol") -> UUID:
        """A code is asked for; the challenge's id."""
        challenge_id, later = uuid4(), at + 10 * MINUTE
        self.books.add(
            Challenge, phone_index=self.phone_index, id=challenge_id, staff_session_id=uuid4(), purpose=purpose,
            subject={}, subject_digest=b"x", nonce=b"x", kid=1, send_no=1, sends=1, attempts=0, attempts_max=5,
            state=state, end_reason=reason, created_at=at, last_sent_at=at, code_expires_at=later, expires_at=later,
            message_id=uuid4(), **self.spot.row,
        )  # fmt: skip
        return challenge_id

    def send(
        self, challenge_id: UUID, at: datetime, *, submitted_at: datetime | None = None,
        delivered_at: datetime | None = None, refused: bool = False,
    ) -> None:  # fmt: skip
        """A code goes out, and perhaps arrives."""
        state = "delivered" if delivered_at else "refused" if refused else "submitted"
        self.books.add(
            Message, route=self.phone_index, id=ids.uuid7(at), traffic="service", channel="sms", template="code_enrol",
            language="ru", parameters={"challenge_id": str(challenge_id), "send_no": 1}, phone_index=self.phone_index,
            priority=0, state=state, rank=5 if delivered_at else 4 if refused else 1, due_at=at, tries=1, decision={},
            created_at=at, expires_at=at + 5 * MINUTE, silent_at=at + 15 * MINUTE, final_at=delivered_at,
            submitted_at=None if refused else submitted_at or at,
        )  # fmt: skip

    def match(self, challenge_id: UUID, at: datetime, *, reason: str | None = None) -> None:
        """The code was right (or a supervisor has approved)."""
        mine = update(Challenge).where(Challenge.id == challenge_id)
        with transaction():
            db.session.execute(mine.values(state="consumed", consumed_at=at, verified_at=at, end_reason=reason))

    def card(self, at: datetime, *, agreed: frozenset[ConsentPurpose] = REQUIRED, account: bool = True) -> None:
        """Member, account, consents and the report's line, as the card's one transaction writes them."""
        answers = PersonalAnswers(surname="Каренина", given_name="Анна")
        store_id = self.spot.store_id
        with transaction():
            self.member_id = open_member(self.phone, answers, language="ru", store_id=store_id, verified_at=at)
            if account:
                points.open_account(self.member_id, store_id=store_id, key=uuid4().hex, actor=self.spot.actor, at=at)
            record_consents(self.member_id, self._signed(at, agreed), CodeProof(challenge_id=uuid4(), matched_at=at))
            mine = update(Enrolment).where(Enrolment.id == self.enrolment_id)
            db.session.execute(mine.values(carded_at=at, member_id=self.member_id))

    def end(self, reason: str, at: datetime) -> None:
        """It comes to nothing."""
        with transaction():
            mine = update(Enrolment).where(Enrolment.id == self.enrolment_id)
            db.session.execute(mine.values(ended_at=at, end_reason=reason))

    def _signed(self, at: datetime, agreed: frozenset[ConsentPurpose]) -> SignedQuestionnaire:
        documents = current_documents("ru")
        return SignedQuestionnaire(
            answers=b"{}", digest="0" * 64, language="ru", agreed={each: each in agreed for each in documents},
            documents=documents, signature_svg=None, customer_signed_at=at, utc_offset_minutes=180,
            staff_signed_at=at, **self.spot.row,
        )  # fmt: skip
