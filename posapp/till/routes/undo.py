"""What was done, and taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from posapp.core import clock, ids
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.members.queries import UnknownMember
from posapp.points import queries as ledger
from posapp.points.posting import Posting
from posapp.points.refusals import PointsRefusal
from posapp.staff import sessions
from posapp.till import proving, undoing
from posapp.till.cards import is_open
from posapp.till.forms import UndoForm
from posapp.till.keys import posting_key
from posapp.till.routes.effects import done_text
from posapp.till.routes.found import found_card
from posapp.till.routes.pages import blueprint
from posapp.web.access import me, requires, visitor
from posapp.web.errors import refusal as refusal_page
from posapp.web.pages import page, see

STAFF = (Role.CASHIER, Role.MANAGER)
HOME_AFTER_SECONDS = 3


@blueprint.get("/till/done/<member_id>/<posting_id>")
@requires(*STAFF, till=True)
def done(member_id: str, posting_id: str) -> ResponseReturnValue:
    """What has just happened, in large letters; home by itself, with an undo for some seconds."""
    shown = found_card(member_id)
    posting = ledger.posting(shown.account.member_id, _parsed(posting_id))
    if posting is None:
        raise UnknownMember
    last = undoing.last_done(me(), clock.now())
    mine = last if last is not None and last.posting_id == posting.posting_id else None
    is_undo = undoing.has_undone(me(), posting)
    told = {"is_undo": is_undo, "moved": done_text(posting)}
    told["home_after"] = None if _waits(posting, is_undo) else HOME_AFTER_SECONDS
    return page("till/done.html", card=shown, posting=posting, done=mine, **told)


@blueprint.post("/till/undo")
@requires(*STAFF, till=True)
def undo() -> ResponseReturnValue:
    """Take the last operation of this shift back, within its seconds."""
    form = UndoForm()
    try:
        posted = _undo(form.posting.data, posting_key(visitor().actor, form.key.key))
    except PointsRefusal as refusal:
        proving.keep_refusal(refusal)
        return refusal_page(refusal)
    if is_open(posted.member_id, me()):
        return see("till.done", member_id=posted.member_id, posting_id=posted.posting_id)
    flash(gettext("Undone: the receipt counts no more"), "ok")
    return see("till.home")


def _parsed(posting_id: str) -> UUID:
    try:
        return ids.parse_id(posting_id)
    except ids.NotAnId:
        raise UnknownMember from None


def _waits(posting: Posting, is_undo: bool) -> bool:
    """Does the page stay until the cashier leaves it? With a new card comes a receipt, with a return money to pay."""
    return posting.kind == "open" or (posting.kind == "return" and not is_undo)


def _undo(shown: str | None, key: str) -> Posting:
    at, actor = clock.now(), visitor().actor
    with transaction():
        posted = undoing.undo_last(me(), shown, key=key, actor=actor, at=at)
        sessions.mark_undone(me())
    return posted
