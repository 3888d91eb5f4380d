"""The back office of the demo shop, in its managers' hands.

Irina manages both stores, Oleg that of the first till, Rita the other. At a till Irina has a shift of her own.
"""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import select

from posapp.core import clock
from posapp.core.actor import Actor, Role, system_actor
from posapp.core.db import db, transaction
from posapp.core.phone import PhoneNumber
from posapp.members.service import PersonalAnswers, open_member
from posapp.points import service as points
from posapp.points.receipt import Receipt
from posapp.staff import service as staff
from posapp.staff.models import Staff
from posapp.stores.models import Till
from tests.support.visiting import Visitor
from tests.till.scene import OLGA, Counter

PASSWORD = "a passphrase of managers"


class Office(Visitor):
    """A manager's laptop; pages in English."""

    def find(self, phone: str = OLGA) -> str:
        """To the card of a number; the card's path."""
        self.go("/manager/cards")
        self.send("/manager/cards", phone=phone)
        return self.path

    def adjust(self, points: int, reason: str = "Goodwill", **more: str) -> int:
        """On the card that is open; the status of the answer."""
        direction = "add" if points > 0 else "take"
        typed = {"direction": direction, "points": str(abs(points)), "reason": reason}
        return self.send("/manager/cards/[^/]+/adjust", **typed | more).status_code

    def open_request(self, number: int = 0) -> str:
        """To one of those that wait, the first by default; its path."""
        self.go("/manager/approvals")
        waiting = re.findall(r'href="(/manager/approvals/[0-9a-f-]+/[0-9a-f-]+)"', self.text)
        self.go(waiting[number])
        return self.path


def opened(counter: Counter, phone: str = OLGA) -> str:
    """Olga's card with its welcome points, opened by Anna at the first till without the questionnaire; its member."""
    anna, at = _anna(counter), clock.now()
    olga = PersonalAnswers(surname="Козлова", given_name="Ольга")
    with counter.app.app_context(), transaction():
        number, store_id = PhoneNumber.restored(phone), anna.store_id
        assert store_id is not None
        member_id = open_member(number, olga, language="ru", store_id=store_id, verified_at=at)
        points.open_account(member_id, store_id=store_id, key="open", actor=anna, at=at)
    return str(member_id)


def credited(counter: Counter, member_id: str, receipt: str, total_minor: int) -> None:
    """A receipt that Anna has entered at the first till."""
    anna = _anna(counter)
    assert anna.store_id is not None
    bought = Receipt.of_total(anna.store_id, receipt, total_minor)
    with counter.app.app_context(), transaction():
        points.sale(UUID(member_id), receipt=bought, redeem=0, key=receipt, actor=anna, at=clock.now())


def holds_card(counter: Counter, login: str, phone: str) -> None:
    """From now on the house knows the own card of somebody of the staff by this number."""
    (staff_id,) = counter.rows(Staff.id, Staff.login == login)
    with counter.app.app_context():
        staff.set_phone(staff_id, PhoneNumber.restored(phone), actor=system_actor(), at=clock.now())


def _anna(counter: Counter) -> Actor:
    (store_id,) = counter.rows(Till.store_id, Till.id == counter.tills[0])
    (staff_id,) = counter.rows(Staff.id, Staff.login == "anna")
    place = {"store_id": store_id, "till_id": counter.tills[0], "request_id": "test"}
    return Actor(kind="staff", staff_id=staff_id, role=Role.CASHIER, **place)


def office(counter: Counter) -> Office:
    """Irina's."""
    return _english(Office(counter.office().client))


def colleague(counter: Counter, name: str, *, till: int = 0) -> Office:
    """Another manager's, of the store of one till."""
    with counter.app.app_context():
        store_id: UUID = db.session.execute(select(Till.store_id).where(Till.id == counter.tills[till])).scalar_one()
        with transaction():
            staff.add_person(name.lower(), name, Role.MANAGER, {store_id}, PASSWORD, "en", clock.now())
    laptop = Office(counter.app.test_client())
    laptop.go("/sign-in")
    laptop.send("/sign-in", login=name.lower(), password=PASSWORD)
    return _english(laptop)


def _english(laptop: Office) -> Office:
    laptop.client.set_cookie("lang", "en")
    return laptop
