"""Who is asking: a till's cookie and a session's cookie become a visitor, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, Select, and_, literal, or_, select, update
from sqlalchemy.exc import OperationalError

from posapp import settings
from posapp.core.actor import Role
from posapp.core.db import db, in_transaction, rows_changed, transaction
from posapp.core.money import UNKNOWN, Currency
from posapp.staff.models import Staff, StaffSession
from posapp.staff.queries import still_employed
from posapp.stores import cookie
from posapp.stores.cookie import NO_TOKEN, Token
from posapp.stores.models import SHOP_ID, Shop, Store, Till
from posapp.web.access import Person, TillPlace, Visitor

SEEN_WRITTEN_EVERY_SECONDS_MAX = 60
"""So a shift may lock up to a minute before its time, and never after; where it locks soon, up to a third of that."""


def identify(cookies: Mapping[str, str], at: datetime, request_id: str) -> Visitor:
    """The visitor behind these cookies; a cookie that is old, foreign or revoked counts as none.

    Notes now and then, at most once a minute where a shift locks after three, that an unlocked session is in use.
    """
    till = cookie.parse(cookies.get(cookie.name(cookie.TILL)))
    session = cookie.parse(cookies.get(cookie.name(cookie.SESSION)))
    if till is NO_TOKEN and session is NO_TOKEN:
        return Visitor(None, None, request_id)
    row = db.session.execute(_look(till, session, at)).one()
    person = _person(row, at)
    if person is not None and person.state != "locked" and row.seen_at <= at - _seen_written_every():
        _note_seen(person, at)
    return Visitor(_place(row), person, request_id, _currency(row))


def _look(till: Token, session: Token, at: datetime) -> Select[*tuple[Any, ...]]:
    """Always one row: the till with its store or nulls, beside the session with its person or nulls, and the shop."""
    asked = select(literal(1).label("asked")).subquery()
    limits = settings.current()
    of_shift = StaffSession.seen_at > at - timedelta(seconds=limits.shift_idle_seconds)
    of_office = StaffSession.seen_at > at - timedelta(seconds=limits.office_idle_seconds)
    return (
        select(
            Till.id.label("till_id"), Till.name.label("till_name"), Store.id.label("store_id"),
            Store.name.label("store_name"), Store.timezone, Store.region, Store.cutover_hour,
            StaffSession.id.label("session_id"), StaffSession.subject_id, StaffSession.till_id.label("shift_till_id"),
            StaffSession.state, StaffSession.seen_at, StaffSession.work,
            Staff.id.label("staff_id"), Staff.name.label("staff_name"), Staff.role, Staff.store_ids,
            Staff.phone_index,
            Shop.currency, Shop.currency_exponent,
        )
        .select_from(asked)
        .outerjoin(Till, and_(Till.id == till.subject, Till.token_hash == till.secret_hash))
        .outerjoin(Store, and_(Store.id == Till.store_id, Store.is_active.is_(True)))
        .outerjoin(
            StaffSession,
            and_(
                StaffSession.subject_id == session.subject,
                StaffSession.secret_hash == session.secret_hash,
                StaffSession.state != "ended",
                StaffSession.expires_at > at,
                or_(and_(StaffSession.till_id.is_(None), of_office), and_(StaffSession.till_id == Till.id, of_shift)),
            ),
        )
        .outerjoin(Staff, still_employed())
        .outerjoin(Shop, Shop.id == SHOP_ID)
    )  # fmt: skip


def _place(row: Row[*tuple[Any, ...]]) -> TillPlace | None:
    if row.store_id is None:
        return None
    return TillPlace(
        till_id=row.till_id, till_name=row.till_name, store_id=row.store_id, store_name=row.store_name,
        timezone=row.timezone, region=row.region, cutover_hour=row.cutover_hour,
    )  # fmt: skip


def _currency(row: Row[*tuple[Any, ...]]) -> Currency:
    return UNKNOWN if row.currency is None else Currency(row.currency, row.currency_exponent)


def _person(row: Row[*tuple[Any, ...]], at: datetime) -> Person | None:
    if row.staff_id is None:
        return None
    store_ids = frozenset(map(UUID, row.store_ids))
    state = _state(row, at)
    if state is None or (row.shift_till_id is not None and row.store_id not in store_ids):
        return None
    return Person(
        staff_id=row.staff_id, name=row.staff_name, role=Role(row.role), store_ids=store_ids,
        session_id=row.session_id, session_subject=row.subject_id, state=state, work=row.work,
        phone_index=row.phone_index,
    )  # fmt: skip


def _state(row: Row[*tuple[Any, ...]], at: datetime) -> Literal["active", "locked", "choose_pin"] | None:
    """The state as of now: an idle till is locked although nobody wrote it down; one without a PIN yet is nobody's."""
    state: Literal["active", "locked", "choose_pin"] = row.state
    locks_after = timedelta(seconds=settings.current().shift_lock_idle_seconds)
    if row.shift_till_id is None or at - row.seen_at < locks_after:
        return state
    return None if state == "choose_pin" else "locked"


def _seen_written_every() -> timedelta:
    locks_after = timedelta(seconds=settings.current().shift_lock_idle_seconds)
    return min(timedelta(seconds=SEEN_WRITTEN_EVERY_SECONDS_MAX), locks_after / 3)


def _note_seen(person: Person, at: datetime) -> None:
    """Bookkeeping in a transaction of its own. A busy database must not keep out somebody who only looks."""
    if in_transaction():
        return
    seen = (
        update(StaffSession)
        .where(
            StaffSession.subject_id == person.session_subject,
            StaffSession.id == person.session_id,
            StaffSession.state == person.state,
            StaffSession.seen_at <= at - _seen_written_every(),
        )
        .values(seen_at=at)
    )
    try:
        with transaction():
            rows_changed(seen)
    except OperationalError:
        return
