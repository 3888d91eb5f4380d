"""The first posting of an account."""

from __future__ import annotations

from uuid import UUID

from posapp.core.ids import uuid7
from posapp.points import programmes, referral
from posapp.points.decide import decide
from posapp.points.ledger import recall
from posapp.points.look import look
from posapp.points.operations import Open
from posapp.points.posting import Posting
from posapp.points.referral import ReferralStep
from posapp.points.refusals import Already
from posapp.points.request import Request
from posapp.points.rows import account_values, entry_values, posting_of, posting_values
from posapp.points.state import State
from posapp.points.write import open_account as write_account


def open_account(request: Request, operation: Open, *, store_id: UUID, referrer_id: UUID | None) -> Posting:
    """Open the account of a member who has none. Raises Already when there is one, under another key."""
    seen = look(request, operation)
    if seen is not None:
        if seen.earlier is None:
            raise Already
        return recall(seen.earlier, request)
    programme_id, programme = programmes.at_store(store_id, request.at)
    posting_id = uuid7(request.at)
    decision = decide(State(), operation, programme, request.at, posting_id=posting_id, member_id=request.member_id)
    beginning = {
        "member_id": request.member_id,
        "store_id": store_id,
        "opened_at": request.at,
        "referral": ReferralStep.AWAITED.value if referrer_id else None,
    }
    values = posting_values(request, decision, posting_id, programme.business_day(request.at))
    write_account(account_values(decision.account) | beginning, values, entry_values(decision, programme_id))
    if referrer_id is not None:
        referral.remember(request.member_id, referrer_id=referrer_id, at=request.at)
    return posting_of(values)
