"""The few pages that belong to no feature: the choice of language, and the form that waited."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from posapp import settings
from posapp.core.actor import Role
from posapp.web import parking
from posapp.web.access import public, requires
from posapp.web.locale import LANGUAGE_COOKIE, LANGUAGES
from posapp.web.pages import page

blueprint = Blueprint("web", __name__)
A_YEAR_SECONDS = 31_536_000


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    """Speak another language from now on, on the page one came from."""
    answer = redirect(_own_path(request.form.get("next", "")), 303)
    chosen = request.form.get("lang")
    if chosen in LANGUAGES:
        secure = settings.current().is_production
        answer.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=A_YEAR_SECONDS, httponly=True, samesite="Strict", secure=secure
        )
    return answer


@blueprint.get("/resume")
@requires(*Role)
def resume() -> ResponseReturnValue:
    """The form that waited for its cashier to sign in again, one tap from being sent."""
    form = parking.waiting()
    if form is None:
        return redirect(url_for("staff.home"), 303)
    return page("web/resume.html", form=form)


def _own_path(text: str) -> str:
    """A path of ours, or the front door: never another site's address."""
    parts = urlsplit(text)
    own = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return text if own and "\\" not in text else url_for("staff.home")
