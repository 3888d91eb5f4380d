"""Pages: the house's health, and the on-screen phone of development."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify
from flask.typing import ResponseReturnValue

from posapp import settings
from posapp.core import clock
from posapp.messaging import health
from posapp.messaging.gateways.console import ENVIRONMENTS, DevPhone
from posapp.messaging.gateways.console.dev_phone import ShownMessage
from posapp.web.access import public
from posapp.web.pages import page

blueprint = Blueprint("messaging", __name__)


@blueprint.get("/health")
@public
def health_check() -> ResponseReturnValue:
    """200 when everything lives, 503 and the reasons otherwise."""
    checks = health.checks(clock.now())
    reasons = [said for said in checks.values() if said != health.OK]
    if reasons:
        return jsonify(status="unwell", checks=checks, reasons=reasons), 503
    return jsonify(status="ok", checks=checks)


@blueprint.get("/dev/phone")
@public
def dev_phone() -> ResponseReturnValue:
    """The customer's phone, on the screen."""
    return page("messaging/phone.html", messages=_on_the_phone())


@blueprint.get("/dev/phone/messages")
@public
def dev_phone_messages() -> ResponseReturnValue:
    """What the phone shows, newest first."""
    return jsonify(
        [{"id": str(each.id), "to": each.to, "text": each.text, "at": each.at.isoformat()} for each in _on_the_phone()]
    )


def _on_the_phone() -> list[ShownMessage]:
    """The texts of the last ten minutes. Outside development there is no such phone."""
    chosen = settings.current()
    if chosen.env not in ENVIRONMENTS:
        abort(404)
    return DevPhone(chosen.data_dir).newest(clock.now())
