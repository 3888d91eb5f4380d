"""Which page of ours an address belongs to: an address that only takes forms is shown by another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

View = TypeVar("View", bound=Callable[..., Any])
FRONT_DOOR = "/"


@dataclass(frozen=True, slots=True)
class Shown:
    """The page on which a route's form stands."""

    endpoint: str
    fills_in: bool
    """Does the page fill in by itself what waits for it? (``parking.waiting_on``)"""


def shown_by(endpoint: str, *, fills_in: bool = False) -> Callable[[View], View]:
    """The page on which this route's form stands; both take the same values in their addresses."""

    def declare(view: View) -> View:
        view.shown_by = Shown(endpoint, fills_in)  # type: ignore[attr-defined]
        return view

    return declare


def is_own(text: str) -> bool:
    """Is this a path of ours, and never another site's address?"""
    if "\\" in text or not text.isprintable():
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return text.startswith("/") and not text.startswith("//") and not parts.netloc and not parts.scheme


def page_of(path: str) -> str | None:
    """The page that ``path`` opens, or whose form it takes; None when no page of ours does either."""
    if _match(path, "GET") is not None:
        return path
    found = _shown(path)
    return url_for(found[0].endpoint, **found[1]) if found else None


def keeper_of(path: str) -> str | None:
    """The page that fills in by itself a form that ``path`` takes; None where the form is offered on a page apart."""
    found = _shown(path)
    return url_for(found[0].endpoint, **found[1]) if found and found[0].fills_in else None


def again() -> str:
    """An address that shows the page of this answer once more: also where it answers a form that was sent."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.removesuffix("?")
    return page_of(request.path) or _came_from() or FRONT_DOOR


def _came_from() -> str | None:
    """The page of ours on which the form stood."""
    base = request.host_url.rstrip("/")
    path = (request.referrer or "").removeprefix(base)
    return path if is_own(path) and _match(urlsplit(path).path, "GET") is not None else None


def _shown(path: str) -> tuple[Shown, dict[str, Any]] | None:
    found = _match(path, "POST")
    page = getattr(current_app.view_functions[found[0]], "shown_by", None) if found else None
    return (page, found[1]) if found and isinstance(page, Shown) else None


def _match(path: str, method: str) -> tuple[str, dict[str, Any]] | None:
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    return endpoint, dict(values)
