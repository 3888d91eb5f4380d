"""The doors: signing in to the back office, and opening, locking, unlocking and ending a shift at a till.

The till's doors ask for the till alone: they are where somebody without an unlocked shift is sent.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from posapp import settings
from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.errors import Refusal
from posapp.core.ids import NotAnId, parse_id
from posapp.staff import credentials, office, pins, queries, sessions, shifts, unlocking
from posapp.staff.credentials import Door, Known, NotSignedIn
from posapp.staff.forms import ChoosePinForm, SignInForm, UnlockForm
from posapp.stores import cookie
from posapp.web import parking
from posapp.web.access import Person, Visitor, at_till, here, public, request_id, requires, visitor
from posapp.web.forms import Form
from posapp.web.headers import fresh_session
from posapp.web.locale import LANGUAGE_COOKIE
from posapp.web.pages import page, see, wants_json

blueprint = Blueprint("staff", __name__)
A_YEAR_SECONDS = 31_536_000


@blueprint.app_context_processor
def _lock_idle_seconds() -> dict[str, int]:
    """For the script that covers a till which nobody touches; the server locks it by its own clock."""
    return {"lock_idle_seconds": settings.current().shift_lock_idle_seconds}


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """The front door: to the work of whoever is here."""
    if _office_person() is not None:
        return see("staff.manager")
    return see("till.home" if visitor().till else "staff.sign_in")


@blueprint.get("/manager")
@requires(Role.MANAGER)
def manager() -> ResponseReturnValue:
    """A manager begins with the report."""
    return see("reports.enrolment")


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The back office's door."""
    return page("staff/sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
@public
def check_sign_in() -> ResponseReturnValue:
    """Login and password for the back office."""
    form = SignInForm()
    known, status = _known(form, Door.OFFICE)
    if known is None:
        return _again("staff/sign_in.html", form, status)
    _make_way()
    value = office.open_session(known, request_id=request_id(), at=clock.now())
    return _let_in(parking.resume() or see("staff.manager"), value, known.language)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Out of the back office; a shift ends in its own way."""
    person = _office_person()
    if person is None:
        return see("staff.sign_in")
    office.leave(person, "signed_out", actor=visitor().actor, at=clock.now())
    return _let_out(see("staff.sign_in"))


@blueprint.get("/till/sign-in")
@at_till
def till_sign_in() -> ResponseReturnValue:
    """The till's door: the password opens a shift."""
    return _till_door(SignInForm())


@blueprint.post("/till/sign-in")
@at_till
def check_till_sign_in() -> ResponseReturnValue:
    """Login and password at a till."""
    form = SignInForm()
    known, status = _known(form, Door.TILL)
    if known is None:
        return _till_door(form, status)
    try:
        value = shifts.open_shift(known, here=_here(), at=clock.now())
    except shifts.OtherStore as refusal:
        _refuse(form, "login", refusal)
        return _till_door(form, refusal.status)
    _leave_office()
    return _let_in(see("staff.choose_pin"), value, known.language)


@blueprint.get("/till/pin")
@at_till
def choose_pin() -> ResponseReturnValue:
    """A shift that has just begun gets its six digits."""
    if _person("choose_pin") is None:
        return see("till.home")
    return page("staff/choose_pin.html", form=ChoosePinForm())


@blueprint.post("/till/pin")
@at_till
def keep_pin() -> ResponseReturnValue:
    """The six digits were chosen."""
    person, form = _person("choose_pin"), ChoosePinForm()
    if person is None:
        raise sessions.SessionOver
    try:
        if not form.validate():
            return _again("staff/choose_pin.html", form)
        value = shifts.choose_pin(person, form.pin.data, actor=visitor().actor, at=clock.now())
    except (pins.PinShape, pins.PinTooEasy) as refusal:
        _refuse(form, "pin", refusal)
        return _again("staff/choose_pin.html", form)
    return _let_in(parking.resume() or see("till.home"), value)


@blueprint.post("/till/lock")
@at_till
def lock() -> ResponseReturnValue:
    """One tap, and the till is behind the PIN."""
    person = _person("active")
    if person is not None:
        shifts.lock(person, actor=visitor().actor, at=clock.now())
    return see("staff.unlock")


@blueprint.get("/till/unlock")
@at_till
def unlock() -> ResponseReturnValue:
    """Who has a shift here, and the PIN of the one who is chosen."""
    return _unlock_page(UnlockForm(), request.args.get("shift"))


@blueprint.post("/till/unlock")
@at_till
def check_unlock() -> ResponseReturnValue:
    """The PIN was typed."""
    form = UnlockForm()
    if not form.validate():
        return _unlock_page(form, form.shift.data)
    try:
        unlocked = unlocking.unlock(_id(form.shift.data), form.pin.data, holder=_holder(), here=_here(), at=clock.now())
    except (pins.PinShape, unlocking.PinWrong) as refusal:
        _refuse(form, "pin", refusal)
        return _unlock_page(form, form.shift.data)
    except unlocking.ShiftOver as refusal:
        again = SignInForm(formdata=None)
        _refuse(again, "login", refusal)
        return _till_door(again, refusal.status)
    _leave_office()
    if unlocked.is_switch:  # the form that waits is the former's
        return _let_in(parking.forget(see("till.home")), unlocked.cookie, unlocked.language)
    return _let_in(parking.resume() or see("till.home"), unlocked.cookie)


@blueprint.post("/till/end-shift")
@at_till
def end_shift() -> ResponseReturnValue:
    """The cashier goes home. A locked shift is ended by nobody but its time."""
    person = _person("active", "choose_pin")
    if person is None:
        return see("staff.unlock")
    office.leave(person, "ended_by_person", actor=visitor().actor, at=clock.now())
    return _let_out(see("staff.till_sign_in"))


def _known(form: SignInForm, door: Door) -> tuple[Known | None, int]:
    """Whose login and password these are; nobody and a status when the form now says what is wrong."""
    if not form.validate():
        return None, 422
    seen = visitor()
    nobody = Visitor(seen.till, None, seen.request_id).actor
    try:
        login, password = str(form.login.data), str(form.password.data)
        return credentials.check(login, password, door=door, actor=nobody, at=clock.now()), 200
    except NotSignedIn as refusal:
        _refuse(form, "password", refusal)
        return None, refusal.status


def _refuse(form: Form, name: str, refusal: Refusal) -> None:
    """The refusal at its field; JSON callers get it as it is."""
    if wants_json():
        raise refusal
    form.refuse(name, refusal)


def _again(template: str, form: Form, status: int = 422, **context: Any) -> Response:
    return page(template, status, form=form, form_errors=form.errors, **context)


def _till_door(form: SignInForm, status: int = 200) -> Response:
    place = here()
    locked = queries.open_shifts(place.till_id, place.store_id, clock.now())
    return _again("staff/till_sign_in.html", form, status, shifts=locked)


def _unlock_page(form: UnlockForm, chosen: str | None) -> Response:
    place = here()
    found = queries.open_shifts(place.till_id, place.store_id, clock.now())
    if not found:
        return see("staff.till_sign_in")
    wanted = (chosen, str(_holder()))
    shift = next((each for want in wanted for each in found if str(each.session_id) == want), found[0])
    return _again("staff/unlock.html", form, 422 if form.errors else 200, shifts=found, chosen=shift)


def _person(*states: str) -> Person | None:
    """Who is in a shift at this till, in one of the states."""
    person = visitor().person
    at_this_till = person is not None and person.session_subject == here().till_id
    return person if person is not None and at_this_till and person.state in states else None


def _holder() -> Any:
    person = visitor().person
    return person.session_id if person else None


def _id(text: Any) -> Any:
    try:
        return parse_id(text)
    except NotAnId:
        raise unlocking.ShiftOver from None


def _here() -> shifts.AtTill:
    return shifts.AtTill(here(), request_id())


def _office_person() -> Person | None:
    person = visitor().person
    return person if person is not None and person.session_subject == person.staff_id else None


def _leave_office() -> None:
    """One browser is one person: whoever works at the till now is not in the back office."""
    person = _office_person()
    if person is not None:
        office.leave(person, "left_for_till", actor=visitor().actor, at=clock.now())


def _make_way() -> None:
    """Somebody signs in to the back office here: their own earlier sign-in ends, a shift waits behind its PIN."""
    person = visitor().person
    if _office_person() is not None and person is not None:
        office.leave(person, "signed_in_again", actor=visitor().actor, at=clock.now())
    elif person is not None and person.state == "active":
        shifts.lock(person, actor=visitor().actor, at=clock.now())


def _let_in(answer: Response, value: str, language: str | None = None) -> Response:
    """The new secret, a new form token, and the person's own language where another person begins."""
    fresh_session()
    secure = cookie.is_secure()
    answer.set_cookie(cookie.name(cookie.SESSION), value, secure=secure, httponly=True, samesite="Strict")
    if language:
        answer.set_cookie(
            LANGUAGE_COOKIE, language, max_age=A_YEAR_SECONDS, secure=secure, httponly=True, samesite="Strict"
        )
    return answer


def _let_out(answer: Response) -> Response:
    fresh_session()
    answer.delete_cookie(cookie.name(cookie.SESSION), secure=cookie.is_secure(), httponly=True, samesite="Strict")
    return answer
