"""Once and only once: a write carries a key that the server put into its form; the same key gets the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import redirect
from flask.wrappers import Response
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from posapp.core import clock, ids
from posapp.core.db import db, transaction
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.web.models import GivenAnswer
from posapp.web.pages import wants_json

KEPT = timedelta(days=7)


class KeyMissing(Refusal):
    """The form carries no key, or one that is not ours: raised before anything is done."""

    code, status = "key_missing", 400
    sentence = N_("This form is incomplete. Open the page again and fill it in once more.")


class KeyConflict(Refusal):
    """The key was used for something else: raised because the form was changed after it had been sent."""

    code, status = "key_conflict", 422
    sentence = N_("This form was already sent with other values. Open the page again to see what was done.")


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a write led: an HTTP status (of the JSON answer) and the page that shows the result."""

    status: int
    location: str

    def response(self) -> Response:
        """303 to the page; for JSON callers the status with ``location``."""
        if wants_json():
            return Response(json.dumps({"location": self.location}), self.status, mimetype="application/json")
        return redirect(self.location, 303)  # type: ignore[return-value]  # werkzeug's class, made Flask's by the app


def new_key() -> str:
    """A key for a form about to be shown."""
    return str(ids.random_id())


def read_key(text: object) -> UUID:
    """The key of a form that came back. Raises KeyMissing."""
    try:
        return ids.parse_id(text)
    except ids.NotAnId:
        raise KeyMissing from None


def fingerprint(*parts: Any) -> bytes:
    """SHA-256 of what is asked for; anything that JSON can hold, ids as text."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()


def once(subject_id: UUID, key: UUID, asked: bytes, work: Callable[[], Answer]) -> Answer:
    """The stored answer of this key, or ``work()``, which stores its own (``remember``) in its transaction.

    Two at once: the later one is refused or meets the earlier one's row, its work is rolled back, and it gets the
    earlier one's answer. Raises KeyConflict when the key was used for something else, and what ``work`` raises.
    """
    given = _given(subject_id, key, asked)
    if given is not None:
        return given
    try:
        return work()
    except (Refusal, IntegrityError):
        given = _given(subject_id, key, asked)
        if given is None:
            raise
        return given


def remember(subject_id: UUID, key: UUID, asked: bytes, answer: Answer) -> Answer:
    """Store ``answer`` under its key, inside the transaction of the write."""
    row = {"subject_id": subject_id, "key": key, "fingerprint": asked, "created_at": clock.now()}
    db.session.execute(insert(GivenAnswer).values(row | {"status": answer.status, "location": answer.location}))
    return answer


def purge(at: datetime) -> None:
    """The job: forget the answers that no tablet can still be waiting for. The ledger keeps its own keys for ever."""
    with transaction():
        db.session.execute(delete(GivenAnswer).where(GivenAnswer.created_at <= at - KEPT))


def _given(subject_id: UUID, key: UUID, asked: bytes) -> Answer | None:
    look = select(GivenAnswer.fingerprint, GivenAnswer.status, GivenAnswer.location).where(
        GivenAnswer.subject_id == subject_id, GivenAnswer.key == key
    )
    row = db.session.execute(look).first()
    if row is None:
        return None
    if row.fingerprint != asked:
        raise KeyConflict
    return Answer(row.status, row.location)
