"""What changes, and switching it on."""

from __future__ import annotations

from itertools import groupby

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.core.errors import Refusal
from posapp.points.comparing import Change, changes, examples
from posapp.points.forms.publish import PublishForm
from posapp.points.publishing import publish
from posapp.points.routes.pages import blueprint
from posapp.points.routes.programme_scene import ROOT, Scene, editing, speech
from posapp.points.topics import TITLES, Topic
from posapp.web import idempotency
from posapp.web.access import me, requires, visitor
from posapp.web.idempotency import Answer, fingerprint, new_key
from posapp.web.locale import say
from posapp.web.pages import page, see
from posapp.web.places import shown_by


@blueprint.get(f"{ROOT}/changes")
@requires(Role.MANAGER)
def programme_changes() -> ResponseReturnValue:
    """Old sentence, new sentence, and what that means for receipts."""
    seen = editing()
    return see("points.programme") if seen.draft is None else _page(seen, PublishForm())


@blueprint.post(f"{ROOT}/publish")
@requires(Role.MANAGER)
@shown_by("points.programme_changes")
def publish_programme() -> ResponseReturnValue:
    """Make what was looked at a version, from its first day on."""
    seen, form = editing(), PublishForm()
    try:
        return _publish(seen, form).response()
    except Refusal as refusal:
        if seen.draft is None:
            raise
        form.form_errors.append(say(refusal))
        return _page(seen, form, status=refusal.status)


def _publish(seen: Scene, form: PublishForm) -> Answer:
    key, edition, staff_id = form.key.key, str(form.edition.data), me().staff_id
    asked = fingerprint("programme", edition)

    def work() -> Answer:
        with transaction():
            done = publish(staff_id, edition, stores=seen.stores, actor=visitor().actor, at=seen.at)
            location = url_for("points.programme", version=done.newest + 1)
            answer = idempotency.remember(staff_id, key, asked, Answer(201, location))
        said = gettext("These rules count from %(day)s on, in every store.", day=speech().day(done.starts_on))
        flash(said, "ok")
        return answer

    return idempotency.once(staff_id, key, asked, work)


def _page(seen: Scene, form: PublishForm, *, status: int = 200) -> ResponseReturnValue:
    """The comparison as it is now; what is published next is what stands here."""
    proposal, words = seen.proposal(), speech()
    form.edition.data, form.key.data = proposal.edition, new_key()
    before, after = proposal.before, proposal.draft.programme
    return page(
        "points/programme_changes.html", status, form=form, form_errors=form.errors, proposal=proposal, titles=TITLES,
        changes=[(topic, list(found)) for topic, found in groupby(changes(before, after, words), _topic)],
        examples=examples(seen.placed(before), seen.placed(after), proposal.starts_on, words),
    )  # fmt: skip


def _topic(change: Change) -> Topic:
    return change.topic
