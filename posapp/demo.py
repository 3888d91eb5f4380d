"""The demo shop: two stores, three tills, a manager and two cashiers, documents and rules. Never in production."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from posapp import settings
from posapp.consent.service import publish_documents
from posapp.core.actor import system_actor
from posapp.core.db import db, transaction
from posapp.demo_people import PEOPLE
from posapp.points import programmes
from posapp.points.programme import Programme
from posapp.staff import service as staff
from posapp.stores import queries
from posapp.stores import service as stores
from posapp.stores.models import Shop

__all__ = ["PEOPLE", "DemoRefused", "shop"]

STORES = (
    ("На Тверской", "Москва, Тверская ул., 7", "Europe/Moscow", ("Касса 1", "Касса 2")),
    ("На Малышева", "Екатеринбург, ул. Малышева, 51", "Asia/Yekaterinburg", ("Касса 1",)),
)
A_DAY = timedelta(days=1)


class DemoRefused(Exception):
    """The demo shop was asked for where real people are served."""


def shop(at: datetime) -> None:
    """Make the demo shop if there is no shop yet. Raises DemoRefused in production."""
    if settings.current().is_production:
        raise DemoRefused("demo data has no place in production")
    if not db.session.execute(select(func.count()).select_from(Shop)).scalar_one():
        with transaction():
            _fill(at)


def _fill(at: datetime) -> None:
    actor = system_actor("demo")
    stores.add_shop(
        "АКМЕ",
        legal_name="ООО «Акме»",
        inn="7700000000",
        address="125009, Москва, Тверская ул., 7",
        contact="card@acme.example",
    )
    store_ids = [_store(*each) for each in STORES]
    for person in PEOPLE:
        staff.add_person(person.login, person.name, person.role, store_ids, person.password, "ru", at)
    publish_documents(queries.shop(), at, actor=actor)
    programmes.publish(Programme(), name="Основная", starts_on=at.date() - A_DAY, actor=actor, at=at)


def _store(name: str, address: str, timezone: str, tills: tuple[str, ...]) -> UUID:
    store_id = stores.add_store(name, address=address, timezone=timezone)
    for till in tills:
        stores.add_till(store_id, till)
    return store_id
