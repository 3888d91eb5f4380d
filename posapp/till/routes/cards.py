"""The manager's cards: find one by its number, look at it, adjust it, freeze it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.points import adjustment_request
from posapp.points.posting import Posting
from posapp.points.refusals import ApprovalRequired, PointsRefusal
from posapp.stores import queries as stores
from posapp.till import adjusting, finding, freezing, proving
from posapp.till.card_file import card_file
from posapp.till.cards import is_own
from posapp.till.keys import posting_key
from posapp.till.routes.found import found_id
from posapp.till.routes.office_forms import ADD, AdjustForm, FindCardForm, FreezeForm
from posapp.till.routes.pages import blueprint
from posapp.till.words import LOTS, POSTINGS
from posapp.web import idempotency
from posapp.web.access import me, requires, visitor
from posapp.web.idempotency import Answer
from posapp.web.locale import points as grouped
from posapp.web.pages import page, see
from posapp.web.places import shown_by

Turn = Callable[..., Posting]
"""``freeze`` or ``unfreeze``."""


@blueprint.get("/manager/cards")
@requires(Role.MANAGER)
def cards() -> ResponseReturnValue:
    """A customer's whole number; and how many adjustments wait."""
    return _find_page(_find_form())


@blueprint.post("/manager/cards")
@requires(Role.MANAGER)
def find_card() -> ResponseReturnValue:
    """To the card of a number; the number itself goes into no address."""
    form = _find_form()
    if not form.validate():
        return _find_page(form, status=422)
    member_id = finding.find(form.phone.value, person=me(), actor=visitor().actor, at=clock.now())
    return _find_page(form, nobody=True) if member_id is None else see("till.office_card", member_id=member_id)


@blueprint.get("/manager/cards/<member_id>")
@requires(Role.MANAGER)
def office_card(member_id: str) -> ResponseReturnValue:
    """The card that this manager has found: points, terms, history, and what can be done."""
    return _page(found_id(member_id))


@blueprint.post("/manager/cards/<member_id>/adjust")
@requires(Role.MANAGER)
@shown_by("till.office_card")
def adjust(member_id: str) -> ResponseReturnValue:
    """Give or take points; beyond the limit of one person, ask a second one."""
    mine, form = found_id(member_id), AdjustForm()
    key = form.key.key
    if not form.validate():
        return _page(mine, adjust=form, status=422)
    asked = idempotency.fingerprint("adjust", mine, asdict(form.wanted()))
    try:
        return idempotency.once(me().staff_id, key, asked, lambda: _adjust(mine, form, key, asked)).response()
    except PointsRefusal as refusal:
        proving.keep_refusal(refusal)
        form.refuse("points", refusal)
        form.key.data = idempotency.new_key()
        return _page(mine, adjust=form, status=refusal.status)


@blueprint.post("/manager/cards/<member_id>/freeze")
@requires(Role.MANAGER)
@shown_by("till.office_card")
def freeze(member_id: str) -> ResponseReturnValue:
    """The card collects points and spends none from now on."""
    return _turn(found_id(member_id), freezing.freeze)


@blueprint.post("/manager/cards/<member_id>/unfreeze")
@requires(Role.MANAGER)
@shown_by("till.office_card")
def unfreeze(member_id: str) -> ResponseReturnValue:
    """The card may spend again."""
    return _turn(found_id(member_id), freezing.unfreeze)


def _adjust(member_id: UUID, form: AdjustForm, key: UUID, asked: bytes) -> Answer:
    at, actor, author = clock.now(), visitor().actor, me().staff_id
    wanted = form.wanted()
    answer = Answer(200, url_for("till.office_card", member_id=member_id))
    try:
        with transaction():
            adjusting.adjust(
                member_id, wanted, own_card=is_own(me()), author=author, key=posting_key(actor, key), actor=actor, at=at
            )
            idempotency.remember(author, key, asked, answer)
        flash(_said(form), "ok")
    except ApprovalRequired:
        with transaction():
            adjusting.ask(member_id, wanted, author=author, actor=actor, at=at)
            idempotency.remember(author, key, asked, answer)
        flash(gettext("So many points need a second person. The request waits until another manager approves it."))
    return answer


def _said(form: AdjustForm) -> str:
    points = form.points.value
    shown = {"points": grouped(points)}
    if form.direction.data == ADD:
        return str(ngettext("%(points)s point given", "%(points)s points given", points, **shown))
    return str(ngettext("%(points)s point taken away", "%(points)s points taken away", points, **shown))


def _turn(member_id: UUID, turn: Turn) -> ResponseReturnValue:
    form, actor = FreezeForm(), visitor().actor
    key = posting_key(actor, form.key.key)
    if not form.validate():
        return _page(member_id, freeze=form, status=422)
    try:
        with transaction():
            turn(member_id, form.freeze_reason.data, own_card=is_own(me()), key=key, actor=actor, at=clock.now())
    except PointsRefusal as refusal:
        proving.keep_refusal(refusal)
        form.refuse("freeze_reason", refusal)
        form.key.data = idempotency.new_key()
        return _page(member_id, freeze=form, status=refusal.status)
    return see("till.office_card", member_id=member_id)


def _find_form() -> FindCardForm:
    form = FindCardForm()
    form.phone.region = stores.shop().region
    return form


def _find_page(form: FindCardForm, *, nobody: bool = False, status: int = 200) -> ResponseReturnValue:
    waiting = adjustment_request.count_for(me().staff_id, me().store_ids, clock.now())
    return page("till/cards.html", status, form=form, form_errors=form.errors, nobody=nobody, waiting=waiting)


def _page(
    member_id: UUID, *, adjust: AdjustForm | None = None, freeze: FreezeForm | None = None, status: int = 200
) -> ResponseReturnValue:
    at = clock.now()
    file = card_file(member_id, person=me(), at=at)
    wrong = adjust or freeze
    return page(
        "till/card_file.html",
        status,
        file=file,
        now=at,
        adjust=adjust or AdjustForm(formdata=None),
        freeze=freeze or FreezeForm(formdata=None),
        wrong=wrong,
        form_errors=wrong.errors if wrong else None,
        lot_words=LOTS,
        posting_words=POSTINGS,
    )
