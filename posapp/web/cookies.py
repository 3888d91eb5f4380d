"""How the web's own cookies are called, and where they may travel."""

from __future__ import annotations

from datetime import timedelta

from flask.wrappers import Response

from posapp import settings


def name(plain: str) -> str:
    """The cookie's name: with the ``__Host-`` prefix, which binds it to https and to this host, in production."""
    return f"__Host-{plain}" if settings.current().is_production else plain


def put(answer: Response, plain: str, value: str, life: timedelta) -> None:
    """Give the browser a cookie that only we can read, and that no other site's page can send."""
    secure = settings.current().is_production
    answer.set_cookie(name(plain), value, max_age=life, httponly=True, samesite="Strict", secure=secure)


def drop(answer: Response, plain: str) -> None:
    """Take it back."""
    secure = settings.current().is_production
    answer.delete_cookie(name(plain), httponly=True, samesite="Strict", secure=secure)
