"""The card page: what the customer has, and a receipt to credit or to pay in part with points."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.points.posting import Posting
from posapp.points.refusals import PointsRefusal
from posapp.till import counter, proving
from posapp.till.cards import Card, is_own
from posapp.till.counter import Offer
from posapp.till.forms import ReceiptForm
from posapp.till.keys import posting_key
from posapp.till.routes.found import found_card, found_id
from posapp.till.routes.pages import blueprint
from posapp.till.routes.quoting import card_facts, offer_for, quote_json, quote_texts
from posapp.web import idempotency
from posapp.web.access import here, me, requires, visitor
from posapp.web.errors import refusal as refusal_page
from posapp.web.idempotency import Answer
from posapp.web.pages import page, refused, see, wants_json
from posapp.web.places import shown_by

STAFF = (Role.CASHIER, Role.MANAGER)


@blueprint.get("/till/card/<member_id>")
@requires(*STAFF, till=True)
def card(member_id: str) -> ResponseReturnValue:
    """Name, masked number, points; a receipt's number and total."""
    return _page(found_card(member_id), ReceiptForm())


@blueprint.post("/till/card/<member_id>/quote")
@requires(*STAFF, till=True)
@shown_by("till.card")
def quote(member_id: str) -> ResponseReturnValue:
    """What the buttons would do with the receipt as it stands; moves nothing."""
    shown, form = found_card(member_id), ReceiptForm()
    form.offer(shown.account.kinds)
    form.validate()
    if not form.receipt.data:
        form.receipt.errors = []  # it can be looked up before the number is typed
    offer = offer_for(shown, here(), form, at=clock.now())
    if wants_json():
        return jsonify(quote_json(shown, offer, form))
    return _page(shown, form, offer=offer, status=422 if form.errors else 200)


@blueprint.post("/till/card/<member_id>/credit")
@requires(*STAFF, till=True)
@shown_by("till.card")
def credit(member_id: str) -> ResponseReturnValue:
    """Credit the receipt: 303 to what was done, or the form again with what to mend."""
    found, form = found_id(member_id), ReceiptForm()
    key = form.key.key
    if not form.validate():
        return _page(found_card(member_id), form, status=422)
    try:
        posted = _credit(found, form, key)
    except PointsRefusal as refusal:
        proving.keep_refusal(refusal)
        return _refused(found_card(member_id), form, refusal)
    return see("till.done", member_id=found, posting_id=posted.posting_id)


def _credit(member_id: UUID, form: ReceiptForm, key: UUID) -> Posting:
    at, actor = clock.now(), visitor().actor
    receipt = counter.receipt_of(here().store_id, form.receipt.value, form.typed_lines())
    with transaction():
        posted = counter.credit(
            member_id, receipt, own_card=is_own(me()), key=posting_key(actor, key), actor=actor, at=at
        )
        proving.keep_for_undo(me(), posted, at=at)
    return posted


@blueprint.post("/till/card/<member_id>/redeem")
@requires(*STAFF, till=True)
@shown_by("till.card")
def redeem(member_id: str) -> ResponseReturnValue:
    """Send a code that is good for these points and this receipt; on to the code page."""
    shown, form = found_card(member_id), ReceiptForm()
    key = form.key.key
    if not form.validate():
        return _page(shown, form, status=422)
    asked = idempotency.fingerprint("redeem", shown.member_id, form.receipt.value, form.typed_lines(), form.points.data)
    try:
        return idempotency.once(here().till_id, key, asked, lambda: _ask_code(shown, form, key, asked)).response()
    except Refusal as refusal:
        return _refused(shown, form, refusal)


def _ask_code(shown: Card, form: ReceiptForm, key: UUID, asked: bytes) -> Answer:
    at = clock.now()
    receipt = counter.receipt_of(here().store_id, form.receipt.value, form.typed_lines())
    try:
        wanted = counter.redeemable(shown, receipt, form.points.value, place=here(), at=at)
    except PointsRefusal as refusal:
        proving.report(refusal, shown.member_id, receipt, place=here(), actor=visitor().actor, at=at)
        raise
    with transaction():
        started = counter.ask_code(shown, receipt, wanted, seen=visitor(), at=at)
        answer = Answer(202, url_for("till.code", challenge_id=started.challenge_id))
        return idempotency.remember(here().till_id, key, asked, answer)


def _refused(shown: Card, form: ReceiptForm, refusal: Refusal) -> ResponseReturnValue:
    if wants_json():
        return refusal_page(refusal)
    form.refuse(counter.field_of(refusal), refusal)
    form.key.data = idempotency.new_key()  # what was refused is final for its key; the mended form is another request
    return _page(shown, form, status=refusal.status)


def _page(shown: Card, form: ReceiptForm, *, offer: Offer | None = None, status: int = 200) -> ResponseReturnValue:
    if wants_json() and form.errors:
        problem = form.problems()[0]
        return refused("form", problem.message, status)
    form.offer(shown.account.kinds)
    told = {"texts": quote_texts(shown, offer, form), "facts": card_facts(shown.account)}
    return page("till/card.html", status, card=shown, form=form, form_errors=form.errors, **told)
