"""The front door and the back office's."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from posapp.core import clock
from posapp.core.actor import Role
from posapp.staff import office, shifts
from posapp.staff.credentials import Door
from posapp.staff.forms import SignInForm
from posapp.staff.routes.answers import again, blueprint, known_by, leave, let_in, let_out, person_in_office
from posapp.web import parking
from posapp.web.access import public, request_id, requires, visitor
from posapp.web.pages import page, see


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """To the work of whoever is here."""
    if person_in_office() is not None:
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
    known, status = known_by(form, Door.OFFICE)
    if known is None:
        return again("staff/sign_in.html", form, status)
    _make_way()
    value = office.open_session(known, request_id=request_id(), at=clock.now())
    return let_in(parking.resume() or see("staff.manager"), value, known.language)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Out of the back office; a shift ends in its own way."""
    person = person_in_office()
    leave(person, "signed_out")
    answer = see("staff.sign_in")
    return let_out(answer) if person is not None else answer


def _make_way() -> None:
    """Somebody signs in to the back office here: an earlier sign-in ends, a shift waits behind its PIN."""
    leave(person_in_office(), "signed_in_again")
    person = visitor().person
    if person is not None and person_in_office() is None and person.state == "active":
        shifts.lock(person, actor=visitor().actor, at=clock.now())
