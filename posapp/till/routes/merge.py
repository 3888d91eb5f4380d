"""Merging two cards at the till, with the customer there: a number, what will happen, and a code to that number."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.till import merging
from posapp.till.cards import Card
from posapp.till.dialling import dialling_of
from posapp.till.forms import MergeForm
from posapp.till.merging import Leaving
from posapp.till.routes.found import found_card
from posapp.till.routes.pages import blueprint
from posapp.web import idempotency
from posapp.web.access import here, me, requires, visitor
from posapp.web.idempotency import Answer
from posapp.web.pages import page
from posapp.web.places import shown_by


@blueprint.get("/till/card/<member_id>/merge")
@requires(Role.MANAGER, till=True)
def merge(member_id: str) -> ResponseReturnValue:
    """Which card shall be emptied into this one?"""
    return _ask(found_card(member_id), _form())


@blueprint.post("/till/card/<member_id>/merge")
@requires(Role.MANAGER, till=True)
@shown_by("till.merge")
def look_at_merge(member_id: str) -> ResponseReturnValue:
    """What will happen, before anything does."""
    living, form = found_card(member_id), _form()
    if not form.validate():
        return _ask(living, form, status=422)
    try:
        return _say(living, form, _leaving(living, form))
    except Refusal as refusal:
        return _refused(living, form, refusal)


@blueprint.post("/till/card/<member_id>/merge/code")
@requires(Role.MANAGER, till=True)
@shown_by("till.merge")
def ask_merge_code(member_id: str) -> ResponseReturnValue:
    """Send a code to the number of the card to be emptied; on to the code page."""
    living, form = found_card(member_id), _form()
    key = form.key.key
    if not form.validate():
        return _ask(living, form, status=422)
    asked = idempotency.fingerprint("merge", living.member_id, form.phone.value.e164)
    try:
        return idempotency.once(here().till_id, key, asked, lambda: _send(living, form, key, asked)).response()
    except Refusal as refusal:
        return _refused(living, form, refusal)


def _send(living: Card, form: MergeForm, key: UUID, asked: bytes) -> Answer:
    leaving = _leaving(living, form)
    with transaction():
        started = merging.ask_code(living, leaving, seen=visitor(), at=clock.now())
        answer = Answer(202, url_for("till.code", challenge_id=started.challenge_id))
        return idempotency.remember(here().till_id, key, asked, answer)


def _leaving(living: Card, form: MergeForm) -> Leaving:
    actor, at = visitor().actor, clock.now()
    return merging.look_at(living, form.phone.value, place=here(), person=me(), actor=actor, at=at)


def _form() -> MergeForm:
    form = MergeForm()
    form.phone.region = here().region
    return form


def _refused(living: Card, form: MergeForm, refusal: Refusal) -> ResponseReturnValue:
    form.refuse("phone", refusal)
    return _ask(living, form, status=refusal.status)


def _ask(living: Card, form: MergeForm, *, status: int = 200) -> ResponseReturnValue:
    if form.phone.data is None:
        form.phone.data = f"+{dialling_of(here().region).code} "
    return page("till/merge.html", status, card=living, form=form, form_errors=form.errors)


def _say(living: Card, form: MergeForm, leaving: Leaving) -> ResponseReturnValue:
    return page("till/merge_confirm.html", card=living, form=form, leaving=leaving)
