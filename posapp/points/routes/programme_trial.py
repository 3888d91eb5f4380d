"""Trying rules on a small story. Everything is in the address, and nothing is kept."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from posapp.core.actor import Role
from posapp.points.forms.trying import Choices, TrialForm
from posapp.points.kinds import NAMES, kinds_of, name_of
from posapp.points.programme import Programme
from posapp.points.routes.pages import blueprint
from posapp.points.routes.programme_scene import ROOT, Scene, scene, speech
from posapp.points.sentences.earning import tiers
from posapp.points.told import lot_row, told
from posapp.points.trial import play
from posapp.points.versions import VersionState
from posapp.stores.queries import StoreRow
from posapp.web.access import requires, visitor
from posapp.web.locale import say
from posapp.web.pages import page

DRAFT = "draft"
EXAMPLE_UNITS, EXAMPLE_POINTS, EXAMPLE_DAYS = 1_000, 500, 30

Rules = dict[str, tuple[str, Programme]]
"""What can be tried, by its value in the form: what people call it, and the rules."""


@blueprint.get(f"{ROOT}/try")
@requires(Role.MANAGER)
def try_programme() -> ResponseReturnValue:
    """The form with a story; under it what the story comes to by the rules that were chosen."""
    seen = scene()
    rules = _rules(seen)
    form = _form(seen, rules)
    if not form.is_sent:
        return page("points/programme_try.html", form=form, steps=None)
    if not form.validate():
        return page("points/programme_try.html", 422, form=form, form_errors=form.errors, steps=None)
    return page("points/programme_try.html", form=form, **_played(seen, form, rules[form.rules.data][1]))


def _rules(seen: Scene) -> Rules:
    """What this person is working on, what counts now, what will, and the version that was asked for."""
    found: Rules = {}
    if seen.draft is not None and seen.may_change:
        found[DRAFT] = gettext("What you are working on"), seen.draft.programme
    states = seen.found.states(seen.counting)
    for version in seen.found.every:
        asked = str(version.number) in (request.args.get("rules"), request.args.get("version"))
        if asked or states[version.id] in (VersionState.IN_FORCE, VersionState.COMING):
            label = gettext(
                "Version %(number)s “%(name)s”, from %(day)s",
                number=version.number, name=version.name, day=speech().day(version.starts_on),
            )  # fmt: skip
            found[str(version.number)] = label, version.programme
    return found or {"0": (gettext("The defaults"), seen.working().programme)}


def _form(seen: Scene, rules: Rules) -> TrialForm:
    unit, first = 10 ** visitor().currency.exponent, next(iter(rules))
    asked = request.args.get("version")
    form = TrialForm(
        {
            "rules": asked if asked in rules else first,
            "day": seen.proposal().starts_on.isoformat(),
            "balance": EXAMPLE_POINTS,
            "line_1": {"amount": EXAMPLE_UNITS * unit},
            "spend": {"most": True},
            "days": EXAMPLE_DAYS,
        }
    )
    chosen = rules.get(form.rules.data, rules[first])[1]
    form.offer(
        rules={value: label for value, (label, _) in rules.items()},
        stores={str(store.store_id): store.name for store in seen.mine} or {"": gettext("No store")},
        kinds=_kinds(chosen),
        tiers=_tiers(chosen),
    )
    return form


def _kinds(programme: Programme) -> Choices:
    codes = dict.fromkeys([*NAMES, *(kind.code for kind in kinds_of(programme)), *_kinds_of_campaigns(programme)])
    return {"": gettext("Usual goods")} | {code: name_of(code, gettext) for code in codes}


def _kinds_of_campaigns(programme: Programme) -> list[str]:
    return [code for campaign in programme.campaigns for code in campaign.categories]


def _tiers(programme: Programme) -> Choices:
    """Each tier by its sentence."""
    told_tiers = [sentence.text for sentence in tiers(programme, speech()) if "tiers" in sentence.rules]
    return {str(number): text for number, text in enumerate(told_tiers)}


def _played(seen: Scene, form: TrialForm, programme: Programme) -> dict[str, object]:
    words = speech()
    at_store = _placed(programme, next((each for each in seen.mine if str(each.store_id) == form.store.data), None))
    steps, ending = play(at_store, form.story(programme))
    return {
        "steps": [told(step, words, say) for step in steps],
        "ending": ending,
        "ending_day": words.day(ending.day),
        "lots": [lot_row(lot, words) for lot in ending.lots],
    }


def _placed(programme: Programme, store: StoreRow | None) -> Programme:
    return programme.at_store(store.timezone if store else "UTC", store.cutover_hour if store else 0)
