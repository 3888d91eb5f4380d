"""Adjustments that wait for a second person: the list, and one of them to be decided."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from posapp.core import clock, ids
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.members import queries as members
from posapp.members.queries import Holder
from posapp.points import adjustment_request
from posapp.points import queries as ledger
from posapp.points.adjustment_request import RequestRow
from posapp.points.approving import UnknownRequest
from posapp.points.refusals import PointsRefusal
from posapp.staff.queries import names
from posapp.stores import queries as stores
from posapp.till import adjusting, finding, proving
from posapp.till.forms import KeyOnlyForm
from posapp.till.keys import posting_key
from posapp.till.routes.office_forms import RefuseForm
from posapp.till.routes.pages import blueprint
from posapp.web import idempotency
from posapp.web.access import me, requires, visitor
from posapp.web.idempotency import Answer
from posapp.web.locale import say
from posapp.web.pages import page
from posapp.web.places import shown_by

NOBODY = Holder("", None)


@blueprint.get("/manager/approvals")
@requires(Role.MANAGER)
def approvals() -> ResponseReturnValue:
    """What waits in the manager's own stores."""
    at = clock.now()
    waiting = adjustment_request.waiting_in(me().store_ids, at)
    places = {store.store_id: store for store in stores.stores(me().store_ids)}
    holders = members.holders({request.member_id for request in waiting})
    authors = names({request.author_id for request in waiting})
    return page("till/approvals.html", waiting=waiting, holders=holders, authors=authors, places=places, mine=me())


@blueprint.get("/manager/approvals/<member_id>/<request_id>")
@requires(Role.MANAGER)
def approval(member_id: str, request_id: str) -> ResponseReturnValue:
    """One request: who asks for what and why, and what the card has now."""
    return _page(_asked(member_id, request_id), RefuseForm())


@blueprint.post("/manager/approvals/<member_id>/<request_id>/approve")
@requires(Role.MANAGER)
@shown_by("till.approval")
def approve(member_id: str, request_id: str) -> ResponseReturnValue:
    """Post it, by two people."""
    asked, key = _asked(member_id, request_id), KeyOnlyForm().key.key

    def act() -> None:
        actor, at = visitor().actor, clock.now()
        living, by = ledger.account_card(asked.member_id, at).member_id, me().staff_id
        own = finding.leads_to_own(me(), living)
        adjusting.approve(asked, own_card=own, approver=by, key=posting_key(actor, key), actor=actor, at=at)

    return _decide(asked, key, "approve", act, gettext("Approved: the points are on the card."), RefuseForm())


@blueprint.post("/manager/approvals/<member_id>/<request_id>/refuse")
@requires(Role.MANAGER)
@shown_by("till.approval")
def refuse(member_id: str, request_id: str) -> ResponseReturnValue:
    """Say no, with a reason that stays with the request."""
    asked, form = _asked(member_id, request_id), RefuseForm()
    key = form.key.key
    if not form.validate():
        return _page(asked, form, status=422)

    def act() -> None:
        answer = form.reason.data
        adjusting.refuse(asked, by=me().staff_id, answer=answer, actor=visitor().actor, at=clock.now())

    return _decide(asked, key, "refuse", act, gettext("Refused: nothing on the card has changed."), form)


def _decide(
    asked: RequestRow, key: UUID, what: str, act: Callable[[], None], said: str, form: RefuseForm
) -> ResponseReturnValue:
    """Do it once for this form; back to the list, or the request again with why it could not be done."""
    fingerprint = idempotency.fingerprint(what, asked.member_id, asked.request_id)

    def work() -> Answer:
        with transaction():
            act()
            answer = idempotency.remember(me().staff_id, key, fingerprint, Answer(200, url_for("till.approvals")))
        flash(said, "ok")
        return answer

    try:
        return idempotency.once(me().staff_id, key, fingerprint, work).response()
    except Refusal as refusal:
        if isinstance(refusal, PointsRefusal):
            proving.keep_refusal(refusal)
        return _page(_asked(str(asked.member_id), str(asked.request_id)), form, refusal=refusal)


def _asked(member_id: str, request_id: str) -> RequestRow:
    """The request, if it belongs to one of the manager's own stores. Raises UnknownRequest."""
    try:
        return adjusting.request_of(ids.parse_id(member_id), ids.parse_id(request_id), me().store_ids)
    except ids.NotAnId:
        raise UnknownRequest from None


def _page(
    asked: RequestRow, form: RefuseForm, *, refusal: Refusal | None = None, status: int = 200
) -> ResponseReturnValue:
    at = clock.now()
    return page(
        "till/approval.html",
        refusal.status if refusal else status,
        asked=asked,
        holder=members.holders([asked.member_id]).get(asked.member_id, NOBODY),
        account=ledger.account_card(asked.member_id, at),
        people=names({asked.author_id} | ({asked.decided_by} if asked.decided_by else set())),
        place=stores.store(asked.store_id),
        is_waiting=asked.is_waiting(at),
        is_own=asked.author_id == me().staff_id,
        form=form,
        refusal=say(refusal) if refusal else None,
        form_errors=refusal is not None or form.errors,
    )
