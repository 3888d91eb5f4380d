"""The pages of the tills: a tablet is let in here, and the manager makes its code or puts it out."""

from __future__ import annotations

import segno
from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from markupsafe import Markup

from posapp import settings
from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.ids import parse_id
from posapp.stores import cookie, queries, service
from posapp.stores.forms import SetupForm
from posapp.web.access import me, public, request_id, requires, visitor
from posapp.web.headers import fresh_session
from posapp.web.pages import page, see, wants_json

blueprint = Blueprint("stores", __name__)
QR_MODULE_PIXELS = 6


@blueprint.get("/till/setup")
@public
def setup() -> ResponseReturnValue:
    """Where a tablet becomes a till."""
    return page("stores/setup.html", form=SetupForm(), place=visitor().till)


@blueprint.post("/till/setup")
@public
def enrol() -> ResponseReturnValue:
    """The code was typed: keep the till's cookie from now on, and nobody's sign-in."""
    form = SetupForm()
    if not form.validate():
        return page("stores/setup.html", 422, form=form, form_errors=form.errors, place=visitor().till)
    try:
        enrolled = service.enrol_till(str(form.code.data), at=clock.now(), request_id=request_id())
    except service.TillCodeRefused as refusal:
        if wants_json():
            raise
        form.refuse("code", refusal)
        return page("stores/setup.html", refusal.status, form=form, form_errors=form.errors, place=visitor().till)
    fresh_session()
    return _keep(see("staff.till_sign_in"), enrolled.cookie)


@blueprint.get("/manager/tills")
@requires(Role.MANAGER)
def tills() -> ResponseReturnValue:
    """The tills of the manager's own stores."""
    zones = {store.store_id: store.timezone for store in queries.stores(me().store_ids)}
    return page("stores/tills.html", tills=queries.tills(me().store_ids), zones=zones)


@blueprint.post("/manager/tills/<till_id>/code")
@requires(Role.MANAGER)
def make_code(till_id: str) -> ResponseReturnValue:
    """A new one-time code, shown once, with a QR that carries it where no server reads: behind the #."""
    till = queries.till(parse_id(till_id), me().store_ids)
    code = service.make_till_code(till.till_id, store_ids=me().store_ids, actor=visitor().actor, at=clock.now())
    address = f"{settings.current().base_url.rstrip('/')}/till/setup"
    minutes = settings.current().till_code_life_seconds // 60
    return page("stores/code.html", till=till, code=code, address=address, qr=_qr(f"{address}#{code}"), minutes=minutes)


@blueprint.post("/manager/tills/<till_id>/revoke")
@requires(Role.MANAGER)
def revoke(till_id: str) -> ResponseReturnValue:
    """Put a tablet out."""
    service.revoke_till(parse_id(till_id), store_ids=me().store_ids, actor=visitor().actor, at=clock.now())
    return see("stores.tills")


def _keep(answer: Response, value: str) -> Response:
    answer.set_cookie(
        cookie.name(cookie.TILL), value, max_age=cookie.TILL_LIFE_SECONDS, secure=cookie.is_secure(), httponly=True,
        samesite="Strict",
    )  # fmt: skip
    answer.delete_cookie(cookie.name(cookie.SESSION), secure=cookie.is_secure(), httponly=True, samesite="Strict")
    return answer


def _qr(text: str) -> Markup:
    """The picture as SVG made of the code's own squares; nothing that was typed is in it."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=QR_MODULE_PIXELS, border=4, dark="#16212C", light="#FFFFFF"))  # noqa: S704
