"""The first posting of an account."""

from __future__ import annotations

from sqlalchemy import select

from posapp.core.db import db
from posapp.core.ids import uuid7
from posapp.points import programmes
from posapp.points.decide import decide
from posapp.points.ledger import recall
from posapp.points.look import look
from posapp.points.models import ProgrammeVersion
from posapp.points.operations import Open
from posapp.points.posting import Posting
from posapp.points.refusals import Already
from posapp.points.request import Request
from posapp.points.rows import account_values, entry_values, posting_of, posting_values
from posapp.points.state import State
from posapp.points.write import open_account as write_account
from posapp.stores.models import Store


def open_account(request: Request, operation: Open) -> Posting:
    """Open the account of a member who has none. Raises Already when there is one, under another key."""
    seen = look(request, operation)
    if seen is not None:
        if seen.earlier is None:
            raise Already
        return recall(seen.earlier, request)
    asked = (
        select(
            Store.timezone, Store.cutover_hour, ProgrammeVersion.id, ProgrammeVersion.starts_on, ProgrammeVersion.rules
        )
        .select_from(Store)
        .outerjoin(ProgrammeVersion, ProgrammeVersion.id == programmes.newest_by("latest_day"))
        .where(Store.id == request.store_id)
    )
    row = db.session.execute(asked, {"latest_day": programmes.latest_day(request.at)}).one()
    programme_id, programme = programmes.in_force(
        (row.id, row.starts_on, row.rules), timezone=row.timezone, cutover_hour=row.cutover_hour, at=request.at
    )
    posting_id = uuid7(request.at)
    decision = decide(State(), operation, programme, request.at, posting_id=posting_id, member_id=request.member_id)
    beginning = {"member_id": request.member_id, "store_id": request.store_id, "opened_at": request.at}
    values = posting_values(request, decision, posting_id, programme.business_day(request.at))
    write_account(account_values(decision.account) | beginning, values, entry_values(decision, programme_id))
    return posting_of(values)
