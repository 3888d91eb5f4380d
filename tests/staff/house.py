"""Two stores of one shop and the people in them; what they do, they do over HTTP.

Anna and Boris are cashiers on Tverskaya, where Marina is the manager. Charlie is a cashier on Arbat, where Max is the
manager: neither must see or move anything on Tverskaya.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from posapp.audit.models import AuditRow
from posapp.core import clock
from posapp.core.actor import Actor, Role
from posapp.core.db import db, transaction
from posapp.staff import identify, service
from posapp.stores import service as stores
from posapp.web.access import Visitor

PASSWORDS = {
    "anna": "anna likes tea",
    "boris": "boris likes tea",
    "charlie": "charlie likes tea",
    "marina": "marina prefers green tea",
    "max": "max prefers black coffee",
}
PINS = {"anna": "482915", "boris": "736284", "marina": "915264"}
OFFICE = Actor(kind="staff", role=Role.MANAGER, request_id="test")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """A browser with its cookies, which sends what a page's form would send."""

    client: FlaskClient

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, token: str | None = None, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": token or self.token(), **fields})

    def token(self) -> str:
        found = TOKEN.search(self.client.get("/till/setup").text)
        assert found
        return found[1]

    def cookie(self, name: str) -> str:
        kept = self.client.get_cookie(name)
        return kept.value if kept else ""

    def with_cookies(self, **values: str) -> Browser:
        """Another browser that has got hold of these cookies."""
        other = Browser(self.client.application.test_client())
        for name, value in values.items():
            other.client.set_cookie(name, value)
        return other

    def copy(self) -> Browser:
        """A thief's browser: the same cookies, in another jar."""
        return self.with_cookies(till=self.cookie("till"), sid=self.cookie("sid"))

    def visitor(self) -> Visitor:
        cookies = {"till": self.cookie("till"), "sid": self.cookie("sid")}
        with self.client.application.app_context():
            return identify.identify(cookies, clock.now(), "test")

    def name(self) -> str | None:
        """Who may work at this till now."""
        answer = self.client.get("/who")
        return str(answer.json["name"]) if answer.status_code == 200 and answer.json else None

    def sign_in(self, login: str) -> TestResponse:
        """The password at the till's door, and nothing more."""
        return self.post("/till/sign-in", login=login, password=PASSWORDS[login])

    def begin_shift(self, login: str) -> UUID:
        """Password and PIN; the id of the shift."""
        assert self.sign_in(login).location == "/till/pin"
        assert self.post("/till/pin", pin=PINS[login]).status_code == 303
        person = self.visitor().person
        assert person is not None
        assert person.state == "active"
        return person.session_id

    def lock(self) -> TestResponse:
        return self.post("/till/lock")

    def unlock(self, shift: UUID, pin: str) -> TestResponse:
        return self.post("/till/unlock", shift=str(shift), pin=pin)


@dataclass
class House:
    """Everything there is at the beginning."""

    app: Flask
    tverskaya: UUID
    arbat: UUID
    till_1: UUID
    till_2: UUID
    arbat_till: UUID
    people: dict[str, UUID]

    def browser(self) -> Browser:
        """A browser of somebody who reads English."""
        client = self.app.test_client()
        client.set_cookie("lang", "en")
        return Browser(client)

    def tablet(self, till_id: UUID | None = None) -> Browser:
        """A tablet on which a manager's code has been typed."""
        browser = self.browser()
        assert browser.post("/till/setup", code=self.code(till_id or self.till_1)).location == "/till/sign-in"
        return browser

    def code(self, till_id: UUID) -> str:
        with self.app.app_context():
            every = {self.tverskaya, self.arbat}
            actor = Actor(kind="staff", staff_id=self.people["marina"], role=Role.MANAGER, request_id="test")
            return stores.make_till_code(till_id, store_ids=every, actor=actor, at=clock.now())

    def office(self, login: str) -> Browser:
        """A browser signed in to the back office."""
        browser = self.browser()
        assert browser.post("/sign-in", login=login, password=PASSWORDS[login]).status_code == 303
        return browser

    def audit(self) -> list[tuple[str, str, str | None]]:
        """Tag, outcome and reason of every row, oldest first within a stream."""
        with self.app.app_context():
            found = db.session.execute(select(AuditRow).order_by(AuditRow.stream, AuditRow.seq)).scalars()
            return [(row.tag, row.outcome, row.reason) for row in found]

    def tags(self) -> set[str]:
        return {tag for tag, _, _ in self.audit()}


def build(app: Flask) -> House:
    """The shop as the demo would make it."""
    at = clock.now()
    with app.app_context(), transaction():
        stores.add_shop(
            "Sweet corner",
            legal_name="OOO Sweet corner",
            inn="7700000000",
            address="Moscow",
            contact="info@example.com",
        )
        tverskaya = stores.add_store("Tverskaya", address="Tverskaya 1", timezone="Europe/Moscow", cutover_hour=4)
        arbat = stores.add_store("Arbat", address="Arbat 1", timezone="Europe/Moscow")
        till_1, till_2 = stores.add_till(tverskaya, "Till 1"), stores.add_till(tverskaya, "Till 2")
        arbat_till = stores.add_till(arbat, "Till 1")
        cast = {
            "anna": ("Anna", Role.CASHIER, tverskaya), "boris": ("Boris", Role.CASHIER, tverskaya),
            "charlie": ("Charlie", Role.CASHIER, arbat), "marina": ("Marina", Role.MANAGER, tverskaya),
            "max": ("Max", Role.MANAGER, arbat),
        }  # fmt: skip
        people = {
            login: service.add_person(login, name, role, {store_id}, PASSWORDS[login], "en", at)
            for login, (name, role, store_id) in cast.items()
        }
    return House(app, tverskaya, arbat, till_1, till_2, arbat_till, people)
