"""Return of goods: the receipt's number, what it does, and one button that says the result."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from posapp.core import clock, ids
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.points import queries as ledger
from posapp.points.posting import Posting
from posapp.points.previewing import Foreseen
from posapp.points.queries import SaleFound
from posapp.points.refusals import PointsRefusal
from posapp.till import proving, returning
from posapp.till.cards import Card
from posapp.till.forms import ReturnForm, ReturnNumberForm, return_form
from posapp.till.keys import posting_key
from posapp.till.routes.effects import button_text, foretold
from posapp.till.routes.found import found_card
from posapp.till.routes.pages import blueprint
from posapp.web.access import here, requires, visitor
from posapp.web.errors import refusal as refusal_page
from posapp.web.idempotency import new_key
from posapp.web.locale import say
from posapp.web.pages import page, see, wants_json
from posapp.web.places import shown_by

STAFF = (Role.CASHIER, Role.MANAGER)


@blueprint.get("/till/card/<member_id>/return")
@requires(*STAFF, till=True)
def return_number(member_id: str) -> ResponseReturnValue:
    """The number of the receipt to which goods come back."""
    return _ask(found_card(member_id), ReturnNumberForm())


@blueprint.post("/till/card/<member_id>/return")
@requires(*STAFF, till=True)
def find_sale(member_id: str) -> ResponseReturnValue:
    """On to the receipt, if it is on this card."""
    card, form = found_card(member_id), ReturnNumberForm()
    if not form.validate():
        return _ask(card, form, 422)
    key = ledger.sale_key(here().store_id, form.receipt.value)
    try:
        returning.sale_of(card, key, place=here())
    except returning.NotOnThisCard as refusal:
        form.refuse("receipt", refusal)
        return _ask(card, form, refusal.status)
    return see("till.comes_back", member_id=card.member_id, sale_key=key)


@blueprint.get("/till/card/<member_id>/return/<sale_key>")
@requires(*STAFF, till=True)
def comes_back(member_id: str, sale_key: str) -> ResponseReturnValue:
    """The receipt, what taking it back whole would do, and a field for a part of it."""
    card = found_card(member_id)
    sale = _sale(card, sale_key)
    return _page(card, sale, return_form(sale))


@blueprint.post("/till/card/<member_id>/return/<sale_key>/effect")
@requires(*STAFF, till=True)
@shown_by("till.comes_back")
def effect(member_id: str, sale_key: str) -> ResponseReturnValue:
    """What taking back this much would do; moves nothing."""
    card = found_card(member_id)
    sale = _sale(card, sale_key)
    form = return_form(sale)
    form.validate()
    return _page(card, sale, form)


@blueprint.post("/till/card/<member_id>/return/<sale_key>")
@requires(*STAFF, till=True)
def take_back(member_id: str, sale_key: str) -> ResponseReturnValue:
    """Take the goods back, just as was said: 303 to what was done, or the page with what is so now."""
    card = found_card(member_id)
    sale = _sale(card, sale_key)
    form = return_form(sale)
    key = posting_key(visitor().actor, form.key.key)
    try:
        posted = _take_back(sale, form, key) if form.validate() else None
    except Refusal as refusal:
        return _refused(card, sale, form, refusal)
    if posted is None:
        return _page(card, sale, form, 422)
    return see("till.done", member_id=card.member_id, posting_id=posted.posting_id)


def _take_back(sale: SaleFound, form: ReturnForm, key: str) -> Posting:
    at, actor, reason = clock.now(), visitor().actor, (form.reason.data or "").strip() or None
    with transaction():
        return returning.take_back(sale, form.typed_lines(), reason, said=form.said.data, key=key, actor=actor, at=at)


def _sale(card: Card, sale_key: str) -> SaleFound:
    try:
        return returning.sale_of(card, ids.parse_id(sale_key), place=here())
    except ids.NotAnId:
        raise returning.NotOnThisCard from None


def _refused(card: Card, sale: SaleFound, form: ReturnForm, refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, PointsRefusal):
        proving.keep_refusal(refusal)
    if wants_json():
        return refusal_page(refusal)
    form.key.data = new_key()  # what was refused is final for its key
    if not form.refuse_what_is_over():
        form.form_errors.append(say(refusal))
    return _page(card, sale, form, refusal.status)


def _foreseen(sale: SaleFound, form: ReturnForm) -> tuple[Foreseen | None, str]:
    """What taking back what is typed would do; or else why it cannot be, unless a field says so itself."""
    if sale.is_returned_whole or any(field.errors for _, _, field in form.rows):
        return None, ""
    try:
        return returning.foresee(sale, form.typed_lines(), at=clock.now()), ""
    except PointsRefusal as refusal:
        return None, "" if form.refuse_what_is_over() else say(refusal)


def _ask(card: Card, form: ReturnNumberForm, status: int = 200) -> ResponseReturnValue:
    return page("till/return_number.html", status, card=card, form=form, form_errors=form.errors)


def _page(card: Card, sale: SaleFound, form: ReturnForm, status: int = 200) -> ResponseReturnValue:
    foreseen, problem = _foreseen(sale, form)
    form.said.data = returning.mark_of(foreseen) if foreseen else ""
    told = {"effect": foretold(foreseen) if foreseen else problem, "take": button_text(foreseen)}
    if wants_json():
        errors = {field.name: str(field.errors[0]) for _, _, field in form.rows if field.errors}
        off = [] if foreseen else ["take"]
        return jsonify(texts=told, values={"said": form.said.data}, disabled=off, errors=errors)
    shown = {"card": card, "sale": sale, "sale_key": ledger.sale_key(*returning.named(sale)), "form": form}
    shown |= {"form_errors": form.errors, "told": told, "problem": problem}
    return page("till/return.html", 422 if status == 200 and form.errors else status, **shown)
