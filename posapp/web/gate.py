"""The gate: holds each request against what its route has declared, and says where to go instead."""

from __future__ import annotations

from flask import Flask, Response, abort, current_app, g, make_response, request, url_for
from flask.typing import ResponseReturnValue

from posapp import audit
from posapp.core import clock
from posapp.core.actor import Role
from posapp.web import parking
from posapp.web.access import Access, Visitor, access_of, visitor
from posapp.web.pages import see, wants_json

DOORS = {
    "setup": "stores.setup",
    "till": "staff.till_sign_in",
    "unlock": "staff.unlock",
    "pin": "staff.choose_pin",
    "office": "staff.sign_in",
    "resume": "web.resume",
}
"""Where somebody is sent who lacks a till, a shift, its lock's opening, its PIN, or an office session; and who has
passed them all with a form from before."""


def init_app(app: Flask) -> None:
    app.before_request(_hold)
    app.after_request(_unpark)


def _hold() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        abort(403)
    if access.kind == "public":
        return None
    door = _door(access, visitor())
    if door is not None:
        return _send_to(door)
    if access.kind == "till":
        return None
    _hold_role(access, visitor())
    if not _is_session_for(access, visitor()):
        return _send_to("unlock" if access.till else "office")
    g.let_in = True
    return None


def _unpark(answer: Response) -> Response:
    """Whoever has sent a form since signing in no longer needs the one that waited."""
    served = request.method == "POST" and g.get("let_in") and answer.status_code < 400
    return parking.forget(answer) if served and parking.is_parked() else answer


def _door(access: Access, seen: Visitor) -> str | None:
    """Which door the visitor must pass first; None when the way is free."""
    if access.till and seen.till is None:
        return "setup"
    if access.kind == "till":
        return None
    if seen.person is None:
        return "till" if access.till else "office"
    return {"locked": "unlock", "choose_pin": "pin"}.get(seen.person.state)


def _hold_role(access: Access, seen: Visitor) -> None:
    if seen.person is None or seen.person.role not in access.roles:
        tag, endpoint = audit.AuditTag.ACCESS_REFUSED, request.endpoint or ""
        audit.record_alone(tag, actor=seen.actor, at=clock.now(), reason="role", details={"endpoint": endpoint})
        abort(403)


def _is_session_for(access: Access, seen: Visitor) -> bool:
    """A till's work wants a shift at this till; the back office wants more than a shift's six digits.

    What is open to every role is open from either.
    """
    in_shift = seen.person is not None and seen.till is not None and seen.person.session_subject == seen.till.till_id
    return in_shift if access.till else not in_shift or Role.CASHIER in access.roles


def hold_back() -> Response | None:
    """A form from a page that was opened before somebody signed in or unlocked: parked, never done, and offered again
    behind the door. None on a route that is open without a session."""
    access = access_of(current_app.view_functions[request.endpoint or ""])
    if access is None or access.kind != "staff":
        return None
    return _send_to(_door(access, visitor()) or "resume")


def _send_to(door: str) -> Response:
    """To the door: a look is led there, an act is parked first so that it can be offered again."""
    answer = see(DOORS[door])
    if wants_json():
        answer = make_response({"error": {"code": "no_session"}, "location": url_for(DOORS[door])}, 401)
    if request.method == "POST":
        parking.park(answer)
    return answer
