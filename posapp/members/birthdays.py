"""Birthdays that can be looked for while they stay sealed.

The days of the year are shuffled under the index key and dealt into thirty groups of twelve or thirteen, and a member's
row carries the group of its birthday. Whose birthday a day is, is found by opening the birthdays of its group.

What it gives away: whoever has the database and not the key ring sees which members are in one group, but not of which
days. One group for each day would say more: who shares a birthday; which is the rare 29 February, by its size; and a
whole day, as soon as the birthday of one in it is known. The year plays no part. The ledger says more than the group of
those who were given points for a birthday: it was on that day. Collected from them, the days of a group become known in
time; of everybody else in it the group then says that the day is one of those twelve.
"""

from __future__ import annotations

import hashlib
import hmac
from calendar import isleap
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import Select, Table, bindparam, select, update

from posapp.core.db import db, transaction
from posapp.core.faults import described
from posapp.core.keys import derived, ring
from posapp.core.seal import SealBroken
from posapp.members.models import BIRTHDAY_INDEX_BYTES, Member
from posapp.members.sealing import opened

GROUPS = 30
"""A look for one day opens the birthdays of a thirtieth of all members."""

BATCH = 500
NOBODY = UUID(int=0)
"""Before every member there is."""

_LEAP_YEAR = 2000
_EVERY_DAY = tuple((date(_LEAP_YEAR, 1, 1) + timedelta(days=n)).strftime("%m-%d") for n in range(366))
_LEAP_DAY, _LAST_OF_FEBRUARY = "02-29", "02-28"
_MEMBER = cast("Table", Member.__table__)

log = structlog.get_logger(__name__)


def day_of_year(birthday: str) -> str:
    """``05-17`` of ``1990-05-17`` or ``--05-17``."""
    return birthday[-len("05-17") :]


def celebrated_on(day: date) -> frozenset[str]:
    """The days of the year whose birthdays are kept on ``day``.

    Who was born on 29 February has the birthday on 28 February in a common year: a gift that comes early can be used on
    either side of the day that is missing.
    """
    of_year = day.strftime("%m-%d")
    if of_year == _LAST_OF_FEBRUARY and not isleap(day.year):
        return frozenset({of_year, _LEAP_DAY})
    return frozenset({of_year})


def birthday_index(birthday: str | None) -> bytes | None:
    """The group that a birthday is found in; nothing for nothing."""
    return None if birthday is None else _groups_now()[day_of_year(birthday)]


def indexes_of(days_of_year: Collection[str]) -> frozenset[bytes]:
    """The groups in which these birthdays are, under every index key of the ring."""
    return frozenset(_groups(key)[day] for key in ring().index.values() for day in days_of_year)


def birthday_of(sealed: bytes, member_id: UUID) -> str:
    """What was sealed. Raises SealBroken."""
    birthday = opened(sealed, column="birthday_sealed", member_id=member_id)
    if birthday is None:
        raise ValueError("there is no birthday to be opened")
    return birthday


def fill_index(limit: int) -> bool:
    """Give members with a birthday and no group theirs, up to ``limit`` of them. True when none was left over.

    Part of a job: each batch is a transaction, and what is done once is not met again. A birthday that does not open is
    passed over, and so is one that is no day.
    """
    groups, after = _groups_now(), NOBODY
    while limit > 0:
        found = db.session.execute(without_index(after, min(BATCH, limit))).all()
        indexed = [row for row in (_indexed(*each, groups=groups) for each in found) if row]
        if indexed:
            with transaction():
                db.session.execute(_index_written, indexed)
        if len(found) < min(BATCH, limit):
            return True
        after, limit = found[-1][0], limit - len(found)
    return False


_index_written = (
    update(_MEMBER)
    .where(_MEMBER.c.member_id == bindparam("of"), _MEMBER.c.birthday_index.is_(None))
    .values(birthday_index=bindparam("index"))
)
"""Only where nobody has written one meanwhile: whoever changes a birthday writes its group along with it."""


def without_index(after: UUID, limit: int) -> Select[Any]:
    """The next members with a birthday and no group, by an index of such members alone."""
    m = _MEMBER.c
    lacking = (m.birthday_index.is_(None), m.birthday_sealed.is_not(None), m.member_id > after)
    return select(m.member_id, m.birthday_sealed).where(*lacking).order_by(m.member_id).limit(limit)


def _indexed(member_id: UUID, sealed: bytes, *, groups: Mapping[str, bytes]) -> dict[str, object] | None:
    try:
        return {"of": member_id, "index": groups[day_of_year(birthday_of(sealed, member_id))]}
    except (SealBroken, KeyError) as fault:
        log.error("birthday_not_indexed", member_id=str(member_id), **described(fault))
        return None


def _groups_now() -> Mapping[str, bytes]:
    keys = ring()
    return _groups(keys.index[keys.index_current])


@lru_cache(maxsize=8)
def _groups(index_key: bytes) -> Mapping[str, bytes]:
    """Day of the year → its group, under one index key."""
    key = derived(index_key, "birthday")
    shuffled = sorted(_EVERY_DAY, key=lambda day: _keyed(key, f"day {day}"))
    names = [_keyed(key, f"group {n}")[:BIRTHDAY_INDEX_BYTES] for n in range(GROUPS)]
    return {day: names[place % GROUPS] for place, day in enumerate(shuffled)}


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), hashlib.sha256)
