"""What every answer carries, and the checks that every unsafe request passes before its route."""

from __future__ import annotations

from flask import Flask, Response, abort, current_app, request, session
from flask_wtf import CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer
from structlog import contextvars

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

TOKEN_SALT = "wtf-csrf-token"  # noqa: S105  # a label, no secret
"""Under which the library signs its form tokens."""

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    app.before_request(_name_in_logs)
    app.before_request(_hold_origin)
    csrf.init_app(app)
    app.after_request(_dress)


def fresh_session() -> None:
    """A new browser session, and so a new token: called whenever somebody signs in, unlocks or leaves."""
    session.clear()


def is_surely_own() -> bool:
    """Does the browser itself say that this request comes from a page of ours?"""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    return site == "same-origin" or (site is None and origin == request.host_url.rstrip("/"))


def is_token_of_ours(token: str) -> bool:
    """Have we made this form token, for whichever session?"""
    secret = current_app.secret_key
    signer = URLSafeTimedSerializer(secret or b"", salt=TOKEN_SALT)
    try:
        signer.loads(token)
    except BadData:
        return False
    return bool(secret)


def _name_in_logs() -> None:
    """Every line that is logged from here on says which request it speaks of; a thread serves one after the other."""
    contextvars.clear_contextvars()
    contextvars.bind_contextvars(request_id=request_id())


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
