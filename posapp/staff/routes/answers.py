"""What the doors share: who is here, whose password it was, and the cookies of the answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.wrappers import Response

from posapp import settings
from posapp.core import clock
from posapp.core.errors import Refusal
from posapp.staff import credentials, office, shifts
from posapp.staff.credentials import Door, Known, NotSignedIn
from posapp.staff.forms import SignInForm
from posapp.stores import cookie
from posapp.web.access import Person, Visitor, here, request_id, visitor
from posapp.web.forms import Form
from posapp.web.headers import fresh_session
from posapp.web.locale import remember
from posapp.web.pages import page, refused, wants_json

blueprint = Blueprint("staff", __name__)
WRONG = 422


@blueprint.app_context_processor
def _lock_idle_seconds() -> dict[str, int]:
    """For the script that covers a till which nobody touches; the server locks it by its own clock."""
    return {"lock_idle_seconds": settings.current().shift_lock_idle_seconds}


def known_by(form: SignInForm, door: Door) -> tuple[Known | None, int]:
    """Whose login and password these are; nobody and a status when the form now says what is wrong."""
    if not form.validate():
        return None, WRONG
    seen = visitor()
    nobody = Visitor(seen.till, None, seen.request_id).actor
    try:
        login, password = str(form.login.data), str(form.password.data)
        return credentials.check(login, password, door=door, actor=nobody, at=clock.now()), 200
    except NotSignedIn as refusal:
        refuse(form, "password", refusal)
        return None, refusal.status


def refuse(form: Form, name: str, refusal: Refusal) -> None:
    """The refusal at its field; JSON callers get it as it is."""
    if wants_json():
        raise refusal
    form.refuse(name, refusal)


def again(template: str, form: Form, status: int = WRONG, **context: Any) -> Response:
    """The page with its form, and what is wrong with it; JSON callers get the first sentence and all by field."""
    if form.errors and wants_json():
        problems = {problem.field_id: problem.message for problem in form.problems()}
        return refused("invalid", next(iter(problems.values())), status, fields=problems)
    return page(template, status, form=form, form_errors=form.errors, **context)


def at_this_till() -> shifts.AtTill:
    """Where a shift is to begin or to go on."""
    return shifts.AtTill(here(), request_id())


def person_in(*states: str) -> Person | None:
    """Who is in a shift at this till, in one of the states."""
    person = visitor().person
    if person is None or person.session_subject != here().till_id or person.state not in states:
        return None
    return person


def person_in_office() -> Person | None:
    """Who is signed in to the back office with this browser."""
    person = visitor().person
    return person if person is not None and person.session_subject == person.staff_id else None


def leave(person: Person | None, reason: str) -> None:
    """End the session of somebody who is here."""
    if person is not None:
        office.leave(person, reason, actor=visitor().actor, at=clock.now())


def let_in(answer: Response, value: str, language: str | None = None) -> Response:
    """The new secret, a new form token, and the person's own language where another person begins."""
    fresh_session()
    secure = cookie.is_secure()
    answer.set_cookie(cookie.name(cookie.SESSION), value, secure=secure, httponly=True, samesite="Strict")
    return remember(answer, language)


def let_out(answer: Response) -> Response:
    """Nobody is signed in with this browser any more."""
    fresh_session()
    answer.delete_cookie(cookie.name(cookie.SESSION), secure=cookie.is_secure(), httponly=True, samesite="Strict")
    return answer
