"""Read, decide, write: how a request becomes a posting, once.

The write passes only on the version of the account that the decision was made on; where another till was faster, it is
read again and decided again. Where that happens twice the account's row is taken first, so a crowd at one card is
served one after the other. Everything runs inside the caller's transaction, and nothing here commits.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import db
from posapp.core.ids import uuid7
from posapp.points import refusals, watching
from posapp.points.claims import claim
from posapp.points.decide import decide, is_idle
from posapp.points.decision import Decision
from posapp.points.joined_lots import IN_THE_TABLES, joinable, with_joined
from posapp.points.joining import are_many
from posapp.points.look import Seen, look
from posapp.points.merged_receipts import receipt_of_merged
from posapp.points.operations import Expire, Operation, Return, Sale
from posapp.points.posting import Posting
from posapp.points.refusals import BY_CODE, PointsRefusal
from posapp.points.request import Request
from posapp.points.rows import ACCOUNT, account_values, entry_values, posting_of, posting_values
from posapp.points.spend import spend_since
from posapp.points.state import State
from posapp.points.watching import Scene
from posapp.points.write import write

OPTIMISTIC_TRIES = 2
TRIES_MAX = 3
"""The last try holds the row, so it cannot miss."""


def post(request: Request, operation: Operation) -> Posting | None:
    """Post one request on its card, or on the card that it leads to; None when a sweep found nothing to do.

    Gives the stored posting, marked replayed, when the key was used for the same request before. Raises the
    PointsRefusal that applies, with the request on it, so that it can be remembered in a transaction of its own.
    """
    try:
        return _post(request, operation)
    except PointsRefusal as refusal:
        refusal.request = refusal.request or request
        raise


def foresee(request: Request, operation: Operation) -> tuple[Seen, Decision]:
    """What posting this request now would be decided on, and what it would come to. Reads alone, and promises nothing.

    Raises the PointsRefusal that it would get. What was posted under its key is not looked at.
    """
    seen = look(request, operation)
    if seen is None:
        raise refusals.NoAccount
    if (onward := seen.account.merged_into) is not None:
        return foresee(replace(request, member_id=onward), operation)
    return seen, _decided(request, operation, seen, uuid7(request.at))


def recall(earlier: Posting, request: Request) -> Posting:
    """The stored answer to a request that comes again: the posting, or the refusal, which is raised again.

    Raises KeyConflict when the key was used for something else.
    """
    if earlier.kind != request.kind or earlier.fingerprint != request.fingerprint:
        raise refusals.KeyConflict
    if earlier.refusal is None:
        return replace(earlier, replayed=True)
    refusal = BY_CODE[earlier.refusal](**{name: value for name, value in earlier.result.items() if name != "error"})
    refusal.replayed = True
    raise refusal


def lock(*members: UUID) -> None:
    """Take the rows of these cards until the transaction ends, always in the same order."""
    for member_id in sorted(members):
        db.session.execute(select(ACCOUNT.c.version).where(ACCOUNT.c.member_id == member_id).with_for_update())


def written(
    request: Request, decision: Decision, seen: Seen, posting_id: UUID, *, refusal: str | None = None
) -> Posting | None:
    """The posting, when the gate let it pass; None when it was missed."""
    day = seen.programme.business_day(request.at)
    values = posting_values(request, decision, posting_id, day, refusal=refusal)
    entries = entry_values(decision, seen.programme_id)
    if not write(account_values(decision.account), values, entries, version=decision.account.version - 1):
        return None
    return posting_of(values)


def _post(request: Request, operation: Operation) -> Posting | None:
    posting_id, claimed = uuid7(request.at), False
    for tries in range(TRIES_MAX):
        if tries >= OPTIMISTIC_TRIES:
            lock(request.member_id)
        seen = look(request, operation)
        if seen is None:
            raise refusals.NoAccount
        if seen.earlier is not None:
            return recall(seen.earlier, request)
        if (onward := seen.account.merged_into) is not None:
            if claimed:  # merged away this very moment: the whole request begins again, on the card that lives
                raise refusals.NoAccount
            return post(replace(request, member_id=onward), operation)
        decision = _decided(request, operation, seen, posting_id)
        if isinstance(operation, Expire) and is_idle(decision, seen.account):
            return None
        if isinstance(operation, Sale) and not claimed:
            claimed = _claimed(request, operation, posting_id)
            if not claimed:
                return _contested(request, operation)
        posting = written(request, decision, seen, posting_id)
        if posting is not None:
            watching.tell(decision.suspicions, Scene.of(posting, request.actor))
            return posting
    raise RuntimeError("an account that was held changed its version")


def _decided(request: Request, operation: Operation, seen: Seen, posting_id: UUID) -> Decision:
    if seen.challenge_used:
        raise refusals.CodeRequired
    state = _completed(seen.state, request, operation, seen)
    return decide(state, operation, seen.programme, request.at, posting_id=posting_id, member_id=request.member_id)


def _completed(state: State, request: Request, operation: Operation, seen: Seen) -> State:
    """What only some requests need: a merged card's receipt, what was spent before where there are tiers, and on a
    card with very many lots, which of them may be joined, or were.
    """
    if isinstance(operation, Return) and state.receipt is None:
        merged = receipt_of_merged(request.member_id, operation.store_id, operation.receipt)
        return replace(state, receipt=merged)
    if isinstance(operation, Return) and state.receipt is not None and seen.has_joined_lots:
        return replace(state, receipt=with_joined(request.member_id, state.receipt, IN_THE_TABLES))
    if isinstance(operation, Sale) and operation.tier_pct is None and len(seen.programme.tiers) > 1:
        state = replace(state, spend_minor=spend_since(request.member_id, seen.programme, request.at))
    if isinstance(operation, Sale) and are_many(seen.account.lots, request.at):
        state = replace(state, definitions=joinable(seen.account))
    return state


def _claimed(request: Request, sale: Sale, posting_id: UUID) -> bool:
    receipt = sale.receipt
    return claim(receipt.store_id, receipt.number, member_id=request.member_id, posting_id=posting_id)


def _contested(request: Request, operation: Operation) -> Posting:
    """Somebody has just entered the receipt: this very request by another way, or another one."""
    seen = look(request, operation)
    if seen is None or seen.earlier is None:
        raise refusals.ReceiptExists
    return recall(seen.earlier, request)
