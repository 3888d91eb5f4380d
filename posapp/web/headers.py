"""What every answer carries, and the checks that every unsafe request passes before its route."""

from __future__ import annotations

from flask import Flask, Response, abort, request, session
from flask_wtf import CSRFProtect

from posapp import settings
from posapp.web.access import request_id

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HSTS = "max-age=63072000; includeSubDomains"

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    app.before_request(_hold_origin)
    csrf.init_app(app)
    app.after_request(_dress)


def fresh_session() -> None:
    """A new browser session, and so a new token: called whenever somebody signs in, unlocks or leaves."""
    session.clear()


def _hold_origin() -> None:
    """An unsafe request comes from our own pages or not at all, whatever token it carries."""
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none") or origin not in (None, request.host_url.rstrip("/")):
        abort(403)


def _dress(answer: Response) -> Response:
    for name, value in ALWAYS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["X-Request-Id"] = request_id()
    if settings.current().is_production:
        answer.headers["Strict-Transport-Security"] = HSTS
    return answer
