"""The campaigns of the rules that are being worked on, each on a page of its own."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict

from posapp.core.actor import Role
from posapp.points.campaign import Campaign
from posapp.points.drafts import Draft
from posapp.points.forms.campaign import CampaignForm
from posapp.points.routes.pages import blueprint
from posapp.points.routes.programme_draft import keep
from posapp.points.routes.programme_scene import ROOT, Scene, editing
from posapp.points.topics import Topic
from posapp.web import parking
from posapp.web.access import me, requires
from posapp.web.body import fields
from posapp.web.pages import page, see
from posapp.web.places import shown_by

NEW = 0
"""The number of a campaign that is to be added; the others count from one."""


@blueprint.get(f"{ROOT}/edit/campaigns/<int:number>")
@requires(Role.MANAGER)
def edit_campaign(number: int) -> ResponseReturnValue:
    """One campaign, or a new one."""
    campaign, waiting = _campaign(editing(), number), parking.waiting_on(request.path, me())
    if waiting is not None:
        return _page(number, CampaignForm(formdata=ImmutableMultiDict(waiting)))
    return _page(number, CampaignForm(data=CampaignForm.shown(campaign)))


@blueprint.post(f"{ROOT}/edit/campaigns/<int:number>")
@requires(Role.MANAGER)
@shown_by("points.edit_campaign", fills_in=True)
def save_campaign(number: int) -> ResponseReturnValue:
    """Keep it, or say at each field what is wrong."""
    seen, form = editing(), CampaignForm()
    before = _campaign(seen, number)
    if not form.check({each.id for each in seen.working().programme.campaigns} - {before and before.id}):
        return _page(number, form, status=422)
    keep(seen, lambda draft: _with(draft, before, form.config()))
    return _to_the_list()


@blueprint.post(f"{ROOT}/edit/campaigns/<int:number>/remove")
@requires(Role.MANAGER)
@shown_by("points.edit_campaign")
def remove_campaign(number: int) -> ResponseReturnValue:
    """Take it out. Pressed twice, nothing else goes: the campaign is known by its name."""
    seen, name = editing(), fields().get("name")
    kept = [each for each in seen.working().programme.campaigns if each.id != name]
    keep(seen, lambda draft: draft.with_rules({"campaigns": kept}))
    return _to_the_list()


def _campaign(seen: Scene, number: int) -> Campaign | None:
    """None for a new one. There is no other page than of those that there are."""
    every = seen.working().programme.campaigns
    if number > len(every):
        abort(404)
    return None if number == NEW else every[number - 1]


def _with(draft: Draft, before: Campaign | None, config: dict[str, Any]) -> Draft:
    """The draft with one campaign in its place, or at the end."""
    every: list[Any] = list(draft.programme.campaigns)
    if before in every:
        every[every.index(before)] = config
    else:
        every.append(config)
    return draft.with_rules({"campaigns": every})


def _to_the_list() -> ResponseReturnValue:
    return see("points.edit_topic", topic=Topic.CAMPAIGNS)


def _page(number: int, form: CampaignForm, *, status: int = 200) -> ResponseReturnValue:
    return page("points/programme_campaign.html", status, form=form, form_errors=form.errors, number=number)
