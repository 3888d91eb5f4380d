"""The questionnaire: the cashier types what the customer says."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask.typing import ResponseReturnValue

from posapp.core import clock
from posapp.core.db import transaction
from posapp.enrolment import service
from posapp.enrolment.forms import QuestionnaireForm
from posapp.enrolment.queries import DraftRow
from posapp.enrolment.routes.pages import blueprint
from posapp.enrolment.routes.under_way import STAFF_AT_TILL, again, draft, keep
from posapp.points import programmes
from posapp.stores import queries as stores
from posapp.web.access import here, requires, visitor
from posapp.web.body import fields
from posapp.web.locale import LANGUAGES, remember
from posapp.web.pages import page, see
from posapp.web.places import shown_by

TEMPLATE = "enrolment/questionnaire.html"


@blueprint.get("/till/enrol/<draft_id>")
@requires(*STAFF_AT_TILL, till=True)
def questionnaire(draft_id: str) -> ResponseReturnValue:
    """What has been typed so far."""
    row = draft(draft_id)
    return page(TEMPLATE, form=_form(row), draft=row, languages=LANGUAGES)


@blueprint.post("/till/enrol/<draft_id>")
@requires(*STAFF_AT_TILL, till=True)
def answer(draft_id: str) -> ResponseReturnValue:
    """Keep every answer, right or wrong, and hand the tablet to the customer when all of them are right."""
    row = draft(draft_id)
    form = _form(row)
    is_filled = form.validate()
    saved = _save(row, form, is_filled=is_filled)
    if not is_filled:
        return again(TEMPLATE, form, {"draft": saved, "languages": LANGUAGES})
    return see("enrolment.confirm" if saved.body.signed else "enrolment.customer", draft_id=row.draft_id)


@blueprint.post("/till/enrol/<draft_id>/leave")
@requires(*STAFF_AT_TILL, till=True)
@shown_by("enrolment.questionnaire")
def leave(draft_id: str) -> ResponseReturnValue:
    """Keep the answers as they stand, right or wrong, and mend the number, or read the page in another language."""
    row, chosen = draft(draft_id), fields().get("lang")
    form = _form(row)
    _save(row, form, is_filled=form.validate())
    if chosen in LANGUAGES:
        return remember(see("enrolment.questionnaire", draft_id=row.draft_id), chosen)
    return see("enrolment.number", draft_id=row.draft_id)


def _save(row: DraftRow, form: QuestionnaireForm, *, is_filled: bool) -> DraftRow:
    chosen = form.language.data if not form.language.errors else row.body.language
    with transaction():
        saved = service.save_answers(
            row, form.answers(), language=chosen, is_filled=is_filled, actor=visitor().actor, at=clock.now()
        )
        keep(saved)
    return saved


def _form(row: DraftRow) -> QuestionnaireForm:
    form = QuestionnaireForm(data={**row.body.answers, "language": row.body.language})
    today = clock.now().astimezone(ZoneInfo(here().timezone)).date()
    return form.asking(_questions()).on(today).of(row.phone, region=here().region)


def _questions() -> Mapping[str, bool]:
    """The shop's. Who invited is asked only where it brings points: nobody's number is taken for nothing."""
    asked = stores.shop().questionnaire
    if not asked.get("referrer", False):
        return {**asked, "referrer": False}
    _, rules = programmes.at_store(here().store_id, clock.now())
    return {**asked, "referrer": rules.referral_points > 0}
