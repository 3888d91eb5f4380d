"""A form whose session has ended waits here, sealed, and is offered again after signing in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request
from flask.wrappers import Response
from sqlalchemy import delete, insert, select

from posapp import settings
from posapp.core import clock, ids, seal
from posapp.core.db import db, transaction
from posapp.web.body import fields
from posapp.web.models import ParkedForm
from posapp.web.pages import see

COOKIE = "parked"
LIFE = timedelta(minutes=30)
NEVER_PARKED = frozenset({"csrf_token", "password", "pin", "code", "parked"})


def park(answer: Response) -> None:
    """Keep the request's form, less its secrets, and let the browser remember which."""
    kept = {name: value for name, value in fields().items() if name not in NEVER_PARKED and isinstance(value, str)}
    parked_id, at = ids.random_id(), clock.now()
    sealed = seal.seal_json(
        {"path": request.path, "fields": kept}, table="parked_form", column="form_sealed", row_id=parked_id
    )
    with transaction():
        db.session.execute(insert(ParkedForm).values(parked_id=parked_id, form_sealed=sealed, expires_at=at + LIFE))
    secure = settings.current().is_production
    answer.set_cookie(COOKIE, str(parked_id), max_age=LIFE, httponly=True, samesite="Strict", secure=secure)


def resume() -> Response | None:
    """To the waiting form, if this browser has one: what a door answers once somebody has passed it."""
    return see("web.resume") if waiting() is not None else None


def waiting() -> dict[str, Any] | None:
    """The form that waits for this browser: ``{"path", "fields"}``; None when there is none, or its time is over."""
    parked_id = _parked_id()
    if parked_id is None:
        return None
    look = select(ParkedForm.form_sealed).where(ParkedForm.parked_id == parked_id, ParkedForm.expires_at > clock.now())
    sealed = db.session.execute(look).scalar_one_or_none()
    if sealed is None:
        return None
    form: dict[str, Any] = seal.unseal_json(sealed, table="parked_form", column="form_sealed", row_id=parked_id)
    return form


def forget(answer: Response) -> Response:
    """The form has been shown again: drop it here and in the browser."""
    parked_id = _parked_id()
    if parked_id is not None:
        with transaction():
            db.session.execute(delete(ParkedForm).where(ParkedForm.parked_id == parked_id))
        answer.delete_cookie(COOKIE)
    return answer


def purge(at: Any) -> None:
    """The job: drop what nobody came back for."""
    with transaction():
        db.session.execute(delete(ParkedForm).where(ParkedForm.expires_at <= at))


def _parked_id() -> UUID | None:
    try:
        return ids.parse_id(request.cookies.get(COOKIE))
    except ids.NotAnId:
        return None
