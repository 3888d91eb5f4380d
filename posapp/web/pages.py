"""How a route answers: a page, a file, a redirect after a write, or JSON where the caller asked for it."""

from __future__ import annotations

from typing import Any

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask.wrappers import Response


def page(template: str, status: int = 200, /, **context: Any) -> Response:
    """A rendered template."""
    return make_response(render_template(template, **context), status)


def wants_json() -> bool:
    """Does the caller send or ask for JSON rather than a page?"""
    accept = request.accept_mimetypes
    return request.is_json or accept["application/json"] > accept["text/html"]


def see(endpoint: str, **values: Any) -> Response:
    """After a write: 303 to the page that shows it; for JSON callers 200 with its ``location``."""
    location = url_for(endpoint, **values)
    if wants_json():
        return jsonify(location=location)
    return make_response(redirect(location, 303))


def download(content: bytes, name: str, content_type: str) -> Response:
    """A file to keep, under this name."""
    answer = Response(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def refused(code: str, sentence: str, status: int, **more: Any) -> Response:
    """A refusal for JSON callers: ``{"error": {"code", "sentence"}, …}``."""
    return make_response(jsonify(error={"code": code, "sentence": sentence}, **more), status)
