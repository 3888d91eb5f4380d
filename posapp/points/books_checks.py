"""Checks of the books as they are kept: begun, gone on with, found to differ, ended."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, insert, or_, select, update

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import system_actor
from posapp.core.db import db, rows_changed, transaction
from posapp.core.ids import uuid7
from posapp.points.auditing import Check, Stage
from posapp.points.books_check import CHECK

log = structlog.get_logger(__name__)

_NAMES = tuple(each.name for each in fields(Check))


class GoneOnElsewhere(Exception):
    """Somebody else has gone on with this check, raised because a batch may be counted once only."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A check and its row."""

    check_id: UUID
    check: Check


def begin(check: Check) -> Kept:
    """Write down that a check begins. Raises IntegrityError when its night has one."""
    kept = Kept(uuid7(check.started_at), check)
    with transaction():
        db.session.execute(insert(CHECK).values(id=kept.check_id, finished_at=None, **_values(check)))
    return kept


def go_on(kept: Kept, further: Check, at: datetime) -> Kept:
    """Write down how far it is; the first difference and the end are told to the log and the audit.

    Raises GoneOnElsewhere when the row is not where this walk left it.
    """
    was, finished_at = kept.check, at if further.stage is Stage.OVER else None
    stood = CHECK.c.stage == was.stage.value, CHECK.c.after.is_not_distinct_from(was.after)
    values = {**_values(further), "finished_at": finished_at}
    with transaction():
        if not rows_changed(update(CHECK).where(CHECK.c.id == kept.check_id, *stood).values(values)):
            raise GoneOnElsewhere
        if was.agrees and not further.agrees:
            _alarm(kept.check_id, further, at)
        if finished_at:
            _note(kept.check_id, further, at)
    return Kept(kept.check_id, further)


def unfinished(*, nightly: bool) -> Kept | None:
    """The newest check that was begun and not ended: of a night, or one that was asked for."""
    night = CHECK.c.night.is_not(None) if nightly else CHECK.c.night.is_(None)
    return _newest(CHECK.c.finished_at.is_(None), night)


def newest_told() -> Kept | None:
    """The newest check that can say something: it has ended, or found a difference already."""
    return _newest(or_(CHECK.c.finished_at.is_not(None), CHECK.c.differing > 0))


def finished_at(check_id: UUID) -> datetime | None:
    found: datetime | None = db.session.execute(select(CHECK.c.finished_at).where(CHECK.c.id == check_id)).scalar_one()
    return found


def newest_night() -> date | None:
    """The latest night that a check was begun for."""
    return db.session.execute(
        select(CHECK.c.night).where(CHECK.c.night.is_not(None)).order_by(CHECK.c.night.desc()).limit(1)
    ).scalar()


def newest_agreed_night() -> datetime | None:
    """When the newest nightly check began that ended without a difference."""
    ended = CHECK.c.night.is_not(None), CHECK.c.finished_at.is_not(None), CHECK.c.differing == 0
    newest = select(CHECK.c.started_at).where(*ended).order_by(CHECK.c.night.desc()).limit(1)
    return db.session.execute(newest).scalar()


def _newest(*where: ColumnElement[bool]) -> Kept | None:
    found = db.session.execute(select(CHECK).where(*where).order_by(CHECK.c.started_at.desc()).limit(1)).first()
    if found is None:
        return None
    values = {name: found._mapping[name] for name in _NAMES}
    return Kept(found.id, Check(**values | {"stage": Stage(values["stage"])}))


def _values(check: Check) -> dict[str, Any]:
    values = {name: getattr(check, name) for name in _NAMES}
    return values | {"stage": check.stage.value, "contra": dict(check.contra)}


def _alarm(check_id: UUID, check: Check, at: datetime) -> None:
    member_id = check.first_member_id
    log.error("books_differ", member_id=member_id and str(member_id), fault=check.first_fault)
    tag, actor = AuditTag.BOOKS_DIFFER, system_actor()
    audit.record(tag, actor=actor, at=at, object_id=member_id, outcome="failed", details={"check": str(check_id)})


def _note(check_id: UUID, check: Check, at: datetime) -> None:
    log.info("books_checked", cards=check.cards, postings=check.postings, differing=check.differing)
    outcome = "done" if check.agrees else "failed"
    details = {"cards": check.cards, "postings": check.postings, "differing": check.differing}
    tag, actor = AuditTag.BOOKS_CHECKED, system_actor()
    audit.record(tag, actor=actor, at=at, object_id=check_id, outcome=outcome, details=details)
