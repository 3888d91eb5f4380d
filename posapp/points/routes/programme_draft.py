"""Working on other rules: heading by heading, each step kept, in force nowhere until they are switched on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import abort, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict

from posapp.core.actor import Role
from posapp.core.db import transaction
from posapp.points import drafts
from posapp.points.comparing import changes
from posapp.points.drafts import Draft
from posapp.points.forms.begin import BeginForm
from posapp.points.forms.of_topic import FORMS, shown_form
from posapp.points.forms.rules import RulesForm
from posapp.points.forms.start import StartForm
from posapp.points.kinds import NAMES
from posapp.points.routes.pages import blueprint
from posapp.points.routes.programme_scene import ROOT, Scene, editing, speech
from posapp.points.sentences import passage, passages
from posapp.points.topics import TITLES, Topic
from posapp.web import parking
from posapp.web.access import me, requires
from posapp.web.pages import page, see
from posapp.web.places import shown_by
from posapp.web.rows import Rows, button


@blueprint.get(f"{ROOT}/edit")
@requires(Role.MANAGER)
def edit_programme() -> ResponseReturnValue:
    """Every heading with its sentences as they would be, and what of them differs."""
    seen = editing()
    proposal = seen.proposal()
    changed = {change.topic for change in changes(proposal.before, proposal.draft.programme, speech())}
    told = passages(proposal.draft.programme, speech())
    return page("points/programme_edit.html", passages=told, proposal=proposal, changed=changed, titles=TITLES)


@blueprint.post(f"{ROOT}/edit")
@requires(Role.MANAGER)
@shown_by("points.programme")
def begin_programme() -> ResponseReturnValue:
    """Begin with the rules of a version. What is begun already goes on."""
    seen, form = editing(), BeginForm()
    version = seen.found.numbered(form.version.value) if form.validate() else abort(404)
    if seen.draft is None:
        begun = replace(seen.beginning(version), starts_on=form.starts_on.value)
        keep(seen, lambda _: begun)
    return see("points.programme_changes" if form.starts_on.value else "points.edit_programme")


@blueprint.post(f"{ROOT}/discard")
@requires(Role.MANAGER)
@shown_by("points.programme")
def discard_programme() -> ResponseReturnValue:
    """Let go of what was begun."""
    editing()
    with transaction():
        drafts.discard(me().staff_id)
    return see("points.programme")


@blueprint.get(f"{ROOT}/edit/start")
@requires(Role.MANAGER)
def edit_start() -> ResponseReturnValue:
    """The name and the first day."""
    seen, waiting = editing(), parking.waiting_on(request.path, me())
    draft = seen.working()
    if waiting is not None:
        return _start_page(seen, StartForm(formdata=ImmutableMultiDict(waiting)))
    return _start_page(seen, StartForm(data=StartForm.shown(draft.name, draft.starts_on)))


@blueprint.post(f"{ROOT}/edit/start")
@requires(Role.MANAGER)
@shown_by("points.edit_start", fills_in=True)
def save_start() -> ResponseReturnValue:
    """Keep them."""
    seen, form = editing(), StartForm()
    earliest = seen.proposal().earliest
    if not form.check(earliest, speech().day(earliest)):
        return _start_page(seen, form, status=422)
    keep(seen, lambda draft: replace(draft, name=form.name.value, starts_on=form.starts_on.value))
    return see("points.edit_programme")


@blueprint.get(f"{ROOT}/edit/<topic>")
@requires(Role.MANAGER)
def edit_topic(topic: str) -> ResponseReturnValue:
    """The rules under one heading; `more` asks for a blank row."""
    seen, heading = editing(), _heading(topic)
    waiting, blank = parking.waiting_on(request.path, me()), int("more" in request.args)
    form = shown_form(heading, seen.working().programme, waiting=waiting, blank=blank)
    return _topic_page(seen, heading, form)


@blueprint.post(f"{ROOT}/edit/<topic>")
@requires(Role.MANAGER)
@shown_by("points.edit_topic", fills_in=True)
def save_topic(topic: str) -> ResponseReturnValue:
    """Keep them, or say at each field what is wrong. The buttons of the rows keep the other rows too."""
    seen, heading, pressed = editing(), _heading(topic), button()
    form = FORMS[heading]()
    for rows in (field for field in form if isinstance(field, Rows)):
        rows.obey(pressed)
    if not form.validate():
        return _topic_page(seen, heading, form, status=422)
    keep(seen, lambda draft: draft.with_rules(form.config()))
    if pressed == "save":
        return see("points.edit_programme", _anchor=topic)
    return see("points.edit_topic", topic=topic, more=1 if pressed == "add" else None)


def keep(seen: Scene, change: Callable[[Draft], Draft]) -> None:
    """Change what this person is working on, in a transaction of its own."""
    with transaction():
        current = drafts.draft_of(me().staff_id, locked=True) or seen.beginning(seen.today)
        drafts.save(me().staff_id, change(current), at=seen.at)


def _heading(topic: str) -> Topic:
    return Topic(topic) if topic in list(Topic) else abort(404)


def _topic_page(seen: Scene, topic: Topic, form: RulesForm, *, status: int = 200) -> ResponseReturnValue:
    programme = seen.working().programme
    return page(
        "points/programme_topic.html", status, form=form, form_errors=form.errors, topic=topic, titles=TITLES,
        passage=passage(topic, programme, speech()), programme=programme, known=NAMES,
    )  # fmt: skip


def _start_page(seen: Scene, form: StartForm, *, status: int = 200) -> ResponseReturnValue:
    earliest = speech().day(seen.proposal().earliest)
    return page("points/programme_start.html", status, form=form, form_errors=form.errors, earliest=earliest)
