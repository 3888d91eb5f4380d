"""Adjusting by two people: one asks, another one approves or refuses, once. Inside the caller's `transaction()`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update

from posapp import settings
from posapp.core.actor import Actor
from posapp.core.db import db, rows_changed
from posapp.core.errors import Refusal
from posapp.core.ids import uuid7
from posapp.core.text import N_
from posapp.points import checking, service
from posapp.points.adjustment_request import REQUEST, RequestRow, RequestState, find
from posapp.points.posting import Posting
from posapp.points.rows import ACCOUNT


class UnknownRequest(Refusal):
    """There is no such request, or none that the asker may know of."""

    code, status = "not_found", 404
    sentence = N_("There is no such request. Go back to the list and choose again.")


class OwnRequest(Refusal):
    """The one who asked may not be the one who approves."""

    code = "own_request"
    sentence = N_("You have asked for this yourself. Another manager has to approve it.")


class AlreadyDecided(Refusal):
    """Somebody else was faster."""

    code = "already_decided"
    sentence = N_("This request has been decided already. Nothing was done twice.")


class RequestLapsed(Refusal):
    """Nobody has decided in time."""

    code, status = "request_lapsed", 410
    sentence = N_("This request has waited too long and has lapsed. Ask for it anew if it is still needed.")


def ask(member_id: UUID, *, points: int, reason: str, author: UUID, valid_days: int | None, at: datetime) -> RequestRow:
    """Put an adjustment before the managers of the store where the card was opened.

    Raises the PointsRefusal that it would get if it were approved now, so that nobody waits for what cannot be.
    """
    checking.check_adjust(member_id, points=points, reason=reason, author=author, valid_days=valid_days, at=at)
    store_id = db.session.execute(select(ACCOUNT.c.store_id).where(ACCOUNT.c.member_id == member_id)).scalar_one()
    row = RequestRow(
        member_id=member_id,
        request_id=uuid7(at),
        store_id=store_id,
        points=points,
        reason=reason,
        valid_days=valid_days,
        author_id=author,
        asked_at=at,
        expires_at=at + timedelta(days=settings.current().adjustment_request_days),
        state=RequestState.WAITING,
        decided_by=None,
        decided_at=None,
        answer=None,
        posting_id=None,
    )
    db.session.execute(insert(REQUEST).values(asdict(row)))
    return row


def approve(
    asked: RequestRow, *, approver: UUID, key: str, actor: Actor, at: datetime, own_card: bool = False
) -> Posting:
    """Post what was asked, with both people on it. Raises OwnRequest, AlreadyDecided, RequestLapsed, PointsRefusal.

    What the ledger refuses leaves the request waiting. `own_card`: the approver's own, which is refused.
    """
    if approver == asked.author_id:
        raise OwnRequest
    _decide(asked, RequestState.APPROVED, by=approver, at=at)
    posted = service.adjust(
        asked.member_id,
        points=asked.points,
        reason=asked.reason,
        author=asked.author_id,
        approver=approver,
        valid_days=asked.valid_days,
        key=key,
        actor=actor,
        at=at,
        own_card=own_card,
    )
    db.session.execute(update(REQUEST).where(*_is(asked)).values(posting_id=posted.posting_id))
    return posted


def refuse(asked: RequestRow, *, by: UUID, answer: str, at: datetime) -> None:
    """Say no; the author may take a request back in this way too. Raises AlreadyDecided, RequestLapsed."""
    _decide(asked, RequestState.REFUSED, by=by, at=at, answer=answer)


def _decide(asked: RequestRow, state: RequestState, *, by: UUID, at: datetime, answer: str | None = None) -> None:
    """The one step out of waiting: of many at once, the database lets one through."""
    step = update(REQUEST).where(*_is(asked), REQUEST.c.state == RequestState.WAITING.value, REQUEST.c.expires_at > at)
    if rows_changed(step.values(state=state.value, decided_by=by, decided_at=at, answer=answer)) != 1:
        now = find(asked.member_id, asked.request_id)
        raise RequestLapsed if now is not None and now.has_lapsed(at) else AlreadyDecided


def _is(asked: RequestRow) -> tuple[ColumnElement[bool], ...]:
    return REQUEST.c.member_id == asked.member_id, REQUEST.c.request_id == asked.request_id
