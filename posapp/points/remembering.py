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


def remember(refusal: PointsRefusal) -> Posting | None:
    """Store a refusal under the key of its request, in a transaction of its own; None when it is not one to remember.

    It moves nothing and sweeps nothing. Where the same request has been answered meanwhile, that answer stands and is
    given. The proof it came with stays unused.
    """
    if refusal.request is None or not refusal.remembered or refusal.replayed:
        return None
    request = replace(refusal.request, challenge_id=None)
    lock(request.member_id)
    seen = look(request, Expire())
    if seen is None:
        return None
    if seen.earlier is not None:
        return seen.earlier
    after = replace(seen.account, version=seen.account.version + 1)
    decision = Decision(after, (), {"error": refusal.code, **refusal.values})
    return written(request, decision, seen, uuid7(request.at), refusal=refusal.code)
