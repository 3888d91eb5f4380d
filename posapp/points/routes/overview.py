"""The overview of the points: what is owed, when it lapses, what came and went, and whether the books agree."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.points import liability_screens as screens
from posapp.points.books_state import books_state
from posapp.points.liability_report import LiabilityReport, liability_days, liability_report
from posapp.points.routes.pages import blueprint
from posapp.points.routes.store_filter import Asked, asked
from posapp.stores.choosing import ALL_STORES
from posapp.web.access import requires, visitor
from posapp.web.locale import language
from posapp.web.pages import download, page
from posapp.web.spreadsheet import CSV, csv_of


@blueprint.get("/manager/points")
@requires(Role.MANAGER)
def overview() -> ResponseReturnValue:
    """What the manager's stores owe their customers."""
    found = asked()
    report, books = liability_report(found.stores), books_state(found.at)
    _note(AuditTag.REPORT_READ, found)
    csv_url = url_for("points.overview_csv", store=str(found.store_id or ALL_STORES))
    told = {"form": found.form, "zone": found.zone, "report": report, "books": books, "csv_url": csv_url}
    return page("points/overview.html", **told, **_shown(report))


@blueprint.get("/manager/points.csv")
@requires(Role.MANAGER)
def overview_csv() -> ResponseReturnValue:
    """The same day by day and store by store, for a spreadsheet."""
    found = asked()
    day = liability_report(found.stores).day or found.at.date()
    rows = screens.file_rows(liability_days(found.stores, day), found.stores)
    _note(AuditTag.REPORT_EXPORTED, found)
    content = csv_of(screens.file_head(gettext), rows, language=language())
    return download(content, f"points_{day.isoformat()}.csv", CSV)


def _note(tag: AuditTag, found: Asked) -> None:
    """Who has read what; the only thing that looking writes."""
    details = {"report": "points", "stores": len(found.stores)}
    with transaction():
        audit.record(tag, actor=visitor().actor, at=found.at, object_id=found.store_id, details=details)


def _shown(report: LiabilityReport) -> dict[str, Any]:
    """The page's rows, in the reader's language."""
    return {
        "chart": screens.chart(report),
        "expiring": screens.expiring(report, gettext),
        "flow_columns": screens.flow_columns(gettext),
        "months": screens.months(report),
        "flows": screens.flow_row(report.flows),
        "breakage": screens.breakage(report.flows),
        "by_store": screens.by_store(report),
    }
