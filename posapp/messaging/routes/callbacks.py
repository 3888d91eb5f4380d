"""Where providers call. The address ends in a secret; each gateway checks its provider's signature besides."""

from __future__ import annotations

import structlog
from flask import Response, abort, request

from posapp import settings
from posapp.core import clock
from posapp.messaging import callbacks
from posapp.messaging.gateways.protocol import Callback, Gateway
from posapp.messaging.gateways.registry import GatewayRefused, at_hand
from posapp.messaging.routes.pages import blueprint
from posapp.web.access import public
from posapp.web.headers import csrf

log = structlog.get_logger(__name__)

BODY_BYTES_MAX = 256 * 1024
"""A hundred receipts at once, which is the most that a provider sends."""

FORM_PARTS_MAX = 200


@blueprint.post("/gateways/<name>/<token>")
@public
def gateway_callback(name: str, token: str) -> Response:
    """A provider brings receipts or inbound texts."""
    return _taken(name, token)


csrf.exempt(gateway_callback)  # a provider has no session of ours; it proves itself in another way


@blueprint.get("/gateways/<name>/<token>")
@public
def gateway_callback_by_get(name: str, token: str) -> Response:
    """The same from a provider that can only ask: the one GET that keeps what it brings, for Kannel knows no other."""
    return _taken(name, token)


def _taken(name: str, token: str) -> Response:
    request.max_content_length = request.max_form_memory_size = BODY_BYTES_MAX
    request.max_form_parts = FORM_PARTS_MAX
    gateway, at = _gateway(name), clock.now()
    callback = Callback(
        method=request.method,
        token=token,
        query_string=request.query_string.decode("latin-1"),
        query=tuple(request.args.items(multi=True)),
        headers={header.lower(): value for header, value in request.headers.items()},
        body=request.get_data(cache=True),
        form=tuple(request.form.items(multi=True)),
        received_at=at,
    )
    answer = callbacks.take(gateway, callback, at)
    return Response(answer.body, answer.status, content_type=answer.content_type)


def _gateway(name: str) -> Gateway:
    """The gateway that is called: 404 where the settings name no such one, 503 while its account is wrong."""
    try:
        gateway = at_hand(name, settings.current())
    except GatewayRefused as refused:
        log.error("gateway_refused", reason=str(refused))
        abort(503)
    return gateway if gateway is not None else abort(404)
