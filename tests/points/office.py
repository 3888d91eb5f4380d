"""The manager's desk: Irina answers for every store of the demo shop, Max for one of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from posapp import demo
from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.db import db, transaction
from posapp.points.models import ProgrammeVersion
from posapp.points.programme import Programme
from posapp.points.versions import versions
from posapp.staff import service as staff
from posapp.stores import queries as stores
from tests.support.visiting import Visitor

RULES = "/manager/points/programme"
MAX_PASSWORD = "max prefers black coffee"  # of a person in a test


def irina(app: Flask, language: str = "en", client: FlaskClient | None = None) -> Visitor:
    """At her desk, in a browser of her own or in the one that is there."""
    with app.app_context():
        demo.shop(clock.now())
    return _at_the_desk(client or app.test_client(), demo.PEOPLE[0].login, demo.PEOPLE[0].password, language)


def max_(app: Flask) -> Visitor:
    """At his, who manages one of the stores alone."""
    with app.app_context():
        mine = {stores.all_stores()[0].store_id}
        with transaction():
            staff.add_person("max", "Max", Role.MANAGER, mine, MAX_PASSWORD, "en", clock.now())
    return _at_the_desk(app.test_client(), "max", MAX_PASSWORD, "en")


def text_of(visitor: Visitor) -> str:
    """The page with ordinary spaces and its entities read."""
    return visitor.text.replace("\u00a0", " ").replace("&#39;", "'").replace("&amp;", "&")


def published(app: Flask) -> list[ProgrammeVersion]:
    """Every version, the oldest first."""
    with app.app_context():
        return list(db.session.execute(select(ProgrammeVersion).order_by(ProgrammeVersion.version)).scalars())


def counting_on(app: Flask, day: date) -> Programme:
    """The rules that count on this day."""
    with app.app_context():
        version = versions().on_day(day)
        assert version is not None
        return version.programme


def edit(visitor: Visitor, topic: str, **typed: str) -> Any:
    """Open a heading, type, save."""
    visitor.go(f"{RULES}/edit/{topic}")
    return visitor.send(f"{RULES}/edit/{topic}", **typed)


def _at_the_desk(client: FlaskClient, login: str, password: str, language: str) -> Visitor:
    visitor = Visitor(client)
    visitor.go("/sign-in")
    visitor.send("/sign-in", login=login, password=password)
    client.set_cookie("lang", language)
    return visitor
