"""Behind the PIN: who has a shift at this till, and the six digits that open it."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from posapp.core import clock
from posapp.core.ids import NotAnId, parse_id
from posapp.staff import pins, queries, unlocking
from posapp.staff.forms import SignInForm, UnlockForm
from posapp.staff.routes.answers import (
    WRONG,
    again,
    at_this_till,
    blueprint,
    leave,
    let_in,
    person_in_office,
    refuse,
)
from posapp.staff.routes.shift import till_door
from posapp.staff.unlocking import Unlocked
from posapp.web import parking
from posapp.web.access import at_till, here, visitor
from posapp.web.pages import see


@blueprint.get("/till/unlock")
@at_till
def unlock() -> ResponseReturnValue:
    """Who has a shift here, and the PIN of the one who is chosen."""
    return _page(UnlockForm(), request.args.get("shift"))


@blueprint.post("/till/unlock")
@at_till
def check_unlock() -> ResponseReturnValue:
    """The PIN was typed."""
    form = UnlockForm()
    if not form.validate():
        return _page(form, form.shift.data)
    try:
        unlocked = _unlock(form)
    except (pins.PinShape, unlocking.PinWrong) as refusal:
        refuse(form, "pin", refusal)
        return _page(form, form.shift.data)
    except unlocking.ShiftOver as refusal:
        return _password_again(refusal)
    return _welcome(unlocked)


def _unlock(form: UnlockForm) -> Unlocked:
    try:
        shift_id = parse_id(form.shift.data)
    except NotAnId:
        raise unlocking.ShiftOver from None
    return unlocking.unlock(shift_id, form.pin.data, holder=_holder(), here=at_this_till(), at=clock.now())


def _welcome(unlocked: Unlocked) -> Response:
    """Back to work. The form that waits in this browser belongs to whoever sent it, and goes when another comes."""
    leave(person_in_office(), "left_for_till")
    if unlocked.is_switch:
        return let_in(parking.forget(see("till.home")), unlocked.cookie, unlocked.language)
    return let_in(parking.resume() or see("till.home"), unlocked.cookie)


def _password_again(refusal: unlocking.ShiftOver) -> Response:
    form = SignInForm(formdata=None)
    refuse(form, "login", refusal)
    return till_door(form, refusal.status)


def _page(form: UnlockForm, chosen: str | None) -> Response:
    """The one who is chosen, else whose till it was, else the one seen last."""
    place = here()
    found = queries.open_shifts(place.till_id, place.store_id, clock.now())
    if not found:
        return see("staff.till_sign_in")
    wanted = (chosen, str(_holder()))
    shift = next((each for want in wanted for each in found if str(each.session_id) == want), found[0])
    return again("staff/unlock.html", form, WRONG if form.errors else 200, shifts=found, chosen=shift)


def _holder() -> UUID | None:
    person = visitor().person
    return person.session_id if person else None
