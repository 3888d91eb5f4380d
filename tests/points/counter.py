"""A counter with a till: cards, receipts and keys for tests that speak with the database."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from posapp.core.actor import Actor, Role
from posapp.core.db import db, transaction
from posapp.members.models import Member
from posapp.points import programmes, queries, service
from posapp.points.operations import Redeem
from posapp.points.posting import Posting
from posapp.points.programme import Programme
from posapp.points.receipt import Receipt
from posapp.points.refusals import PointsRefusal
from posapp.points.watch import UNWATCHED, Watch
from posapp.stores.models import Store
from tests.support.fake_clock import FakeClock

BEFORE = date(2020, 1, 1)


class Counter:
    """One store with one till and the cashier Olga at it; Anna and others open cards there."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.programme = Programme()
        """The rules put in force last."""
        self.store_id = self.add_store()
        self.actor = Actor(
            kind="staff", staff_id=uuid4(), role=Role.CASHIER, store_id=self.store_id, till_id=uuid4(), request_id="r"
        )

    def add_store(self, timezone: str = "Europe/Moscow") -> UUID:
        store_id = uuid4()
        with transaction() as session:
            session.execute(
                insert(Store).values(
                    id=store_id, name="Store", address="Street", timezone=timezone, cutover_hour=0, region="RU"
                )
            )
        return store_id

    def rules(self, starts_on: date = BEFORE, **config: Any) -> UUID:
        """Put a programme in force."""
        self.programme = Programme.from_config(config)
        with transaction():
            return programmes.publish(
                self.programme, name="Rules", starts_on=starts_on, actor=self.actor, at=self.clock.now()
            )

    def card(self, points: int = 0, *, welcome: bool = False, referrer_id: UUID | None = None) -> UUID:
        """Somebody's new card with some points on it, perhaps opened at the invitation of another card's holder."""
        member_id = uuid4()
        with transaction() as session:
            session.execute(
                insert(Member).values(
                    member_id=member_id, surname_sealed=b"", given_name_sealed=b"", language="ru",
                    store_id=self.store_id, created_at=self.clock.now(),
                )
            )  # fmt: skip
            service.open_account(
                member_id, store_id=self.store_id, key="open", actor=self.actor, at=self.clock.now(), welcome=welcome,
                referrer_id=referrer_id,
            )  # fmt: skip
        if points:
            self.give(member_id, points)
        return member_id

    def give(self, member_id: UUID, points: int, *, key: str | None = None, valid_days: int | None = None) -> Posting:
        with transaction():
            return service.adjust(
                member_id, points=points, reason="goodwill", author=uuid4(), approver=uuid4(), valid_days=valid_days,
                key=key or str(uuid4()), actor=self.actor, at=self.clock.now(),
            )  # fmt: skip

    def receipt(self, number: str, total: int = 100_000) -> Receipt:
        return Receipt.of_total(self.store_id, number, total)

    def sale(
        self, member_id: UUID, number: str, total: int = 100_000, *, redeem: Redeem = 0, key: str | None = None,
        challenge_id: UUID | None = None, watch: Watch = UNWATCHED,
    ) -> Posting:  # fmt: skip
        """Enter a receipt as a till does: what is refused is remembered in a transaction of its own."""
        try:
            return self.ask_sale(
                member_id, number, total, redeem=redeem, key=key, challenge_id=challenge_id, watch=watch
            )
        except PointsRefusal as refusal:
            self.remember(refusal)
            raise

    def ask_sale(
        self, member_id: UUID, number: str, total: int = 100_000, *, redeem: Redeem = 0, key: str | None = None,
        challenge_id: UUID | None = None, watch: Watch = UNWATCHED,
    ) -> Posting:  # fmt: skip
        """The first half of it: a refusal is not yet remembered."""
        with transaction():
            return service.sale(
                member_id, receipt=self.receipt(number, total), redeem=redeem, key=key or str(uuid4()),
                actor=self.actor, at=self.clock.now(), challenge_id=challenge_id, proven=True, watch=watch,
            )  # fmt: skip

    def merge(self, emptied: UUID, into: UUID) -> Posting:
        with transaction():
            return service.merge(emptied, into=into, key=str(uuid4()), actor=self.actor, at=self.clock.now())

    def back(self, member_id: UUID, number: str, *, key: str | None = None, **extra: Any) -> Posting:
        """Take a whole receipt back, or some lines of it."""
        try:
            with transaction():
                return service.return_receipt(
                    member_id, store_id=self.store_id, receipt=number, key=key or str(uuid4()), actor=self.actor,
                    at=self.clock.now(), reason="mistake", **extra,
                )  # fmt: skip
        except PointsRefusal as refusal:
            self.remember(refusal)
            raise

    def remember(self, refusal: PointsRefusal) -> None:
        with transaction():
            service.remember_refusal(refusal)

    def spendable(self, member_id: UUID) -> int:
        db.session.rollback()
        return queries.account_card(member_id, self.clock.now()).spendable
