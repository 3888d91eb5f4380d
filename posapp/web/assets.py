"""Static files: an address that changes with the content is cached for a year, any other is asked for anew.

Texts go compressed to whoever takes them so. Pages never do: they carry tokens beside what people have typed, and the
length of a compressed page would tell of the one to whoever chooses the other.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request, send_file, url_for
from werkzeug.security import safe_join

from posapp.web.access import public

STATIC = Path(__file__).parents[2] / "static"
A_YEAR_SECONDS = 31_536_000
TEXTS = frozenset({".css", ".js", ".svg"})

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
    place = safe_join(str(STATIC), name)
    if place is None or not Path(place).is_file():
        abort(404)
    changed_ns = Path(place).stat().st_mtime_ns
    mark = _mark(name, changed_ns)
    answer = _answer(name, changed_ns, mark)
    marked = request.args.get("v") == mark
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable" if marked else "no-cache"
    return answer


def _answer(name: str, changed_ns: int, mark: str) -> Response:
    """The file, or 304. The compressed file is another thing with another tag."""
    if Path(name).suffix not in TEXTS:
        return send_file(STATIC / name, etag=mark)
    if request.accept_encodings["gzip"] > 0:
        small = BytesIO(_compressed(name, changed_ns))
        answer = send_file(small, download_name=Path(name).name, etag=f"{mark}-gzip")
        answer.content_encoding = "gzip"
    else:
        answer = send_file(STATIC / name, etag=mark)
    answer.vary.add("Accept-Encoding")
    return answer


@lru_cache(maxsize=256)
def _mark(name: str, _changed_ns: int) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=256)
def _compressed(name: str, _changed_ns: int) -> bytes:
    """Once per process and content."""
    return gzip.compress((STATIC / name).read_bytes(), mtime=0)
