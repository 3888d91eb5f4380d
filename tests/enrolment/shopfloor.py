"""A shop with its documents published, a store with two tills, Olga and Boris signed in at them, and their tablets."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from werkzeug.test import TestResponse

from posapp.consent.service import publish_documents
from posapp.core.actor import Actor, Role, system_actor
from posapp.core.db import db, transaction
from posapp.messaging.message import MessageRow
from posapp.messaging.models import MESSAGE
from posapp.staff.models import Staff, StaffSession
from posapp.stores import cookie, queries
from posapp.stores.models import Till
from posapp.stores.service import add_shop, add_store, add_till
from posapp.verification import delivery
from posapp.verification.challenge import CHALLENGE, ChallengeRow
from posapp.web.access import Person, TillPlace
from tests.support.fake_clock import FakeClock

NUMBER = "+7 916 123-45-67"
SIGNATURE = json.dumps([[[100, 100], [300, 250], [500, 120]], [[520, 90], [610, 200]]])
ANSWERS = {
    "surname": "Каренина",
    "given_name": "Анна",
    "patronymic": "Аркадьевна",
    "birthday_day": "17",
    "birthday_month": "5",
    "birthday_year": "1990",
    "email": "anna@example.com",
    "language": "ru",
}
AGREED = {"personal_data": "y", "rules": "y", "advertising_sms": "y", "signature_points": SIGNATURE}

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
_HIDDEN = r'name="{}"[^>]* value="([^"]*)"'


class Shopfloor:
    """Everything that must be there before the first customer comes."""

    def __init__(self, app: Flask, clock: FakeClock, **questions: bool) -> None:
        self.app, self.clock = app, clock
        with transaction():
            add_shop(
                "Акме", legal_name="ООО «Акме»", inn="7701234567", address="Москва, Арбат, 1",
                contact="card@acme.example", questionnaire=questions,
            )  # fmt: skip
            self.store_id = add_store("Арбат", address="Москва, Арбат, 1", timezone="Europe/Moscow", cutover_hour=4)
            self.till_ids = [add_till(self.store_id, "1"), add_till(self.store_id, "2")]
            publish_documents(queries.shop(), clock.now(), actor=system_actor("setup"))

    def tablet(self, name: str = "Olga", *, till: int = 0) -> Tablet:
        """``name`` signs in at a till, in English."""
        person, sid = self._sign_in(name, self.till_ids[till])
        client = self.app.test_client()
        value, token_hash = cookie.fresh(self.till_ids[till])
        with transaction():
            row = update(Till).where(Till.id == self.till_ids[till])
            db.session.execute(row.values(token_hash=token_hash, enrolled_at=self.clock.now()))
        client.set_cookie("till", value)
        client.set_cookie("sid", sid)
        client.set_cookie("lang", "en")
        return Tablet(self, client, person, self._place(till))

    def _place(self, till: int) -> TillPlace:
        return TillPlace(
            till_id=self.till_ids[till], till_name=str(till + 1), store_id=self.store_id, store_name="Арбат",
            timezone="Europe/Moscow", region="RU", cutover_hour=4,
        )  # fmt: skip

    def _sign_in(self, name: str, till_id: UUID) -> tuple[Person, str]:
        staff_id, session_id, at = uuid4(), uuid4(), self.clock.now()
        sid, secret_hash = cookie.fresh(till_id)
        work: dict[str, Any] = {"challenges": {}, "draft": None, "last_posting": None}
        with transaction():
            ended = update(StaffSession).where(StaffSession.till_id == till_id)
            db.session.execute(ended.values(state="ended", ended_at=at))
            db.session.execute(
                insert(Staff).values(
                    id=staff_id, login=f"{name}-{staff_id.hex[:6]}".lower(), name=name, role=Role.CASHIER.value,
                    store_ids=[str(self.store_id)], language="en", password_hash="-", created_at=at,
                )
            )  # fmt: skip
            db.session.execute(
                insert(StaffSession).values(
                    subject_id=till_id, id=session_id, staff_id=staff_id, till_id=till_id, store_id=self.store_id,
                    generation=0, secret_hash=secret_hash, state="active", pin_hash="-", started_at=at, seen_at=at,
                    expires_at=at.replace(year=at.year + 1), work=work,
                )
            )  # fmt: skip
        person = Person(
            staff_id=staff_id, name=name, role=Role.CASHIER, store_ids=frozenset({self.store_id}),
            session_id=session_id, session_subject=till_id, state="active", work=work,
        )  # fmt: skip
        return person, sid


@dataclass
class Tablet:
    """One person with one tablet."""

    floor: Shopfloor
    client: FlaskClient
    person: Person
    place: TillPlace

    @property
    def actor(self) -> Actor:
        return Actor(
            kind="staff", staff_id=self.person.staff_id, role=self.person.role, session_id=self.person.session_id,
            store_id=self.place.store_id, till_id=self.place.till_id, request_id="test",
        )  # fmt: skip

    def again(self) -> Tablet:
        """The same tablet in one more hand: the same cookies."""
        client = self.floor.app.test_client()
        for name in ("till", "sid", "lang"):
            found = self.client.get_cookie(name)
            assert found
            client.set_cookie(name, found.value)
        return replace(self, client=client)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, fields: dict[str, str] | None = None, **more: str) -> TestResponse:
        """Send a form with its token, as a page would."""
        return self.client.post(path, data={"csrf_token": self.token(), **(fields or {}), **more})

    def token(self) -> str:
        """The token of this tablet's forms."""
        page = self.client.get("/till/new").get_data(as_text=True)
        found = _TOKEN.search(page)
        assert found, page
        return found[1]

    def begin(self, number: str = NUMBER) -> str:
        """The address of the questionnaire for a number."""
        answer = self.post("/till/new", phone=number)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer.headers["Location"]

    def fill(self, path: str, **changed: str) -> TestResponse:
        return self.post(path, ANSWERS | changed)

    def agree(self, path: str, **changed: str) -> TestResponse:
        """The customer's page, read and answered."""
        return self.post(f"{path}/customer", {"documents": self.edition(path), **AGREED, **changed})

    def edition(self, path: str) -> str:
        """Which texts the customer's page shows."""
        return hidden(self.get(f"{path}/customer"), "documents")

    def take(self, path: str, key: str | None = None) -> TestResponse:
        return self.post(f"{path}/confirm", key=key or str(uuid4()))

    def to_code(self, number: str = NUMBER, **answers: str) -> tuple[str, str]:
        """As far as the code page: the questionnaire's address and the code page's."""
        path = self.begin(number)
        assert self.fill(path, **{name: value for name, value in answers.items() if name in ANSWERS}).status_code == 303
        ticks = {name: value for name, value in answers.items() if name not in ANSWERS}
        assert self.agree(path, **ticks).status_code == 303
        taken = self.take(path)
        assert taken.status_code == 303, taken.get_data(as_text=True)
        return path, taken.headers["Location"]

    def say(self, code_path: str, code: str) -> TestResponse:
        """The customer says the code, the cashier types it."""
        return self.post(code_path, code=code, key=str(uuid4()))


def arrive(at: Any) -> str:
    """The sender hands the newest message over; the code that stands on the phone."""
    db.session.rollback()
    row = db.session.execute(select(MESSAGE).order_by(MESSAGE.c.id.desc()).limit(1)).mappings().one()
    values = {name: row[name] for name in MessageRow.__slots__ if name not in ("lease", "leased_until")}
    message = MessageRow(**values, lease=uuid4(), leased_until=row["expires_at"])
    derived = delivery.text_parameters(message, at)
    assert derived is not None, "the message is held back"
    with transaction():
        delivery.on_outcome(message, "accepted", at)
    return str(derived["code"])


def newest_challenge() -> ChallengeRow:
    """The challenge that was started last."""
    db.session.rollback()
    newest = select(CHALLENGE).order_by(CHALLENGE.c.created_at.desc(), CHALLENGE.c.send_no).limit(1)
    return ChallengeRow.of(db.session.execute(newest).mappings().one())


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(_HIDDEN.format(name), page.get_data(as_text=True))
    assert found, page.get_data(as_text=True)
    return unescape(found[1])
