"""The job that settles referrals: after a new card's first purchase both sides get what the programme gave that day.

Each side is a transaction of its own, under a key that names the new card; what one turn could not do the next one
does, and neither side is ever given twice, on whichever card a merge has left it. Nobody invites oneself: where both
cards have become one, or the rules of the first purchase gave nothing, nothing is given, and that is final.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, literal_column, select, update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import system_actor
from posapp.core.db import db, rows_changed, transaction
from posapp.core.jobs import Job
from posapp.members.queries import is_active
from posapp.points import programmes, service
from posapp.points.ledger import lock
from posapp.points.merged_receipts import way_to_the_living
from posapp.points.operations import Sale
from posapp.points.referral import REFERRAL, ReferralStep
from posapp.points.rows import ACCOUNT, POSTING
from posapp.points.turn import NOBODY, Turn

JOB, EVERY = "points.referrals", timedelta(minutes=1)
BATCH = 200

_IS_DUE = ACCOUNT.c.referral == literal_column(f"'{ReferralStep.DUE}'")
"""Written out, not bound: only so does a prepared statement find the index of those that are due."""

SideName = Literal["new", "old"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPurchase:
    """What makes a referral due: who was invited by whom, and where and when the invited card first bought."""

    new: UUID
    old: UUID
    store_id: UUID
    at: datetime


def jobs() -> list[Job]:
    """The job of this file."""
    return [Job(JOB, EVERY, settle_referrals)]


def settle_referrals(at: datetime) -> None:
    """Give both sides of every referral that has fallen due their points. Again makes no difference."""
    turn, after = Turn(JOB), NOBODY
    while cards := db.session.execute(due(after)).scalars().all():
        for member_id in cards:
            turn.tried(member_id, partial(_settle, member_id, turn, at))
        after = cards[-1]


def due(after: UUID) -> Select[Any]:
    """The next invited cards that have bought and are not settled, by their index alone."""
    asked = select(ACCOUNT.c.member_id).where(_IS_DUE, ACCOUNT.c.member_id > after)
    return asked.order_by(ACCOUNT.c.member_id).limit(BATCH)


def _settle(member_id: UUID, turn: Turn, at: datetime) -> None:
    bought = _first_purchase(member_id)
    pays = programmes.at_store(bought.store_id, bought.at)[1].referral_points > 0
    sides: tuple[SideName, ...] = ("new", "old") if pays else ()
    tried = [turn.tried(getattr(bought, side), partial(_give, bought, side, at)) for side in sides]
    if all(tried):
        turn.tried(member_id, partial(_close, bought, at))


def _first_purchase(member_id: UUID) -> FirstPurchase:
    asked = (
        select(REFERRAL.c.member_id, REFERRAL.c.referrer_id, POSTING.c.store_id, POSTING.c.at)
        .join(POSTING, POSTING.c.member_id == REFERRAL.c.member_id)
        .where(REFERRAL.c.member_id == member_id, POSTING.c.kind == Sale.kind, POSTING.c.refusal.is_(None))
        .order_by(POSTING.c.seq)
        .limit(1)
    )
    row = db.session.execute(asked).one()
    return FirstPurchase(new=row.member_id, old=row.referrer_id, store_id=row.store_id, at=row.at)


def _give(bought: FirstPurchase, side: SideName, at: datetime) -> None:
    """One side's points, once, on the card that lives; none where it is closed or both sides are one holder's."""
    key, actor = f"referral:{bought.new}:{side}", system_actor()
    with transaction():
        lock(bought.new, bought.old)  # no merge takes either away, and no other worker looks, until this is over
        ways: dict[SideName, list[UUID]] = {"new": way_to_the_living(bought.new), "old": way_to_the_living(bought.old)}
        living = ways[side][-1]
        if ways["new"][-1] == ways["old"][-1] or not is_active(living) or _is_given(ways[side], key):
            return
        posting = service.give_bonus(
            living, gift="referral", key=key, actor=actor, at=at, due_at=bought.at, store_id=bought.store_id
        )
        details: dict[str, Any] = {"posting": str(posting.posting_id), "points": posting.change}
        audit.record(AuditTag.POINTS_GIVEN, actor=actor, at=at, object_id=posting.member_id, details=details)


def _is_given(way: list[UUID], key: str) -> bool:
    """Was it posted on any card of the way? Points that were given before a merge have moved on with it."""
    keyed = select(POSTING.c.posting_id).where(POSTING.c.key == key)
    return any(db.session.execute(keyed.where(POSTING.c.member_id == card)).first() for card in way)


def _close(bought: FirstPurchase, at: datetime) -> None:
    with transaction():
        settled = update(ACCOUNT).where(ACCOUNT.c.member_id == bought.new, _IS_DUE).values(referral=None)
        if rows_changed(settled):
            audit.record(AuditTag.REFERRAL_SETTLED, actor=system_actor(), at=at, object_id=bought.new)
