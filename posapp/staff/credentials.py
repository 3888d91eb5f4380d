"""Trying a password: one try at a time, ever more slowly after failures, and never a word about what was wrong."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import Row, or_, select, update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor, Role
from posapp.core.db import db, rows_changed, transaction
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.staff import secrecy
from posapp.staff.models import Staff

DELAY_MAX_SECONDS = 15 * 60
_DOUBLINGS_MAX = 10


class Door(Enum):
    """Where the password is typed. A cashier's account can be tried, and slowed down, at an enrolled till only."""

    OFFICE = frozenset(Role) - {Role.CASHIER}
    TILL = frozenset({Role.CASHIER, Role.MANAGER})


class NotSignedIn(Refusal):
    """Unknown login, wrong password, wrong door or too early after a failure: the same sentence for all of them."""

    code = "not_signed_in"
    status = 401
    sentence = N_(
        "The login or the password is not right. Check both and try again; "
        "after several failures wait a little first, 15 minutes at most."
    )


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose password was right just now."""

    staff_id: UUID
    name: str
    role: Role
    store_ids: frozenset[UUID]
    language: str
    generation: int


def check(login: str, password: str, *, door: Door, actor: Actor, at: datetime) -> Known:
    """The person with this login and password. Opens transactions of its own.

    Raises NotSignedIn; the try is spent all the same and the failure is in the audit, without what was typed.
    """
    account = _account(canonical_login(login), door)
    if account is None:
        secrecy.pretend_to_compare(password)
        _refuse(None, "unknown", actor, at)
    if not _may_try(account, at) or not _spend_try(account, at):
        secrecy.pretend_to_compare(password)
        _refuse(account.id, "too_early", actor, at)
    if not secrecy.password_matches(account.password_hash, password):
        _refuse(account.id, "wrong", actor, at)
    with transaction():
        db.session.execute(update(Staff).where(Staff.id == account.id).values(failures=0, retry_at=None))
    return Known(
        account.id, account.name, Role(account.role), frozenset(map(UUID, account.store_ids)), account.language,
        account.generation,
    )  # fmt: skip


def canonical_login(typed: str) -> str:
    """A login without spaces around it and without the difference between capital and small letters."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def delay(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: a second, then twice as long each time, up to 15 minutes."""
    return timedelta(seconds=min(2 ** min(failures - 1, _DOUBLINGS_MAX), DELAY_MAX_SECONDS))


def _account(login: str, door: Door) -> Row[*tuple[Any, ...]] | None:
    return db.session.execute(
        select(
            Staff.id, Staff.name, Staff.role, Staff.store_ids, Staff.language, Staff.password_hash, Staff.generation,
            Staff.failures, Staff.retry_at,
        ).where(Staff.login == login, Staff.is_active.is_(True), Staff.role.in_([role.value for role in door.value]))
    ).first()  # fmt: skip


def _may_try(account: Row[*tuple[Any, ...]], at: datetime) -> bool:
    return account.retry_at is None or account.retry_at <= at


def _spend_try(account: Row[*tuple[Any, ...]], at: datetime) -> bool:
    """Count the try as a failure before it is compared; of several at once, one gets it."""
    failures = account.failures + 1
    free = (
        Staff.id == account.id,
        Staff.failures == account.failures,
        or_(Staff.retry_at.is_(None), Staff.retry_at <= at),
    )
    with transaction():
        return rows_changed(update(Staff).where(*free).values(failures=failures, retry_at=at + delay(failures))) == 1


def _refuse(staff_id: UUID | None, reason: str, actor: Actor, at: datetime) -> NoReturn:
    audit.record_alone(AuditTag.SIGN_IN_FAILED, actor=actor, at=at, object_id=staff_id, reason=reason)
    raise NotSignedIn
