"""The fraud watch's page: what looked odd in the manager's own stores, and what came of it."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.core.ids import parse_id
from posapp.points.alert_list import AlertRow, alert_page
from posapp.points.alert_seeing import mark_seen
from posapp.points.alert_sentences import SENTENCES, TITLES, places, short_id
from posapp.points.routes.alert_forms import FilterForm, SeenForm
from posapp.points.routes.pages import blueprint
from posapp.stores import queries as stores
from posapp.stores.choosing import chosen
from posapp.stores.queries import StoreRow
from posapp.web import idempotency
from posapp.web.access import me, requires, visitor
from posapp.web.idempotency import Answer
from posapp.web.locale import points as grouped
from posapp.web.pages import page
from posapp.web.places import shown_by


@blueprint.get("/manager/points/alerts")
@requires(Role.MANAGER)
def alerts() -> ResponseReturnValue:
    """The alerts of the manager's own stores, newest first."""
    mine = stores.stores(me().store_ids)
    return _page(FilterForm(mine), mine)


@blueprint.post("/manager/points/alerts/seen")
@requires(Role.MANAGER)
@shown_by("points.alerts")
def mark_alert_seen() -> ResponseReturnValue:
    """Somebody has looked into it: back to the same list, or the form again with what to mend."""
    mine, sent = stores.stores(me().store_ids), SeenForm()
    form, key = FilterForm(mine), sent.key.key
    if not sent.validate():
        return _page(form, mine, sent)
    asked = idempotency.fingerprint("alert seen", sent.alert_store.data, sent.alert.data, sent.note.data)
    return idempotency.once(me().staff_id, key, asked, lambda: _seen(sent, asked, form)).response()


def _seen(sent: SeenForm, asked: bytes, form: FilterForm) -> Answer:
    store_id, alert_id = parse_id(sent.alert_store.data), parse_id(sent.alert.data)
    note, own = (sent.note.data or "").strip(), me().store_ids
    with transaction():
        if not mark_seen(store_id, alert_id, note=note, store_ids=own, actor=visitor().actor, at=clock.now()):
            flash(gettext("A colleague had marked it as seen already."))
        answer = Answer(200, url_for("points.alerts", **form.address()))
        return idempotency.remember(me().staff_id, sent.key.key, asked, answer)


def _page(form: FilterForm, mine: list[StoreRow], sent: SeenForm | None = None) -> ResponseReturnValue:
    """The list as the filter asks for it; with a note that was sent and must be mended, beside its alert."""
    asked_stores = chosen(form.store.data, mine, actor=visitor().actor, at=clock.now())
    found = alert_page(form.asked(asked_stores)) if form.validate() else None
    problems = sent or form
    rows = found.rows if found else []
    return page(
        "points/alerts.html",
        422 if problems.errors else 200,
        form=form,
        problems=problems,
        form_errors=problems.errors,
        found=found,
        said={row.alert_id: _said(row) for row in rows},
        notes={row.alert_id: SeenForm.beside(row, sent) for row in rows if row.is_open},
        short_id=short_id,
    )


def _said(row: AlertRow) -> tuple[str, str]:
    """The alert's title and its sentence, in the reader's language."""
    return gettext(TITLES[row.kind]), gettext(SENTENCES[row.kind], **places(row.details, grouped))
