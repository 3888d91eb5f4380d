"""Making stores and tills, letting a tablet in, and putting it out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import Actor, system_actor
from posapp.core.db import db, rows_changed, transaction
from posapp.core.errors import Refusal
from posapp.core.ids import random_id, uuid7
from posapp.core.text import N_
from posapp.stores import codes, cookie, queries
from posapp.stores.models import SHOP_ID, Shop, Store, Till, TillCode

OnTillLeft = Callable[[UUID, str, Actor, datetime], None]
"""``(till_id, reason, actor, at)``; called inside the transaction in which a tablet loses its till."""

on_revoke: list[OnTillLeft] = []
"""Who must hear that a tablet was put out; filled by create_app."""


class TillCodeRefused(Refusal):
    """The code lets no tablet in: used, expired, replaced by a newer one, or never made."""

    code = "till_code_refused"
    status = 422
    sentence = N_("This code does not work: it was used, it is too old, or a letter is wrong. Ask for a new code.")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A tablet that was let in, and the cookie value it is to keep."""

    till_id: UUID
    cookie: str


def make_till_code(till_id: UUID, *, store_ids: Collection[UUID], actor: Actor, at: datetime) -> str:
    """A new one-time code for a till of the named stores; the codes made for it before are void from now on.

    The code is returned in groups and kept nowhere. Raises UnknownPlace for a till of other stores.
    """
    queries.till(till_id, store_ids)
    code = codes.fresh()
    expires_at = at + timedelta(seconds=settings.current().till_code_life_seconds)
    code_hash = codes.digest(codes.parse(code) or "")
    with transaction():
        older = TillCode.till_id == till_id, TillCode.used_at.is_(None), TillCode.expires_at > at
        db.session.execute(update(TillCode).where(*older).values(expires_at=at))
        db.session.execute(
            insert(TillCode).values(
                id=uuid7(at), till_id=till_id, code_hash=code_hash, expires_at=expires_at, made_by=actor.staff_id
            )
        )
        audit.record(AuditTag.TILL_CODE_MADE, actor=actor, at=at, object_id=till_id)
    return code


def enrol_till(typed: str, *, at: datetime, request_id: str) -> Enrolled:
    """Let in the tablet on which the code was typed. The tablet that was there before, and its shifts, are out.

    Raises TillCodeRefused, after a note in the audit when it had the shape of a code.
    """
    letters = codes.parse(typed)
    if letters is None:
        raise TillCodeRefused
    try:
        return _enrol(codes.digest(letters), at, request_id)
    except TillCodeRefused as refusal:
        audit.record_alone(AuditTag.TILL_ENROLLED, actor=system_actor(request_id), at=at, reason=refusal.code)
        raise


def revoke_till(till_id: UUID, *, store_ids: Collection[UUID], actor: Actor, at: datetime) -> None:
    """Put the tablet of a till out, void its codes and end its shifts. Again makes no difference.

    Raises UnknownPlace for a till of other stores.
    """
    queries.till(till_id, store_ids)
    with transaction():
        waiting = TillCode.till_id == till_id, TillCode.used_at.is_(None), TillCode.expires_at > at
        db.session.execute(update(TillCode).where(*waiting).values(expires_at=at))
        standing = Till.id == till_id, Till.revoked_at.is_(None)
        if not rows_changed(update(Till).where(*standing).values(revoked_at=at, token_hash=None)):
            return
        _tell_left(till_id, "till_revoked", actor, at)
        audit.record(AuditTag.TILL_REVOKED, actor=actor, at=at, object_id=till_id)


def add_shop(
    brand: str,
    *,
    legal_name: str,
    inn: str,
    address: str,
    contact: str,
    region: str = "RU",
    currency: str = "RUB",
    currency_exponent: int = 2,
    questionnaire: Mapping[str, bool] | None = None,
) -> UUID:
    """Add the shop, inside an open transaction. Every optional question is asked unless it is switched off.

    Raises IntegrityError when there is a shop already.
    """
    asked = {"birthday": True, "email": True, "patronymic": True} | dict(questionnaire or {})
    db.session.execute(
        insert(Shop).values(
            id=SHOP_ID, brand=brand, legal_name=legal_name, inn=inn, address=address, contact=contact, region=region,
            currency=currency, currency_exponent=currency_exponent, questionnaire=asked,
        )
    )  # fmt: skip
    return SHOP_ID


def change_shop(**values: object) -> None:
    """Give the shop other particulars, inside an open transaction."""
    db.session.execute(update(Shop).where(Shop.id == SHOP_ID).values(**values))


def add_store(name: str, *, address: str, timezone: str, cutover_hour: int = 0, region: str = "RU") -> UUID:
    """Add a store, inside an open transaction."""
    store_id = random_id()
    db.session.execute(
        insert(Store).values(
            id=store_id, name=name, address=address, timezone=timezone, cutover_hour=cutover_hour, region=region,
            is_active=True,
        )
    )  # fmt: skip
    return store_id


def change_store(store_id: UUID, **values: object) -> None:
    """Give a store other particulars, inside an open transaction."""
    db.session.execute(update(Store).where(Store.id == store_id).values(**values))


def add_till(store_id: UUID, name: str) -> UUID:
    """Add a till that no tablet stands at yet, inside an open transaction."""
    till_id = random_id()
    db.session.execute(insert(Till).values(id=till_id, store_id=store_id, name=name))
    return till_id


def _enrol(code_hash: bytes, at: datetime, request_id: str) -> Enrolled:
    with transaction():
        good = TillCode.code_hash == code_hash, TillCode.used_at.is_(None), TillCode.expires_at > at
        if not rows_changed(update(TillCode).where(*good).values(used_at=at)):
            raise TillCodeRefused
        used = db.session.execute(
            select(TillCode.till_id, TillCode.made_by, Till.store_id)
            .join(Till, Till.id == TillCode.till_id)
            .where(TillCode.code_hash == code_hash)
        ).one()
        value, token_hash = cookie.fresh(used.till_id)
        db.session.execute(
            update(Till)
            .where(Till.id == used.till_id)
            .values(token_hash=token_hash, enrolled_at=at, enrolled_by=used.made_by, revoked_at=None)
        )
        actor = Actor(kind="system", till_id=used.till_id, store_id=used.store_id, request_id=request_id)
        _tell_left(used.till_id, "till_enrolled_again", actor, at)
        audit.record(
            AuditTag.TILL_ENROLLED, actor=actor, at=at, object_id=used.till_id, details={"made_by": str(used.made_by)}
        )
    return Enrolled(used.till_id, value)


def _tell_left(till_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    for tell in on_revoke:
        tell(till_id, reason, actor, at)
