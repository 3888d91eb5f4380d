"""The counter of the demo shop, used over HTTP as its people use it, with the worker's work done between two requests.

Anna is at the till with a customer, Olga. Timur is the other cashier, Irina the manager of both stores. Charlie holds a
number too and must never be touched by what happens to Olga's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from posapp import demo
from posapp.core import clock, ids
from posapp.core.actor import Actor, Role, system_actor
from posapp.core.db import db, transaction
from posapp.points import programmes
from posapp.points import service as points
from posapp.points.programme import Programme
from posapp.staff.models import Staff
from posapp.stores import service as stores
from posapp.stores.models import Store, Till
from posapp.web.locale import LANGUAGE_COOKIE
from posapp.worker import Worker
from tests.support.fake_clock import FakeClock
from tests.support.visiting import Visitor

OLGA, CHARLIE = "+79161234567", "+79031112233"
PINS = {"anna": "482915", "timur": "736284", "manager": "593817"}
CODE = re.compile(r"\b([0-9]{3} [0-9]{3})\b")
CODE_PATH = "/till/code/[^/]+"


@dataclass
class Counter:
    """The shop, its clock, its worker, and the browsers of its people."""

    app: Flask
    clock: FakeClock
    worker: Worker
    tills: list[UUID] = field(default_factory=list)

    def tablet(self, login: str = "anna", till: int = 0) -> Tablet:
        """An enrolled tablet with a shift begun on it."""
        tablet = Tablet(self.app.test_client(), self)
        tablet.go("/till/setup")
        tablet.send("/till/setup", code=self.till_code(self.tills[till]))
        tablet.begin_shift(login)
        return tablet

    def add_till(self) -> int:
        """One till more in the first one's store; its number."""
        (store_id,) = self.rows(Till.store_id, Till.id == self.tills[0])
        with self.app.app_context(), transaction():
            self.tills.append(stores.add_till(store_id, "Касса 9"))
        return len(self.tills) - 1

    def till_code(self, till_id: UUID) -> str:
        with self.app.app_context():
            irina = db.session.execute(select(Staff.id).where(Staff.login == "manager")).scalar_one()
            actor = Actor(kind="staff", staff_id=irina, role=Role.MANAGER, request_id="test")
            stores_of_till = set(db.session.execute(select(Store.id)).scalars())
            return stores.make_till_code(till_id, store_ids=stores_of_till, actor=actor, at=clock.now())

    def office(self) -> Visitor:
        """The manager's laptop."""
        laptop, (login, password, *_) = Visitor(self.app.test_client()), demo.PEOPLE[0]
        laptop.go("/sign-in")
        laptop.send("/sign-in", login=login, password=password)
        return laptop

    def rules(self, **config: Any) -> None:
        """Other rules from today on."""
        day = clock.now().date()
        with self.app.app_context(), transaction():
            rules = Programme.from_config(config)
            programmes.publish(rules, name="Rules", starts_on=day, actor=system_actor(), at=clock.now())

    def freeze(self, member_id: UUID) -> None:
        with self.app.app_context(), transaction():
            points.freeze(member_id, key=str(ids.random_id()), actor=system_actor(), at=clock.now())

    def work(self) -> None:
        """Let the worker do what is due."""
        with self.app.app_context():
            self.worker.run_once(clock.now())

    def texts(self, to: str = OLGA) -> list[str]:
        """The messages on a customer's phone, newest first."""
        shown = self.app.test_client().get("/dev/phone/messages").get_json()
        return [message["text"] for message in shown if message["to"] == to]

    def newest_code(self, to: str = OLGA) -> str:
        """The worker has sent what waited; the customer reads the newest code aloud."""
        self.work()
        for text in self.texts(to):
            if found := CODE.search(text):
                return found[1]
        raise AssertionError(f"no code on the phone: {self.texts(to)}")

    def rows(self, model: Any, *where: Any) -> list[Any]:
        with self.app.app_context():
            return list(db.session.execute(select(model).where(*where)).scalars())

    def count(self, model: Any, *where: Any) -> int:
        return len(self.rows(model, *where))


class Tablet(Visitor):
    """A till's tablet in a cashier's hands."""

    def __init__(self, client: Any, counter: Counter) -> None:
        super().__init__(client)
        self.counter = counter
        self.member_id = ""

    def begin_shift(self, login: str) -> None:
        password = next(person.password for person in demo.PEOPLE if person.login == login)
        self.go("/till/sign-in")
        self.send("/till/sign-in", login=login, password=password)
        self.send("/till/pin", pin=PINS[login])

    def in_english(self) -> Self:
        """Whatever the cashier's own language is."""
        self.client.set_cookie(LANGUAGE_COOKIE, "en")
        return self

    def find(self, phone: str = OLGA) -> TestResponse:
        self.go("/till")
        answer = self.send("/till/find", phone=phone)
        if found := re.fullmatch(r"/till/card/([0-9a-f-]+)", self.path):
            self.member_id = found[1]
        return answer

    def questionnaire(self, phone: str = OLGA) -> str:
        """Everything up to the button that sends the code; the draft's id."""
        self.go("/till")
        self.send("/till/new", phone=phone)
        draft = self.path.split("/")[3]
        self.send(self.path, surname="Козлова", given_name="Ольга", language="ru")
        if self.path.endswith("/customer"):
            self.send(f"/till/enrol/{draft}/customer", personal_data="y", rules="y", by_code="y")
        return draft

    def ask_enrol_code(self, phone: str = OLGA) -> str:
        """The code is on its way; the challenge's id."""
        draft = self.questionnaire(phone)
        self.send(f"/till/enrol/{draft}/confirm")
        return self.challenge

    @property
    def challenge(self) -> str:
        found = re.fullmatch(r"/till/code/([0-9a-f-]+)", self.path)
        assert found, f"not at the code page but at {self.path}: {self.text}"
        return found[1]

    def type_code(self, code: str) -> TestResponse:
        return self.send(CODE_PATH, code=code)

    def enrol(self, phone: str = OLGA) -> str:
        """A card, opened as people open one; its member's id."""
        self.ask_enrol_code(phone)
        answer = self.type_code(self.counter.newest_code(phone))
        assert answer.status_code == 200, self.text
        found = re.fullmatch(r"/till/done/([0-9a-f-]+)/[0-9a-f-]+", self.path)
        assert found, self.path
        self.member_id = found[1]
        return self.member_id

    def credit(self, receipt: str, amount: str, **more: str) -> TestResponse:
        self.go(f"/till/card/{self.member_id}")
        return self.send(f"/till/card/{self.member_id}/credit", receipt=receipt, amount=amount, **more)

    def ask_redeem_code(self, receipt: str, amount: str, points: str) -> TestResponse:
        card = f"/till/card/{self.member_id}"
        self.go(card)
        return self.send(f"{card}/credit", to=f"{card}/redeem", receipt=receipt, amount=amount, points=points)

    def check(self, challenge: str, code: object, key: str | None = None, **more: Any) -> TestResponse:
        """A guess as a script sends it, with a fresh key; nothing is followed."""
        body = {"code": code, "key": key or str(ids.random_id())} | more
        return self.client.post(f"/till/code/{challenge}", json=body, headers={"X-CSRFToken": self.token})


@dataclass(frozen=True)
class Hands:
    """A tablet's cookies and token in other hands: as many as wanted, each in a thread or process of its own."""

    headers: dict[str, str]

    @classmethod
    def of(cls, tablet: Tablet) -> Hands:
        assert tablet.page is not None
        return cls({"Cookie": tablet.page.request.headers["Cookie"], "X-CSRFToken": tablet.token})

    def press(self, app: Flask, challenge: str, code: str, key: UUID | None = None) -> int:
        """The code page's button, by default with a key of its own; the status of the answer."""
        client = app.test_client(use_cookies=False)
        body = {"code": code, "key": str(key or ids.random_id())}
        return client.post(f"/till/code/{challenge}", json=body, headers=self.headers).status_code


def open_counter(app: Flask, clock_: FakeClock) -> Counter:
    with app.app_context():
        demo.shop(clock.now())
        tills = list(db.session.execute(select(Till.id).order_by(Till.store_id, Till.name)).scalars())
        worker = Worker(app)
    return Counter(app, clock_, worker, tills)
