"""Static files: an address that changes with the content is cached for a year, any other is asked for anew."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory, url_for

from posapp.web.access import public

STATIC = Path(__file__).parents[2] / "static"
A_YEAR_SECONDS = 31_536_000

blueprint = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(asset)


def asset(name: str) -> str:
    """The address of ``static/<name>`` with its content's mark."""
    return url_for("assets.static", name=name, v=_mark(name, (STATIC / name).stat().st_mtime_ns))


@blueprint.get("/static/<path:name>")
@public
def static(name: str) -> Response:
    """One static file."""
    answer = send_from_directory(STATIC, name, conditional=True, etag=True)
    marked = request.args.get("v") == _mark(name, (STATIC / name).stat().st_mtime_ns)
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable" if marked else "no-cache"
    return answer


@lru_cache(maxsize=256)
def _mark(name: str, _changed_ns: int) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
