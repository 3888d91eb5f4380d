"""The people of the shop, by their logins and the names of their stores: hired, moved, let go."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from posapp.core.actor import Actor, Role
from posapp.core.db import db, transaction
from posapp.core.errors import Refusal
from posapp.core.phone import PhoneNumber, parse_phone
from posapp.staff import service
from posapp.staff.credentials import canonical_login
from posapp.staff.models import Staff
from posapp.stores import queries

NAME_CHARACTERS_MAX = 100
_LOGIN = re.compile(r"[^\s\x00-\x1f]{1,64}")


class StaffRefused(Exception):
    """It cannot be done; the sentence says why."""


def hire(
    login: str,
    name: str,
    role: Role,
    store_names: Collection[str],
    password: str,
    language: str,
    at: datetime,
    *,
    phone: str | None = None,
) -> None:
    """Add somebody; by their own `phone` the house knows their card. Raises StaffRefused."""
    if not _LOGIN.fullmatch(canonical_login(login)):
        raise StaffRefused("A login has 1 to 64 characters and no spaces.")
    tidied = " ".join(name.split())
    if not 1 <= len(tidied) <= NAME_CHARACTERS_MAX or not tidied.isprintable():
        raise StaffRefused(f"A name has 1 to {NAME_CHARACTERS_MAX} characters.")
    try:
        with transaction():
            own = _number(phone) if phone else None
            service.add_person(login, tidied, role, _stores(store_names), password, language, at, phone=own)
    except IntegrityError:
        raise StaffRefused(f"There is somebody with the login {canonical_login(login)} already.") from None
    except Refusal as refusal:
        raise StaffRefused(refusal.sentence % refusal.values) from None


def move(login: str, store_names: Collection[str], at: datetime, *, actor: Actor) -> None:
    """Let somebody work in these stores, and no others; they sign in again. Raises StaffRefused."""
    staff_id, role = _person(login)
    service.change_role(staff_id, role, _stores(store_names), actor=actor, at=at)


def let_go(login: str, at: datetime, *, actor: Actor) -> None:
    """Nobody signs in with this login any more; out at the next request. Raises StaffRefused."""
    staff_id, _role = _person(login)
    service.disable(staff_id, actor=actor, at=at)


def set_phone(login: str, phone: str | None, at: datetime, *, actor: Actor) -> None:
    """Know somebody's own card by this number, so that they do not serve themselves; by none. Raises StaffRefused."""
    staff_id, _role = _person(login)
    try:
        service.set_phone(staff_id, _number(phone) if phone else None, actor=actor, at=at)
    except Refusal as refusal:
        raise StaffRefused(refusal.sentence % refusal.values) from None


def _number(phone: str) -> PhoneNumber:
    """Typed as people in the shop's country write it. Raises PhoneRefused."""
    return parse_phone(phone, queries.shop().region)


def _person(login: str) -> tuple[UUID, Role]:
    found = db.session.execute(select(Staff.id, Staff.role).where(Staff.login == canonical_login(login))).first()
    if found is None:
        raise StaffRefused(f"There is nobody with the login {canonical_login(login)}.")
    return found.id, Role(found.role)


def _stores(names: Collection[str]) -> set[UUID]:
    known = {store.name: store.store_id for store in queries.all_stores()}
    for name in names:
        if name not in known:
            raise StaffRefused(f"There is no store “{name}”. There are: {', '.join(known) or 'none yet'}.")
    return {known[name] for name in names}
