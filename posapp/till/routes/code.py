"""The code page: the customer reads six digits aloud, the cashier types them. One page for every purpose."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from posapp.core import clock, ids
from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.points.refusals import PointsRefusal
from posapp.staff import sessions
from posapp.till import proving
from posapp.till.forms import CodeForm, KeyOnlyForm
from posapp.till.routes.pages import blueprint
from posapp.till.routes.screens import code_page, delivery_sentence
from posapp.verification import queries as challenges
from posapp.verification.cancelling import cancel as take_back
from posapp.verification.codes import MalformedCode
from posapp.verification.purposes import Purpose
from posapp.verification.refusals import ChallengeNotFound
from posapp.verification.resending import resend as send_again
from posapp.web import idempotency
from posapp.web.access import here, me, requires, visitor
from posapp.web.idempotency import Answer
from posapp.web.pages import see
from posapp.web.places import shown_by

STAFF = (Role.CASHIER, Role.MANAGER)


@blueprint.get("/till/code/<challenge_id>")
@requires(*STAFF, till=True)
def code(challenge_id: str) -> ResponseReturnValue:
    """What is being confirmed, how far the message has come, and one field."""
    return code_page(*_mine(challenge_id), CodeForm())


@blueprint.post("/till/code/<challenge_id>")
@requires(*STAFF, till=True)
def check_code(challenge_id: str) -> ResponseReturnValue:
    """Try the code: on to what it has brought about, or the page again with what to do."""
    phone_index, mine = _mine(challenge_id)
    form = CodeForm()
    try:
        return _proven(phone_index, mine, form, key=form.key.key).response()
    except PointsRefusal as refusal:
        proving.keep_refusal(refusal)
        return code_page(phone_index, mine, CodeForm(formdata=None), refusal)
    except Refusal as refusal:
        return code_page(phone_index, mine, CodeForm(formdata=None), refusal)


@blueprint.post("/till/code/<challenge_id>/resend")
@requires(*STAFF, till=True)
@shown_by("till.code")
def resend(challenge_id: str) -> ResponseReturnValue:
    """Send a new code; the one before is dead."""
    phone_index, mine = _mine(challenge_id)
    key, asked = KeyOnlyForm().key.key, idempotency.fingerprint("resend", mine)

    def work() -> Answer:
        with transaction():
            send_again(phone_index, mine, actor=visitor().actor, at=clock.now())
            answer = Answer(200, url_for("till.code", challenge_id=mine))
            return idempotency.remember(here().till_id, key, asked, answer)

    try:
        return idempotency.once(here().till_id, key, asked, work).response()
    except Refusal as refusal:
        return code_page(phone_index, mine, CodeForm(formdata=None), refusal)


@blueprint.post("/till/code/<challenge_id>/cancel")
@requires(*STAFF, till=True)
def cancel(challenge_id: str) -> ResponseReturnValue:
    """Take the code back and go home."""
    _take_back(challenge_id, "cancelled")
    return see("till.home")


@blueprint.post("/till/code/<challenge_id>/wrong-number")
@requires(*STAFF, till=True)
def wrong_number(challenge_id: str) -> ResponseReturnValue:
    """Take the code back; back to where the number was typed."""
    challenge = _take_back(challenge_id, "wrong_number")
    if challenge.purpose is Purpose.ENROL:
        return see("enrolment.number", draft_id=challenge.subject["draft"])
    if challenge.purpose is Purpose.MERGE_CARDS:
        return see("till.merge", member_id=challenge.subject["into"])
    return see("till.home")


@blueprint.get("/till/code/<challenge_id>/status")
@requires(*STAFF, till=True)
def status(challenge_id: str) -> ResponseReturnValue:
    """The delivery line for the page's script: what is known, how long until another code may be sent."""
    phone_index, mine = _mine(challenge_id)
    row = challenges.status(phone_index, mine, actor=visitor().actor, at=clock.now())
    return jsonify(
        state=row.state,
        delivery=row.delivery,
        sentence=delivery_sentence(row.delivery),
        resend_in=row.resend_in,
        may_resend=row.may_resend,
        tries_left=row.tries_left,
        expires_in=row.expires_in,
    )


def _proven(phone_index: UUID, mine: UUID, form: CodeForm, *, key: UUID) -> Answer:
    """The answer to this code under this key. Raises whatever refuses it; of two at once, both get the first one's."""
    if not form.validate():
        raise MalformedCode
    asked, at = idempotency.fingerprint("code", mine, proving.stand_in(mine, form.code.data)), clock.now()

    def work() -> Answer:
        proven = proving.try_code(phone_index, mine, form.code.data, actor=visitor().actor, at=at)
        with transaction():
            done = proving.carry_out(proven, key=key, seen=visitor(), at=at)
            answer = Answer(200, url_for("till.done", member_id=done.member_id, posting_id=done.posting_id))
            return idempotency.remember(here().till_id, key, asked, answer)

    return idempotency.once(here().till_id, key, asked, work)


def _mine(challenge_id: str) -> tuple[UUID, UUID]:
    """The challenge's shard and id, if this shift started it. Raises ChallengeNotFound."""
    try:
        found = ids.parse_id(challenge_id)
    except ids.NotAnId:
        raise ChallengeNotFound from None
    phone_index = sessions.find_challenge(me(), found)
    if phone_index is None:
        proving.remember_stranger(found, visitor().actor)
        raise ChallengeNotFound
    return phone_index, found


def _take_back(challenge_id: str, reason: str) -> challenges.ChallengeRow:
    phone_index, mine = _mine(challenge_id)
    with transaction():
        take_back(phone_index, mine, reason=reason, actor=visitor().actor, at=clock.now())
    return challenges.find_mine(phone_index, mine, actor=visitor().actor)
