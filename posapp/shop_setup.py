"""Makes the shop what its file says. Again with the same file makes no difference; nothing is ever deleted.

A store is known again by its name, a till by its name in its store. What the file no longer names stays as it is: a
store is closed by ``closed = true``, a till is put out by its manager.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from posapp import audit
from posapp.audit import AuditTag
from posapp.consent.service import publish_documents
from posapp.core.actor import Actor
from posapp.core.db import JsonObject, db
from posapp.points import programmes
from posapp.points.models import PostingRow
from posapp.shop_file import ShopFile, ShopFileRefused, StoreSection
from posapp.stores import queries, service
from posapp.stores.models import Shop
from posapp.stores.queries import ShopRow, StoreRow

A_DAY = timedelta(days=1)


def apply(wanted: ShopFile, at: datetime, *, actor: Actor) -> list[str]:
    """Make the difference between the house and the file, inside an open transaction; a sentence for each change.

    Raises ShopFileRefused for a change that would falsify what is kept: another currency, rules for days gone by.
    """
    db.session.execute(select(Shop.id).with_for_update())  # of two hands at once the second sees what the first made
    done = [*_shop(wanted, at, actor), *_stores(wanted, at, actor)]
    if published := publish_documents(queries.shop(), at, actor=actor):
        done.append(f"{published} documents were published.")
    return [*done, *_programme(wanted, at, actor)]


def _shop(wanted: ShopFile, at: datetime, actor: Actor) -> Iterator[str]:
    shop = wanted.shop
    values: JsonObject = {
        "brand": shop.brand, "legal_name": shop.legal_name, "inn": shop.inn, "address": shop.address,
        "contact": shop.contact, "region": shop.region, "currency": shop.currency,
        "currency_exponent": shop.currency_exponent, "questionnaire": shop.questionnaire.model_dump(),
    }  # fmt: skip
    try:
        stands = queries.shop()
    except queries.UnknownPlace:
        shop_id = service.add_shop(**values)
        audit.record(AuditTag.SHOP_ADDED, actor=actor, at=at, object_id=shop_id)
        yield f"The shop “{shop.brand}” was added."
        return
    if changed := _differing(values, stands):
        _refuse_another_currency(changed, stands)
        service.change_shop(**changed)
        audit.record(
            AuditTag.SHOP_CHANGED, actor=actor, at=at, object_id=stands.shop_id, details={"fields": sorted(changed)}
        )
        yield f"The shop was changed: {_listed(changed)}."


def _refuse_another_currency(changed: JsonObject, stands: ShopRow) -> None:
    if not {"currency", "currency_exponent"} & changed.keys():
        return
    if db.session.execute(select(PostingRow.member_id).limit(1)).first():
        raise ShopFileRefused(
            f"shop, currency: receipts are kept in {stands.currency} already; another currency needs another house."
        )


def _stores(wanted: ShopFile, at: datetime, actor: Actor) -> Iterator[str]:
    standing = {store.name: store for store in queries.all_stores()}
    for store in wanted.stores:
        values: JsonObject = {
            "address": store.address,
            "timezone": store.timezone,
            "cutover_hour": store.cutover_hour,
            "region": store.region or wanted.shop.region,
        }
        found = standing.get(store.name)
        if found is None:
            store_id = service.add_store(store.name, **values)
            audit.record(AuditTag.STORE_ADDED, actor=actor, at=at, object_id=store_id)
            yield f"The store “{store.name}” was added; say who works there."
        else:
            store_id = found.store_id
        yield from _change_store(store_id, store, values | {"is_active": not store.closed}, at, actor)
        yield from _tills(store_id, store, at, actor)


def _change_store(store_id: UUID, store: StoreSection, values: JsonObject, at: datetime, actor: Actor) -> Iterator[str]:
    if changed := _differing(values, queries.store(store_id)):
        service.change_store(store_id, **changed)
        audit.record(
            AuditTag.STORE_CHANGED, actor=actor, at=at, object_id=store_id, details={"fields": sorted(changed)}
        )
        yield f"The store “{store.name}” was changed: {_listed(changed)}."


def _tills(store_id: UUID, store: StoreSection, at: datetime, actor: Actor) -> Iterator[str]:
    standing = {till.name for till in queries.tills({store_id})}
    for name in store.tills:
        if name not in standing:
            till_id = service.add_till(store_id, name)
            audit.record(AuditTag.TILL_ADDED, actor=actor, at=at, object_id=till_id)
            yield f"The till “{name}” was added to “{store.name}”."


def _programme(wanted: ShopFile, at: datetime, actor: Actor) -> Iterator[str]:
    """Another version when the file says other rules, or another name, than when it was applied last.

    What a manager has published since then stays: a file that says the same as before takes nothing back.
    """
    name, rules = wanted.programme.name, wanted.rules()
    applied, newest = programmes.newest(of_set_up=True), programmes.newest()
    if applied and (applied[0], applied[2]) == (name, rules):
        return
    starts_on = _start(wanted.programme.starts_on, newest and newest[1], at)
    programme_id = programmes.publish(rules, name=name, starts_on=starts_on, actor=actor, at=at)
    audit.record(AuditTag.PROGRAMME_PUBLISHED, actor=actor, at=at, object_id=programme_id)
    yield f"The rules of “{name}” are in force from {starts_on}."


def _start(asked: date | None, newest: date | None, at: datetime) -> date:
    """The first rules count at once, wherever it is already tomorrow or still yesterday; later ones from tomorrow on.

    Never before the version published last: that one would come into force over the new one.
    """
    if newest is None:
        return asked or at.date() - A_DAY
    earliest = max(newest, at.date() + A_DAY)
    if asked and asked < earliest:
        raise ShopFileRefused(f"programme, starts_on: other rules can start on {earliest} at the earliest.")
    return asked or earliest


def _differing(values: JsonObject, stands: ShopRow | StoreRow) -> JsonObject:
    return {name: value for name, value in values.items() if getattr(stands, name) != value}


def _listed(changed: JsonObject) -> str:
    return ", ".join(sorted(changed))
