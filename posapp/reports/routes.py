"""The manager's reports: pages and files, each reading audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext

from posapp import audit
from posapp.audit import AuditTag
from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.reports import export, queries, screens
from posapp.reports.forms import ReportForm
from posapp.reports.period import Period, today_of
from posapp.reports.verdict import verdict
from posapp.stores import queries as places
from posapp.stores.choosing import ALL_STORES, chosen
from posapp.stores.queries import StoreRow
from posapp.web.access import me, requires, visitor
from posapp.web.locale import language
from posapp.web.pages import download, page
from posapp.web.spreadsheet import CSV, csv_of

blueprint = Blueprint("reports", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """The form, the stores that it speaks of, and the moment of asking."""

    form: ReportForm
    stores: list[StoreRow]
    store_id: UUID | None
    at: datetime


@blueprint.get("/manager/reports/enrolment")
@requires(Role.MANAGER)
def enrolment() -> ResponseReturnValue:
    """How cards come about: by day, store, till and cashier."""
    asked = _asked()
    if not asked.form.validate():
        return page("reports/enrolment.html", 422, form=asked.form, form_errors=asked.form.errors, report=None)
    period = asked.form.period()
    report = queries.enrolment_report(asked.stores, period, asked.at)
    _note(AuditTag.REPORT_READ, asked, period)
    told = verdict(report, gettext)
    shown = {"form": asked.form, "report": report, "verdict": told, "csv_url": _csv_url(asked, period)}
    return page("reports/enrolment.html", **shown, **_shown(report))


@blueprint.get("/manager/reports/enrolment.csv")
@requires(Role.MANAGER)
def enrolment_csv() -> ResponseReturnValue:
    """The same figures as a table for a spreadsheet: day by day, till by till, person by person."""
    asked = _asked()
    if not asked.form.validate():
        return page("reports/enrolment.html", 422, form=asked.form, form_errors=asked.form.errors, report=None)
    period = asked.form.period()
    counts = list(queries.enrolment_counts(asked.stores, period, asked.at))
    names = queries.names(asked.stores, {each.staff_id for each in counts if each.staff_id})
    _note(AuditTag.REPORT_EXPORTED, asked, period)
    rows = export.rows(counts, asked.stores, names)
    return _file(csv_of(export.head(gettext), rows, language=language()), period)


def _asked() -> Asked:
    """What the address asks for. Raises UnknownPlace for a store that is not the manager's, and audits it."""
    at, mine = clock.now(), places.stores(me().store_ids)
    wanted = request.args.get("store") or ALL_STORES
    found = chosen(wanted, mine, actor=visitor().actor, at=at)
    today = max((today_of(store, at) for store in found), default=at.date())
    form = ReportForm(today=today, stores=[(str(store.store_id), store.name) for store in mine])
    return Asked(form, found, None if wanted == ALL_STORES else found[0].store_id, at)


def _note(tag: AuditTag, asked: Asked, period: Period) -> None:
    """Who has read what; the only thing that looking at a report writes."""
    details = {
        "report": "enrolment",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "stores": len(asked.stores),
    }
    with transaction():
        audit.record(tag, actor=visitor().actor, at=asked.at, object_id=asked.store_id, details=details)


def _csv_url(asked: Asked, period: Period) -> str:
    values: dict[str, Any] = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return url_for("reports.enrolment_csv", **values, store=str(asked.store_id or ALL_STORES))


def _shown(report: queries.EnrolmentReport) -> dict[str, Any]:
    """The page's numbers and rows, in the reader's language."""
    whole = report.tally.whole
    chart, days = screens.by_day(report)
    return {
        "whole": whole,
        "steps": screens.steps(whole, gettext),
        "step_rows": screens.step_rows(whole, gettext),
        "consents": screens.consents(whole, gettext),
        "columns": screens.columns(gettext),
        "consent_columns": screens.consent_columns(gettext),
        "numbers": screens.numbers(whole),
        "by_store": screens.by_store(report, gettext),
        "by_till": screens.by_till(report, gettext),
        "by_person": screens.by_person(report, gettext),
        "chart": chart,
        "days": days,
        "failures": partial(screens.failures, whole, say=gettext),
    }


def _file(content: bytes, period: Period) -> Response:
    """A download, named after its days."""
    return download(content, f"enrolment_{period.first.isoformat()}_{period.last.isoformat()}.csv", CSV)
