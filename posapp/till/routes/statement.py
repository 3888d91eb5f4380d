"""The statement of a card: to read, to print, and as a table for a spreadsheet."""

from __future__ import annotations

from datetime import timedelta

from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext

from posapp import audit
from posapp.audit import AuditTag
from posapp.core import clock
from posapp.core.actor import Role
from posapp.core.business_day import business_day
from posapp.core.db import transaction
from posapp.core.money import format_amount
from posapp.points.statement import Statement, statement
from posapp.stores import queries as stores
from posapp.till import statements
from posapp.till.cards import Card
from posapp.till.routes.found import found_card
from posapp.till.routes.office_forms import StatementForm
from posapp.till.routes.pages import blueprint
from posapp.till.sightings import sightings
from posapp.till.statements import StatementRow
from posapp.till.words import LOTS, MOVEMENTS, POSTINGS
from posapp.web.access import me, requires, visitor
from posapp.web.locale import language
from posapp.web.pages import download, page
from posapp.web.spreadsheet import CSV, csv_of

USUAL_DAYS = 90
"""How far back a statement goes, if nobody says otherwise."""


@blueprint.get("/manager/cards/<member_id>/statement")
@requires(Role.MANAGER)
def card_statement(member_id: str) -> ResponseReturnValue:
    """Every movement of some days between two balances."""
    card, form = found_card(member_id), _form()
    if not form.validate():
        return _page(card, form, None, 422)
    told = _told(card, form)
    _note(AuditTag.STATEMENT_READ, card, told)
    return _page(card, form, told)


@blueprint.get("/manager/cards/<member_id>/statement.csv")
@requires(Role.MANAGER)
def card_statement_csv(member_id: str) -> ResponseReturnValue:
    """The same as a table for a spreadsheet."""
    card, form = found_card(member_id), _form()
    if not form.validate():
        return _page(card, form, None, 422)
    told = _told(card, form)
    _note(AuditTag.STATEMENT_EXPORTED, card, told)
    return _file(card, told)


def _form() -> StatementForm:
    """A receipt of the easternmost store may be of tomorrow already: the last day is the latest one anywhere."""
    at = clock.now()
    today = max(business_day(at, store.timezone, store.cutover_hour) for store in stores.all_stores())
    return StatementForm(today=today, begin=today - timedelta(days=USUAL_DAYS))


def _told(card: Card, form: StatementForm) -> Statement:
    since, until = form.days()
    return statement(card.member_id, since=since, until=until)


def _note(tag: AuditTag, card: Card, told: Statement) -> None:
    """Who has read what; the only thing that looking at a statement writes."""
    details = {"from": told.since.isoformat(), "to": told.until.isoformat(), "postings": len(told.lines)}
    with transaction():
        audit.record(tag, actor=visitor().actor, at=clock.now(), object_id=card.member_id, details=details)


def _rows(card: Card, told: Statement) -> list[StatementRow]:
    seen = sightings(card.member_id, [line.posting for line in told.lines], me().store_ids)
    return statements.rows_of(told, seen)


def _page(card: Card, form: StatementForm, told: Statement | None, status: int = 200) -> Response:
    return page(
        "till/statement.html",
        status,
        card=card,
        form=form,
        form_errors=form.errors,
        told=told,
        rows=_rows(card, told) if told else [],
        brand=stores.shop().brand,
        zone=stores.store(card.store_id).timezone,
        lot_words=LOTS,
        movement_words=MOVEMENTS,
        posting_words=POSTINGS,
    )


def _file(card: Card, told: Statement) -> Response:
    """A download, named after its days and nobody."""
    zone = stores.store(card.store_id).timezone
    table = statements.table(told, _rows(card, told), timezone=zone, say=gettext, money=_money)
    content = csv_of(statements.head(gettext), table, language=language())
    return download(content, f"statement_{told.since.isoformat()}_{told.until.isoformat()}.csv", CSV)


def _money(minor: int) -> str:
    return format_amount(minor, visitor().currency.exponent, language(), grouped=False)
