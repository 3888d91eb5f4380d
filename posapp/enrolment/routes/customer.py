"""The customer's own page, in the customer's language: read, answer each document, sign."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import ImmutableMultiDict

from posapp.consent.purposes import REQUIRED
from posapp.core import clock
from posapp.core.db import transaction
from posapp.enrolment import service
from posapp.enrolment.documents import Documents, documents_for, edition_of
from posapp.enrolment.draft import Draft
from posapp.enrolment.forms import CustomerForm
from posapp.enrolment.outcomes import NotFilledIn
from posapp.enrolment.queries import DraftRow
from posapp.enrolment.routes.pages import blueprint
from posapp.enrolment.routes.under_way import STAFF_AT_TILL, again, draft, keep
from posapp.stores import queries as stores
from posapp.web import parking
from posapp.web.access import here, me, requires, visitor
from posapp.web.locale import LANGUAGES, speak
from posapp.web.pages import page, see
from posapp.web.places import shown_by

TEMPLATE = "enrolment/customer.html"


@blueprint.get("/till/enrol/<draft_id>/customer")
@requires(*STAFF_AT_TILL, till=True)
def customer(draft_id: str) -> ResponseReturnValue:
    """The texts, a box for each, the signature. Nothing is ticked that the customer has not ticked.

    What the customer sent while the till was locked stands here again, to be sent by the customer.
    """
    row = draft(draft_id)
    if not row.body.is_filled:
        return see("enrolment.questionnaire", draft_id=draft_id)
    speak(row.body.language)
    documents = documents_for(row.body.language)
    return page(TEMPLATE, form=_waiting(documents) or _kept(row, documents), **_around(row, documents))


@blueprint.post("/till/enrol/<draft_id>/customer")
@requires(*STAFF_AT_TILL, till=True)
@shown_by("enrolment.customer", fills_in=True)
def agree(draft_id: str) -> ResponseReturnValue:
    """Signed: back to the cashier. Otherwise the page again, with every tick and the drawing as they were."""
    row = _filled(draft_id)
    form, documents = CustomerForm(), documents_for(row.body.language)
    if form.documents.data != edition_of(documents):
        return _read_again(row, documents)
    is_right, considered = form.validate(), _considered(row, form, row.body.language)
    with transaction():
        keep(row)
        if is_right:
            service.sign(row, considered, place=here(), actor=visitor().actor, at=clock.now())
            return see("enrolment.confirm", draft_id=draft_id)
        service.save_customer_page(row, considered, actor=visitor().actor, at=clock.now())
    return again(TEMPLATE, form, _around(row, documents))


@blueprint.post("/till/enrol/<draft_id>/language")
@requires(*STAFF_AT_TILL, till=True)
@shown_by("enrolment.customer", fills_in=True)
def change_language(draft_id: str) -> ResponseReturnValue:
    """The same page in another language, with what was ticked and drawn so far."""
    row, form = _filled(draft_id), CustomerForm()
    chosen = form.lang.data if isinstance(form.lang.data, str) and form.lang.data in LANGUAGES else row.body.language
    with transaction():
        keep(row)
        service.save_customer_page(row, _considered(row, form, chosen), actor=visitor().actor, at=clock.now())
    return see("enrolment.customer", draft_id=draft_id)


def _filled(draft_id: str) -> DraftRow:
    """The draft, if it has come as far as this page; from here on its customer is spoken to. Raises NotFilledIn."""
    row = draft(draft_id)
    if not row.body.is_filled:
        raise NotFilledIn
    speak(row.body.language)
    return row


def _kept(row: DraftRow, documents: Documents) -> CustomerForm:
    """The page as the draft has it; without its ticks where they were given to texts that have changed since."""
    shown = {purpose.value: document.sha256 for purpose, document in documents.items()}
    if row.body.signed is not None and dict(row.body.signed.documents) != shown:
        return CustomerForm()
    ticks = dict.fromkeys(row.body.ticks, True)
    return CustomerForm(data={**ticks, "by_code": row.body.by_code, "signature_points": row.body.strokes})


def _waiting(documents: Documents) -> CustomerForm | None:
    """The page as it was sent behind the lock; None where nothing waits, or the texts have changed since."""
    sent = parking.waiting_on(request.path, me())
    if sent is None or sent.get("documents") != edition_of(documents):
        return None
    return CustomerForm(formdata=ImmutableMultiDict(sent))


def _considered(row: DraftRow, form: CustomerForm, language: str) -> Draft:
    return row.body.considered(
        language=language, ticks=form.ticks(), by_code=bool(form.by_code.data), strokes=form.drawing()
    )


def _read_again(row: DraftRow, documents: Documents) -> ResponseReturnValue:
    """The shop has published a new text while the page was open: nobody agrees to what they have not seen."""
    form = CustomerForm(formdata=None)
    form.form_errors.append(gettext("A text has changed a moment ago. Please read the texts and answer once more."))
    return again(TEMPLATE, form, _around(row, documents), status=409)


def _around(row: DraftRow, documents: Documents) -> dict[str, object]:
    return {
        "draft": row,
        "shop": stores.shop(),
        "documents": list(documents.values()),
        "edition": edition_of(documents),
        "required": REQUIRED,
        "languages": LANGUAGES,
    }
