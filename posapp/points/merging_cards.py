"""Two cards become one: both rows are taken in order, and both postings are written, or neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from posapp.core.actor import Actor
from posapp.core.db import db
from posapp.core.ids import uuid7
from posapp.points import refusals
from posapp.points.decide import decide
from posapp.points.ledger import lock, recall, written
from posapp.points.look import Seen, look
from posapp.points.lot import LotKind
from posapp.points.merged_receipts import way_to_the_living
from posapp.points.operations import Merge
from posapp.points.posting import Posting
from posapp.points.refusals import PointsRefusal
from posapp.points.request import Request
from posapp.points.rows import ENTRY
from posapp.points.state import LotDefinition, Status


def merge_cards(
    emptied: UUID,
    into: UUID,
    *,
    key: str,
    actor: Actor,
    at: datetime,
    store_id: UUID | None = None,
    challenge_id: UUID | None = None,
) -> Posting:
    """Move everything of `emptied` to `into` (or to the cards that these lead to). Raises SameAccount, Frozen.

    Both postings name the store where it was done and the challenge that proved it.
    """
    operation = Merge(emptied)
    request = Request(
        member_id=into,
        kind=operation.kind,
        body=operation.body(),
        key=key,
        actor=actor,
        at=at,
        store_id=store_id,
        challenge_id=challenge_id,
    )
    try:
        return _merge(request, operation)
    except PointsRefusal as refusal:
        refusal.request = refusal.request or request
        raise


def _merge(request: Request, operation: Merge) -> Posting:
    """Both ways are gone to their ends before a row is taken, so that the two rows are always taken in one order."""
    taking = _seen(request, operation)
    if taking.earlier is not None:
        return recall(taking.earlier, request)
    if taking.account.merged_into is not None:
        return _merge(replace(request, member_id=taking.account.merged_into), operation)
    giving_id = way_to_the_living(operation.emptied)[-1]
    lock(request.member_id, giving_id)
    taking = _seen(request, operation)
    leaving = replace(request, member_id=giving_id, body={"into": str(request.member_id)})
    giving = _seen(leaving, operation)
    if taking.earlier is not None or Status.MERGED in (taking.account.status, giving.account.status):
        return _merge(request, operation)  # somebody was faster: what they did is looked at first
    if giving.earlier is not None:
        raise refusals.KeyConflict
    return _merged(request, leaving, operation, taking, giving)


def _merged(request: Request, leaving: Request, operation: Merge, taking: Seen, giving: Seen) -> Posting:
    """Decide and write, with both rows held."""
    state = replace(taking.state, emptied=giving.account, definitions=_definitions(leaving.member_id))
    posting_id = uuid7(request.at)
    decision = decide(
        state, operation, taking.programme, request.at, posting_id=posting_id, member_id=request.member_id
    )
    if decision.emptied is None:
        raise RuntimeError("a merge empties a card")
    left = written(leaving, replace(decision.emptied, about_id=posting_id), giving, uuid7(request.at))
    posting = written(request, decision, taking, posting_id)
    if left is None or posting is None:
        raise RuntimeError("an account that was held changed its version")
    return posting


def _seen(request: Request, operation: Merge) -> Seen:
    seen = look(request, operation)
    if seen is None:
        raise refusals.NoAccount
    return seen


def _definitions(member_id: UUID) -> dict[int, LotDefinition]:
    """Kind and rules of every lot of a card that was ever opened."""
    asked = select(ENTRY.c.lot, ENTRY.c.kind, ENTRY.c.programme_id).where(
        ENTRY.c.member_id == member_id, ENTRY.c.kind.is_not(None)
    )
    return {row.lot: LotDefinition(LotKind(row.kind), row.programme_id) for row in db.session.execute(asked)}
