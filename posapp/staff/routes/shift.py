"""A shift at a till: the password opens it, six digits are chosen for it, a tap locks it, another ends it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from posapp.core import clock
from posapp.staff import pins, queries, sessions, shifts
from posapp.staff.credentials import Door
from posapp.staff.forms import ChoosePinForm, SignInForm
from posapp.staff.routes.answers import (
    again,
    at_this_till,
    blueprint,
    known_by,
    leave,
    let_in,
    let_out,
    person_in,
    person_in_office,
    refuse,
)
from posapp.web import parking
from posapp.web.access import at_till, here, visitor
from posapp.web.pages import page, see


@blueprint.get("/till/sign-in")
@at_till
def till_sign_in() -> ResponseReturnValue:
    """The till's door: the password opens a shift."""
    return till_door(SignInForm())


@blueprint.post("/till/sign-in")
@at_till
def check_till_sign_in() -> ResponseReturnValue:
    """Login and password at a till."""
    form = SignInForm()
    known, status = known_by(form, Door.TILL)
    if known is None:
        return till_door(form, status)
    try:
        value = shifts.open_shift(known, here=at_this_till(), at=clock.now())
    except shifts.OtherStore as refusal:
        refuse(form, "login", refusal)
        return till_door(form, refusal.status)
    leave(person_in_office(), "left_for_till")
    return let_in(see("staff.choose_pin"), value, known.language)


@blueprint.get("/till/pin")
@at_till
def choose_pin() -> ResponseReturnValue:
    """A shift that has just begun gets its six digits."""
    if person_in("choose_pin") is None:
        return see("till.home")
    return page("staff/choose_pin.html", form=ChoosePinForm())


@blueprint.post("/till/pin")
@at_till
def keep_pin() -> ResponseReturnValue:
    """The six digits were chosen."""
    person, form = person_in("choose_pin"), ChoosePinForm()
    if person is None:
        raise sessions.SessionOver
    if not form.validate():
        return again("staff/choose_pin.html", form)
    try:
        value = shifts.choose_pin(person, form.pin.data, actor=visitor().actor, at=clock.now())
    except (pins.PinShape, pins.PinTooEasy) as refusal:
        refuse(form, "pin", refusal)
        return again("staff/choose_pin.html", form)
    return let_in(parking.resume() or see("till.home"), value)


@blueprint.post("/till/lock")
@at_till
def lock() -> ResponseReturnValue:
    """One tap, and the till is behind the PIN; behind it waits what stood on the page."""
    person = person_in("active")
    if person is not None:
        shifts.lock(person, actor=visitor().actor, at=clock.now())
    answer = see("staff.unlock")
    if person_in("active", "locked") is not None:
        parking.park_page(answer)
    return answer


@blueprint.post("/till/end-shift")
@at_till
def end_shift() -> ResponseReturnValue:
    """The cashier goes home. A locked shift is ended by nobody but its time."""
    person = person_in("active", "choose_pin")
    if person is None:
        return see("staff.unlock")
    leave(person, sessions.ENDED_BY_PERSON)
    return let_out(see("staff.till_sign_in"))


def till_door(form: SignInForm, status: int = 200) -> Response:
    """The page of the till's door; who has a shift here is offered the PIN."""
    place = here()
    locked = queries.open_shifts(place.till_id, place.store_id, clock.now())
    return again("staff/till_sign_in.html", form, status, shifts=locked)
