"""The demo shop: two stores, three tills, a manager and two cashiers, documents and rules. Never in production."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from posapp import settings, shop_file, shop_setup
from posapp.core.actor import system_actor
from posapp.core.db import db, transaction
from posapp.core.phone import parse_phone
from posapp.demo_people import PEOPLE
from posapp.staff import service as staff
from posapp.stores import queries
from posapp.stores.models import Shop

__all__ = ["PEOPLE", "DemoRefused", "shop"]

SHOP = {
    "shop": {
        "brand": "АКМЕ",
        "legal_name": "ООО «Акме»",
        "inn": "7700000000",
        "address": "125009, Москва, Тверская ул., 7",
        "contact": "card@acme.example",
        "region": "RU",
        "currency": "RUB",
    },
    "stores": [
        {
            "name": "На Тверской",
            "address": "Москва, Тверская ул., 7",
            "timezone": "Europe/Moscow",
            "tills": ["Касса 1", "Касса 2"],
        },
        {
            "name": "На Малышева",
            "address": "Екатеринбург, ул. Малышева, 51",
            "timezone": "Asia/Yekaterinburg",
            "tills": ["Касса 1"],
        },
    ],
    "programme": {"name": "Основная"},
}
"""As a shop's file would say it."""


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
    shop_setup.apply(shop_file.described(SHOP), at, actor=system_actor("demo"))
    store_ids, region = {store.store_id for store in queries.all_stores()}, queries.shop().region
    for person in PEOPLE:
        phone = parse_phone(person.phone, region)
        staff.add_person(person.login, person.name, person.role, store_ids, person.password, "ru", at, phone=phone)
