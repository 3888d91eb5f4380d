"""The fraud watch at work: tells the managers, in the transaction of the act, and counts what is counted for people.

An alert of something that was stopped is written in a transaction of its own, as the refusal is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.db import db, dialect_name
from posapp.core.ids import uuid7
from posapp.points import watch
from posapp.points.alert import ALERT, COUNT
from posapp.points.claims import claimed_by
from posapp.points.merged_receipts import way_to_the_living
from posapp.points.posting import Posting
from posapp.points.refusals import PointsRefusal, ReceiptExists
from posapp.points.rows import ACCOUNT
from posapp.points.watch import Counted, Kind, Limits, Suspicion


def limits() -> Limits:
    """The shop's limits, as its settings say."""
    chosen = settings.current()
    return Limits(
        receipts_alert=chosen.card_receipts_alert_per_day,
        receipts_stop=chosen.card_receipts_stop_per_day,
        soon=timedelta(minutes=chosen.redeemed_soon_minutes),
        adjustments_alert=chosen.staff_adjustments_alert_per_day,
        adjustments_stop=chosen.staff_adjustments_stop_per_day,
        overrides_alert=chosen.staff_overrides_alert_per_day,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What was asked of which card, where, when and by whom."""

    member_id: UUID
    store_id: UUID | None
    """None at no till: then it is the store where the account was opened."""
    receipt: str | None
    day: date
    actor: Actor
    at: datetime
    posting_id: UUID | None = None
    person: UUID | None = None
    """Whom it is about, where that need not be the one who acts: the author of an adjustment that another approves."""

    @classmethod
    def of(cls, posted: Posting, actor: Actor, *, person: UUID | None = None) -> Scene:
        """Where something was posted, an answer or a refusal."""
        return cls(
            member_id=posted.member_id, store_id=posted.store_id, receipt=posted.receipt, day=posted.business_day,
            actor=actor, at=posted.at, posting_id=posted.posting_id, person=person,
        )  # fmt: skip


def tell(suspicions: Iterable[Suspicion], scene: Scene) -> None:
    """Tell the managers what is odd, inside the transaction of the act. Most of what people do says nothing."""
    for suspicion in suspicions:
        _alert(suspicion, scene)


def tell_of_refusal(refusal: PointsRefusal, scene: Scene) -> None:
    """Tell the managers of somebody who ran into a stop, inside a transaction of its own; each time in the audit."""
    elsewhere = _elsewhere(scene) if isinstance(refusal, ReceiptExists) else ()
    for suspicion in elsewhere or watch.suspect_refusal(refusal, scene.person):
        stopped, kind = AuditTag.FRAUD_STOPPED, suspicion.kind.value
        actor, at, card = scene.actor, scene.at, scene.member_id
        audit.record(stopped, actor=actor, at=at, object_id=card, outcome="refused", reason=kind)
        _alert(suspicion, scene)


def check_adjustment(posted: Posting, *, author: UUID, actor: Actor) -> None:
    """Count an adjustment for the day of its author, inside the transaction that posted it.

    Raises TooManyAdjustments, which undoes it: the count too, so that it stays at the limit.
    """
    times = _count(author, posted.business_day, Counted.ADJUSTMENTS)
    tell(watch.suspect_adjustment(limits(), times, author), Scene.of(posted, actor, person=author))


def note_override(posted: Posting, *, approver: UUID, actor: Actor) -> None:
    """Somebody let a redemption pass without a code, inside the transaction that posted it. A replay is not counted."""
    if posted.replayed:
        return
    times = _count(approver, posted.business_day, Counted.OVERRIDES)
    found = watch.suspect_override(limits(), times, points=posted.redeemed, posting_id=posted.posting_id)
    tell(found, Scene.of(posted, actor, person=approver))


def _elsewhere(scene: Scene) -> tuple[Suspicion, ...]:
    """A receipt that is on another card: tried once more on the same one, it is only a slip of the hand."""
    claim = claimed_by(scene.store_id, scene.receipt) if scene.store_id and scene.receipt else None
    if claim is None:
        return ()
    owner = way_to_the_living(claim[0])[-1]
    if owner == way_to_the_living(scene.member_id)[-1]:
        return ()
    return (Suspicion(Kind.RECEIPT_ELSEWHERE, {"owner": str(owner)}),)


def _alert(suspicion: Suspicion, scene: Scene) -> None:
    """One alert a day about one thing in one store; the audit hears of it when it is new."""
    inserting = postgresql.insert(ALERT) if dialect_name() == "postgresql" else sqlite.insert(ALERT)
    store_id = scene.store_id or _home(scene.member_id)
    values = {
        "store_id": store_id, "alert_id": uuid7(scene.at), "kind": suspicion.kind.value,
        "about_id": suspicion.about or scene.member_id, "day": scene.day, "at": scene.at,
        "till_id": scene.actor.till_id, "staff_id": scene.person or scene.actor.staff_id, "member_id": scene.member_id,
        "receipt": scene.receipt, "posting_id": scene.posting_id, "details": dict(suspicion.details),
    }  # fmt: skip
    new = db.session.execute(inserting.values(values).on_conflict_do_nothing().returning(ALERT.c.alert_id)).scalar()
    if new is not None:
        details = {"kind": suspicion.kind.value, "store": str(store_id), **suspicion.details}
        audit.record(AuditTag.FRAUD_ALERTED, actor=scene.actor, at=scene.at, object_id=new, details=details)


def _home(member_id: UUID) -> UUID:
    """Where the account was opened: the store of what is done at no till."""
    found: UUID = db.session.execute(select(ACCOUNT.c.store_id).where(ACCOUNT.c.member_id == member_id)).scalar_one()
    return found


def _count(staff_id: UUID, day: date, counted: Counted) -> int:
    """How often this person has done it today, this time included. The row is held until the transaction ends."""
    inserting = postgresql.insert(COUNT) if dialect_name() == "postgresql" else sqlite.insert(COUNT)
    values = {"staff_id": staff_id, "day": day, "counted": counted.value, "times": 1}
    key = [COUNT.c.staff_id, COUNT.c.day, COUNT.c.counted]
    more = inserting.values(values).on_conflict_do_update(index_elements=key, set_={"times": COUNT.c.times + 1})
    times: int = db.session.execute(more.returning(COUNT.c.times)).scalar_one()
    return times
