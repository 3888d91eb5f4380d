"""What people see when something is refused or broken: one sentence, in their language, that says what to do."""

from __future__ import annotations

import structlog
from flask import Flask, request
from flask.wrappers import Response
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from posapp.core.errors import Refusal
from posapp.core.faults import described, trail
from posapp.core.text import N_
from posapp.web import gate, headers
from posapp.web.access import visitor
from posapp.web.locale import say
from posapp.web.pages import page, refused, wants_json

log = structlog.get_logger(__name__)

SENTENCES = {
    400: N_("This request could not be read. Go back, check what was typed and send it again."),
    401: N_("You are not signed in any more. Sign in and go on."),
    403: N_("This is not open to you. Ask your manager if you need it."),
    404: N_("There is nothing here. Go back and look again."),
    405: N_("This page cannot be used that way. Go back and use its buttons."),
    409: N_("This was already done or has changed meanwhile. Open the page again."),
    410: N_("The time for this has passed. Begin again."),
    413: N_("Too much was sent at once. Send less."),
    415: N_("This kind of content is not accepted. Send a form or JSON."),
    422: N_("Something in the form needs another look."),
    429: N_("Too many tries. Wait a little and go on."),
    500: N_("Something broke on our side. Nothing was lost; try again, and tell your manager if it happens twice."),
    503: N_("The till's server is busy or out of space. Nothing was done; try again in a moment."),
}
FORM_EXPIRED = N_("This page was opened before you signed in. Open it again and send it once more.")
RETRY_AFTER_SECONDS = 5


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _broken)


def refusal(found: Refusal) -> Response:
    """A service's no, as a page or JSON with its sentence and status."""
    answer = _answer(found.status, found.code, say(found))
    if "retry_after_seconds" in found.values:
        answer.headers["Retry-After"] = str(found.values["retry_after_seconds"])
    return answer


def _http(found: HTTPException) -> Response:
    if isinstance(found, CSRFError):
        return _from_before() or _answer(403, "csrf", gettext(FORM_EXPIRED))
    if isinstance(found, SecurityError):  # a host that is not ours: no page of ours has an address there
        return Response(gettext(SENTENCES[400]), 400, mimetype="text/plain")
    status = found.code or 500
    if status < 400:
        return Response(found.get_body(), status, found.get_headers())
    answer = _answer(status, f"http_{status}", gettext(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])))
    if status == 405 and found.get_response().headers.get("Allow"):
        answer.headers["Allow"] = found.get_response().headers["Allow"]
    return answer


def _from_before() -> Response | None:
    """A form of ours, from our own page in a till's browser, whose token is of an earlier session: offered again.

    None for everything else: a token that we never made, no sign of where the form came from, no till, odd content.
    """
    if not (headers.is_surely_own() and headers.is_token_of_ours(request.form.get("csrf_token", ""))):
        return None
    if visitor().till is None:
        return None
    try:
        return gate.hold_back()
    except HTTPException:
        return None


def _database(found: OperationalError) -> Response:
    """A locked database, a full disk, a server that is away: nothing was committed, so trying again is safe."""
    log.error("database_unavailable", fault=type(found.orig).__name__, endpoint=request.endpoint)
    answer = _answer(503, "busy", gettext(SENTENCES[503]))
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _broken(found: Exception) -> Response:
    log.error("request_failed", endpoint=request.endpoint, trail=trail(found), **described(found))
    return _answer(500, "broken", gettext(SENTENCES[500]))


def _answer(status: int, code: str, sentence: str) -> Response:
    if wants_json():
        return refused(code, sentence, status)
    return page("errors/refused.html", status, status=status, code=code, sentence=sentence)
