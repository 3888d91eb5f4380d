"""The few pages that belong to no feature: the choice of language, and the form that waited."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from posapp.core.actor import Role
from posapp.web import parking, waiting
from posapp.web.access import me, public, requires
from posapp.web.locale import remember
from posapp.web.pages import page
from posapp.web.places import FRONT_DOOR, is_own

blueprint = Blueprint("web", __name__)


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    """Speak another language from now on, on the page one came from."""
    came_from = request.form.get("next", "")
    answer = make_response(redirect(came_from if is_own(came_from) else FRONT_DOOR, 303))
    return remember(answer, request.form.get("lang"))


@blueprint.get("/resume")
@requires(*Role)
def resume() -> ResponseReturnValue:
    """The form that waited for its cashier to sign in again, one tap from being sent."""
    form = parking.waiting_for(me())
    if form is None:
        return redirect(url_for("staff.home"), 303)
    return page("web/resume.html", form=form, shown=waiting.readable(form["fields"]))
