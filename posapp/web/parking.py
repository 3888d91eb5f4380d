"""A form that came before its person could be let in waits here, sealed, and is offered again after the door."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import request
from flask.wrappers import Response
from sqlalchemy import delete, insert, select
from werkzeug.utils import redirect

from posapp.core import clock, ids, seal
from posapp.core.db import db, transaction
from posapp.web import cookies
from posapp.web.access import Person, visitor
from posapp.web.body import fields
from posapp.web.models import ParkedForm
from posapp.web.pages import see
from posapp.web.places import is_own, keeper_of, page_of

COOKIE = "parked"
LIFE = timedelta(minutes=30)
NEVER_PARKED = frozenset({"csrf_token", "password", "pin", "code", "parked"})


def park(answer: Response) -> None:
    """Keep the request's form, less its secrets, and let the browser remember which."""
    _keep(answer, request.path, fields())


def park_page(answer: Response) -> None:
    """The till is being locked: keep the page it was locked on (``page``) with its form as it stood (``path``,
    ``typed``, ``is_typed``), as the page's script has put them into the lock's form. Without the script: nothing."""
    told = fields()
    page, path = str(told.get("page", "")), str(told.get("path", ""))
    typed = _typed(told.get("typed"))
    found = page_of(urlsplit(page).path) if is_own(page) else None
    if typed and is_own(path) and (told.get("is_typed") or found != urlsplit(page).path):
        _keep(answer, path, typed)
    elif found is not None:
        _keep(answer, page if found == urlsplit(page).path else found, None)


def resume() -> Response | None:
    """To the waiting form, if this browser has one: what a door answers once somebody has passed it.

    A form whose page can show what was typed waits there; a page that was left untouched is simply opened again.
    """
    form, person = waiting(), visitor().person
    if form is None or (person is not None and not _is_of(form, person)):
        return None
    if form["fields"] is None:
        return forget(_to(form["path"]))
    page = keeper_of(form["path"])
    return _to(page) if page else see("web.resume")


def waiting() -> dict[str, Any] | None:
    """The form that waits for this browser: ``{"path", "fields", "staff_id"}``; None when there is none, or its time
    is over."""
    parked_id = _parked_id()
    if parked_id is None:
        return None
    look = select(ParkedForm.form_sealed).where(ParkedForm.parked_id == parked_id, ParkedForm.expires_at > clock.now())
    sealed = db.session.execute(look).scalar_one_or_none()
    if sealed is None:
        return None
    form: dict[str, Any] = seal.unseal_json(sealed, table="parked_form", column="form_sealed", row_id=parked_id)
    return form


def waiting_for(person: Person) -> dict[str, Any] | None:
    """The same, if it is this person's, or of somebody unknown: nobody sees what a colleague has typed."""
    form = waiting()
    return form if form is not None and form["fields"] is not None and _is_of(form, person) else None


def waiting_on(page: str, person: Person) -> dict[str, str] | None:
    """The fields that wait for the page at this address, and for this person."""
    form = waiting_for(person)
    return form["fields"] if form is not None and keeper_of(form["path"]) == page else None


def forget(answer: Response) -> Response:
    """The form has been shown again: drop it here and in the browser."""
    parked_id = _parked_id()
    if parked_id is not None:
        with transaction():
            db.session.execute(delete(ParkedForm).where(ParkedForm.parked_id == parked_id))
        cookies.drop(answer, COOKIE)
    return answer


def purge(at: Any) -> None:
    """The job: drop what nobody came back for."""
    with transaction():
        db.session.execute(delete(ParkedForm).where(ParkedForm.expires_at <= at))


def is_parked() -> bool:
    """Does the browser remember a form?"""
    return cookies.name(COOKIE) in request.cookies


def _keep(answer: Response, path: str, typed: Any) -> None:
    kept = None if typed is None else {name: value for name, value in typed.items() if _may_be_kept(name, value)}
    person, parked_id = visitor().person, ids.random_id()
    told = {"path": path, "fields": kept, "staff_id": str(person.staff_id) if person else None}
    sealed = seal.seal_json(told, table="parked_form", column="form_sealed", row_id=parked_id)
    with transaction():
        row = {"parked_id": parked_id, "form_sealed": sealed, "expires_at": clock.now() + LIFE}
        db.session.execute(insert(ParkedForm).values(row))
    cookies.put(answer, COOKIE, str(parked_id), LIFE)


def _is_of(form: dict[str, Any], person: Person) -> bool:
    return form["staff_id"] in (None, str(person.staff_id))


def _may_be_kept(name: str, value: object) -> bool:
    return name not in NEVER_PARKED and isinstance(value, str)


def _typed(text: object) -> dict[str, Any] | None:
    """The fields of the page's form, as its script wrote them down; None for anything else."""
    try:
        told = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _to(path: str) -> Response:
    return redirect(path, 303, Response=Response)  # type: ignore[return-value]


def _parked_id() -> UUID | None:
    try:
        return ids.parse_id(request.cookies.get(cookies.name(COOKIE)))
    except ids.NotAnId:
        return None
