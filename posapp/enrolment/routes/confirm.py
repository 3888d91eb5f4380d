"""Back in the cashier's hands: what was taken, and the button that signs for it and sends the code."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from posapp.core import clock
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.enrolment import queries, service
from posapp.enrolment.documents import documents_for
from posapp.enrolment.forms import TakeForm
from posapp.enrolment.queries import DraftRow
from posapp.enrolment.routes.pages import blueprint
from posapp.enrolment.routes.under_way import STAFF_AT_TILL, draft, keep
from posapp.stores import queries as stores
from posapp.web import idempotency
from posapp.web.access import here, me, requires, visitor
from posapp.web.idempotency import Answer
from posapp.web.locale import language, say
from posapp.web.pages import page, see, wants_json

TEMPLATE = "enrolment/confirm.html"


@blueprint.get("/till/enrol/<draft_id>/confirm")
@requires(*STAFF_AT_TILL, till=True)
def confirm(draft_id: str) -> ResponseReturnValue:
    """The questionnaire as the customer has signed it."""
    row = draft(draft_id)
    if row.body.signed is None:
        return see("enrolment.customer", draft_id=draft_id)
    return _page(row, None)


@blueprint.post("/till/enrol/<draft_id>/confirm")
@requires(*STAFF_AT_TILL, till=True)
def take(draft_id: str) -> ResponseReturnValue:
    """«I took this questionnaire»: the second signature; the code goes to the number."""
    row, key = draft(draft_id), TakeForm().key.key
    waiting = queries.code_under_way(row, session_id=me().session_id, at=clock.now())
    if waiting is not None:
        return see("till.code", challenge_id=waiting)
    asked = idempotency.fingerprint("enrolment.take", row.draft_id)
    try:
        return idempotency.once(here().till_id, key, asked, lambda: _take(row, key, asked)).response()
    except Refusal as refusal:
        if wants_json() or row.body.signed is None:
            raise
        return _page(row, refusal)


def _take(row: DraftRow, key: UUID, asked: bytes) -> Answer:
    brand = stores.shop().brand
    with transaction():
        keep(row)
        challenge_id = service.take(row, place=here(), person=me(), brand=brand, actor=visitor().actor, at=clock.now())
        answer = Answer(202, url_for("till.code", challenge_id=challenge_id))
        return idempotency.remember(here().till_id, key, asked, answer)


def _page(row: DraftRow, refusal: Refusal | None) -> Response:
    """What was taken, with the titles of the documents in the cashier's language."""
    answer = page(
        TEMPLATE,
        refusal.status if refusal else 200,
        form=TakeForm(formdata=None),
        draft=row,
        answers=row.body.personal,
        titles={purpose: document.title for purpose, document in documents_for(language()).items()},
        refusal=say(refusal) if refusal else None,
        form_errors=refusal is not None,
    )
    if refusal and "retry_after_seconds" in refusal.values:
        answer.headers["Retry-After"] = str(refusal.values["retry_after_seconds"])
    return answer
