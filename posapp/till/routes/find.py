"""Home: whose card is it?"""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from posapp.core import clock
from posapp.core.actor import Role
from posapp.till import finding
from posapp.till.dialling import dialling_of
from posapp.till.forms import FindForm
from posapp.till.routes.pages import blueprint
from posapp.till.undoing import last_done
from posapp.web.access import here, me, requires, visitor
from posapp.web.pages import page, refused, see, wants_json
from posapp.web.places import shown_by


@blueprint.get("/till")
@requires(Role.CASHIER, Role.MANAGER, till=True)
def home() -> ResponseReturnValue:
    """The keypad, and for some seconds the last thing done with its undo."""
    return _home(_form())


@blueprint.post("/till/find")
@requires(Role.CASHIER, Role.MANAGER, till=True)
@shown_by("till.home")
def find() -> ResponseReturnValue:
    """To the card of a number; where it has none, the offer to open one."""
    form = _form()
    if not form.validate():
        return _unreadable(form)
    member_id = finding.find(form.phone.value, person=me(), actor=visitor().actor, at=clock.now())
    if member_id is not None:
        return see("till.card", member_id=member_id)
    return jsonify(new=True) if wants_json() else _home(form, new=True)


def _form() -> FindForm:
    form = FindForm()
    form.phone.region = here().region
    return form


def _unreadable(form: FindForm) -> ResponseReturnValue:
    if wants_json():
        return refused("phone", form.problems()[0].message, 422)
    return _home(form, status=422)


def _home(form: FindForm, *, new: bool = False, status: int = 200) -> ResponseReturnValue:
    dialling = dialling_of(here().region)
    if form.phone.data is None:
        form.phone.data = f"+{dialling.code} "
    done = last_done(me(), clock.now())
    return page("till/home.html", status, form=form, new=new, form_errors=form.errors, dialling=dialling, done=done)
