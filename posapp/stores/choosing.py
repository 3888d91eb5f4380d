"""Which of somebody's own stores an address asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.ids import NotAnId, parse_id
from posapp.stores.queries import StoreRow, UnknownPlace

ALL_STORES = "all"
"""In the place of a store: every one of one's own."""


def chosen(wanted: str, own: Sequence[StoreRow], *, actor: Actor, at: datetime) -> list[StoreRow]:
    """The store that is wanted, or all of one's own.

    Raises UnknownPlace for any other, whether it exists or not, and audits that it was asked for.
    """
    if wanted == ALL_STORES:
        return list(own)
    found = [store for store in own if str(store.store_id) == wanted]
    if not found:
        _refuse(wanted, actor, at)
    return found


def _refuse(wanted: str, actor: Actor, at: datetime) -> None:
    try:
        store_id = parse_id(wanted)
    except NotAnId:
        raise UnknownPlace from None
    tag, reason = AuditTag.ACCESS_REFUSED, "foreign_store"
    audit.record_alone(tag, actor=actor, at=at, object_id=store_id, reason=reason)
    raise UnknownPlace
