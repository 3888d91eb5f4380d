"""What others ask about the shop, its stores and its tills."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, Select, select

from posapp.core.db import db
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.stores.models import Shop, Store, Till


class UnknownPlace(Refusal):
    """There is no such shop, store or till, or none that the asker may know of."""

    code = "not_found"
    status = 404
    sentence = N_("There is nothing at this address. Check the link, or go back and choose again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRow:
    """The operator, as consents and texts name it. Amounts have ``currency_exponent`` digits after the point."""

    shop_id: UUID
    brand: str
    legal_name: str
    inn: str
    address: str
    contact: str
    region: str
    currency: str
    currency_exponent: int
    questionnaire: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRow:
    """A store: where it is and when its day ends."""

    store_id: UUID
    name: str
    address: str
    timezone: str
    cutover_hour: int
    region: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TillRow:
    """A till with its store's name."""

    till_id: UUID
    name: str
    store_id: UUID
    store_name: str
    enrolled_at: datetime | None
    revoked_at: datetime | None
    is_enrolled: bool

    @property
    def state(self) -> Literal["enrolled", "revoked", "empty"]:
        """Is a tablet enrolled, was it put out, or has there never been one?"""
        if self.is_enrolled:
            return "enrolled"
        return "revoked" if self.revoked_at else "empty"


def shop() -> ShopRow:
    """The shop. Raises UnknownPlace before it has been set up."""
    found = db.session.execute(
        select(
            Shop.id, Shop.brand, Shop.legal_name, Shop.inn, Shop.address, Shop.contact, Shop.region, Shop.currency,
            Shop.currency_exponent, Shop.questionnaire,
        ).limit(1)
    ).first()  # fmt: skip
    if found is None:
        raise UnknownPlace
    values = found._asdict()
    return ShopRow(shop_id=values.pop("id"), **values)


def store(store_id: UUID) -> StoreRow:
    """One store. Raises UnknownPlace when there is none."""
    found = db.session.execute(_stores().where(Store.id == store_id)).first()
    if found is None:
        raise UnknownPlace
    return StoreRow(**found._asdict())


def stores(store_ids: Collection[UUID]) -> list[StoreRow]:
    """Those of the named stores that exist, by name."""
    found = db.session.execute(_stores().where(Store.id.in_(store_ids)).order_by(Store.name, Store.id))
    return [StoreRow(**row._asdict()) for row in found]


def all_stores() -> list[StoreRow]:
    """Every store of the shop, closed ones too, by name."""
    return [StoreRow(**row._asdict()) for row in db.session.execute(_stores().order_by(Store.name, Store.id))]


def tills(store_ids: Collection[UUID]) -> list[TillRow]:
    """Every till of the named stores, by store and name."""
    found = db.session.execute(_tills(store_ids).order_by(Store.name, Till.name, Till.id))
    return [_till_row(row) for row in found]


def till(till_id: UUID, store_ids: Collection[UUID]) -> TillRow:
    """One till of the named stores. Raises UnknownPlace for any other till, whether it exists or not."""
    found = db.session.execute(_tills(store_ids).where(Till.id == till_id)).first()
    if found is None:
        raise UnknownPlace
    return _till_row(found)


def _stores() -> Select[*tuple[Any, ...]]:
    return select(
        Store.id.label("store_id"), Store.name, Store.address, Store.timezone, Store.cutover_hour, Store.region,
        Store.is_active,
    )  # fmt: skip


def _tills(store_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Till.id.label("till_id"), Till.name, Till.store_id, Store.name.label("store_name"), Till.enrolled_at,
            Till.revoked_at, Till.token_hash.is_not(None).label("is_enrolled"),
        )
        .join_from(Till, Store, Store.id == Till.store_id)
        .where(Till.store_id.in_(store_ids))
    )  # fmt: skip


def _till_row(row: Row[*tuple[Any, ...]]) -> TillRow:
    return TillRow(**row._asdict())
