"""What the counter's pages show, gathered in one place for each page."""

from __future__ import annotations

from uuid import UUID

from flask.wrappers import Response
from flask_babel import gettext

from posapp.core import clock
from posapp.core.errors import Refusal
from posapp.till.forms import CodeForm
from posapp.verification import queries as challenges
from posapp.web.access import visitor
from posapp.web.locale import say
from posapp.web.pages import page, refused, wants_json


def delivery_sentence(delivery: str) -> str:
    """How far the message has come, for the cashier."""
    sentences = {
        "queued": gettext("Queued: the message is about to go out"),
        "sent": gettext("Sent: on its way to the phone"),
        "delivered": gettext("Delivered: the message is on the phone"),
        "failed": gettext("Not delivered: check the number"),
    }
    return str(sentences[delivery])


def code_page(phone_index: UUID, challenge_id: UUID, form: CodeForm, refusal: Refusal | None = None) -> Response:
    """The code page as it stands now; with a refusal, its sentence at the field and its status."""
    status = refusal.status if refusal else 200
    if refusal is not None:
        form.refuse("code", refusal)
        if wants_json():
            return refused(refusal.code, say(refusal), status, **_left(refusal))
    actor, at = visitor().actor, clock.now()
    row = challenges.status(phone_index, challenge_id, actor=actor, at=at)
    over = challenges.why_over(phone_index, challenge_id, actor=actor, at=at)
    answer = page(
        "till/code.html",
        status,
        form=form,
        form_errors=form.errors,
        challenge=challenges.view(phone_index, challenge_id, actor=actor),
        status=row,
        over=say(over) if over else None,
        sentence=delivery_sentence(row.delivery),
    )
    if refusal is not None and "retry_after_seconds" in refusal.values:
        answer.headers["Retry-After"] = str(refusal.values["retry_after_seconds"])
    return answer


def _left(refusal: Refusal) -> dict[str, object]:
    return {"tries_left": refusal.values["tries_left"]} if "tries_left" in refusal.values else {}
