"""Whose birthday it is: members found by the groups of their birthdays, whose gift of the year is still to be given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, Select, select

from posapp.core.db import db
from posapp.core.faults import described
from posapp.core.seal import SealBroken
from posapp.members.birthdays import birthday_of, day_of_year, indexes_of
from posapp.members.models import Member
from posapp.points.rows import ACCOUNT
from posapp.points.state import Status
from posapp.points.stored import granted_from_json
from posapp.points.turn import NOBODY

BATCH = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day on which birthdays are kept, and its first moment in the store."""

    day: date
    began_at: datetime


def celebrants(store_id: UUID, birthdays: Mapping[str, Birthday]) -> Iterator[tuple[UUID, Birthday]]:
    """Members whose card this store had opened before the day began, and who have not had the gift of its year.

    `birthdays`: day of the year → the birthday that is kept for it. Closed and merged cards are left out.
    """
    for index in sorted(indexes_of(birthdays.keys())):
        after = NOBODY
        while page := db.session.execute(in_group(store_id, index, after)).all():
            for row in page:
                birthday = _kept(row, birthdays)
                if birthday is not None:
                    yield row.member_id, birthday
            after = page[-1].member_id


def in_group(store_id: UUID, index: bytes, after: UUID) -> Select[Any]:
    """A page of the living cards of a store whose birthdays are in one group, by their index alone."""
    return (
        select(Member.member_id, Member.birthday_sealed, Member.created_at, ACCOUNT.c.granted)
        .join(ACCOUNT, ACCOUNT.c.member_id == Member.member_id)
        .where(Member.store_id == store_id, Member.birthday_index == index, Member.member_id > after)
        .where(Member.state == "active", ACCOUNT.c.status != Status.MERGED.value)
        .order_by(Member.member_id)
        .limit(BATCH)
    )


def _kept(row: Row[Any], birthdays: Mapping[str, Birthday]) -> Birthday | None:
    try:
        birthday = birthdays.get(day_of_year(birthday_of(row.birthday_sealed, row.member_id)))
    except SealBroken as fault:
        log.error("birthday_unread", member_id=str(row.member_id), **described(fault))
        return None
    if birthday is None or row.created_at >= birthday.began_at:
        return None
    year = granted_from_json(row.granted).birthday_year
    return birthday if year is None or year < birthday.day.year else None
