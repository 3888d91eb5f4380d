"""Refusals that stay: the answer to a request is final for its key, so a late duplicate cannot do what it could not."""

from __future__ import annotations

from dataclasses import replace

from posapp.core.ids import uuid7
from posapp.points.decision import Decision
from posapp.points.ledger import lock, written
from posapp.points.look import look
from posapp.points.operations import Expire
from posapp.points.posting import Posting
from posapp.points.refusals import PointsRefusal
from posapp.points.request import Request


def remember(refusal: PointsRefusal) -> Posting | None:
    """Store a refusal under the key of its request, in a transaction of its own; None when it is not one to remember.

    It moves nothing and sweeps nothing. Where the same request has been answered meanwhile, that answer stands and is
    given. The proof it came with stays unused. It is stored where the request was refused or, when that card has been
    merged since, on the card that lives: there the same request looks for its answer.
    """
    if refusal.request is None or not refusal.remembered or refusal.replayed:
        return None
    return _store(refusal, replace(refusal.request, challenge_id=None))


def _store(refusal: PointsRefusal, request: Request) -> Posting | None:
    lock(request.member_id)
    seen = look(request, Expire())
    if seen is None:
        return None
    if seen.earlier is not None:
        return seen.earlier
    if seen.account.merged_into is not None:
        return _store(refusal, replace(request, member_id=seen.account.merged_into))
    after = replace(seen.account, version=seen.account.version + 1)
    decision = Decision(after, (), {"error": refusal.code, **refusal.values})
    return written(request, decision, seen, uuid7(request.at), refusal=refusal.code)
