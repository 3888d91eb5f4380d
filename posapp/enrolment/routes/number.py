"""The number: where a questionnaire begins, where a wrong one is mended, and the ways out."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from posapp.core import clock
from posapp.core.db import transaction
from posapp.core.phone import PhoneRefused, example_placeholder, parse_phone
from posapp.enrolment import service
from posapp.enrolment.forms import NumberForm, StopForm
from posapp.enrolment.routes.pages import blueprint
from posapp.enrolment.routes.under_way import STAFF_AT_TILL, WRONG, again, draft, keep
from posapp.staff import sessions
from posapp.web.access import here, me, requires, visitor
from posapp.web.locale import language
from posapp.web.pages import page, see

TEMPLATE = "enrolment/number.html"


@blueprint.get("/till/new")
@requires(*STAFF_AT_TILL, till=True)
def new() -> ResponseReturnValue:
    """The number of a new card, for a till that came here by itself."""
    begun = example_placeholder(here().region).partition(" ")[0] + " "
    return page(TEMPLATE, form=NumberForm(data={"phone": begun}).at(here().region), draft=None)


@blueprint.post("/till/new")
@requires(*STAFF_AT_TILL, till=True)
def begin() -> ResponseReturnValue:
    """A questionnaire for the number that was looked up. Whether it has a card is not looked at here."""
    form = NumberForm().at(here().region)
    if not form.validate():
        return again(TEMPLATE, form, {"draft": None}, status=_status(form))
    with transaction():
        row = service.begin(form.phone.value, place=here(), language=language(), actor=visitor().actor, at=clock.now())
        keep(row)
    return see("enrolment.questionnaire", draft_id=row.draft_id)


@blueprint.get("/till/enrol/<draft_id>/number")
@requires(*STAFF_AT_TILL, till=True)
def number(draft_id: str) -> ResponseReturnValue:
    """The number to be mended, its digits filled in."""
    row = draft(draft_id)
    form = NumberForm(data={"phone": row.phone.pretty()}).at(here().region)
    return page(TEMPLATE, form=form, draft=row)


@blueprint.post("/till/enrol/<draft_id>/number")
@requires(*STAFF_AT_TILL, till=True)
def change_number(draft_id: str) -> ResponseReturnValue:
    """The same questionnaire under another number; what was typed stays, signatures go, a code on its way is void."""
    row, form = draft(draft_id), NumberForm().at(here().region)
    if not form.validate():
        return again(TEMPLATE, form, {"draft": row}, status=_status(form))
    with transaction():
        moved = service.change_number(row, form.phone.value, place=here(), actor=visitor().actor, at=clock.now())
        keep(moved)
    return see("enrolment.questionnaire", draft_id=moved.draft_id)


@blueprint.post("/till/enrol/<draft_id>/stop")
@requires(*STAFF_AT_TILL, till=True)
def stop(draft_id: str) -> ResponseReturnValue:
    """No card today: the questionnaire is deleted, and the report keeps why."""
    row, form = draft(draft_id), StopForm()
    with transaction():
        service.end(row, form.end_reason, actor=visitor().actor, at=clock.now())
        sessions.drop_draft(me())
    return see("till.home")


def _status(form: NumberForm) -> int:
    """400 for what is not one phone number, 422 for one that we cannot write to."""
    try:
        parse_phone(form.phone.data, form.phone.region, policy=form.phone.policy)
    except PhoneRefused as refusal:
        return refusal.status
    return WRONG
