"""Campaigns: when, for what, from how much on, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.points.campaign import Campaign
from posapp.points.kinds import name_of
from posapp.points.programme import Programme
from posapp.points.sentences.earning import USUAL_PERCENT
from posapp.points.sentences.sentence import Sentence, about
from posapp.points.speech import Speech

EVERY_DAY = 7


def campaigns(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    for each in programme.campaigns:
        yield about(campaign(each, speech), "campaigns", row=each.id)
    if not programme.campaigns:
        yield about(speech.gettext("There are no campaigns."), "campaigns")
    yield about(
        speech.gettext("Where several campaigns meet on the same goods, the best one counts.")
        if programme.campaign_combine == "max"
        else speech.gettext("Where several campaigns meet on the same goods, they add up."),
        "campaign_combine",
    )


def campaign(found: Campaign, speech: Speech) -> str:
    """One campaign in one sentence."""
    return speech.gettext(
        "%(condition)s: %(effect)s.",
        condition=", ".join(_conditions(found, speech)),
        effect=", ".join(_effects(found, speech)) or speech.gettext("nothing on top"),
    )


def _conditions(found: Campaign, speech: Speech) -> Iterator[str]:
    yield speech.gettext("“%(name)s”", name=found.id)
    if found.first_day == found.last_day:
        yield speech.day(found.first_day)
    else:
        yield speech.gettext(
            "%(first)s to %(last)s", first=speech.day(found.first_day), last=speech.day(found.last_day)
        )
    if found.weekdays and len(set(found.weekdays)) < EVERY_DAY:
        yield speech.gettext("only on %(days)s", days=speech.weekdays(found.weekdays))
    if found.categories:
        names = ", ".join(name_of(code, speech.gettext) for code in found.categories)
        yield speech.gettext("for %(kinds)s", kinds=names)
    if found.min_amount:
        yield speech.gettext("from %(amount)s on", amount=speech.money(found.min_amount))


def _effects(found: Campaign, speech: Speech) -> Iterator[str]:
    if found.mult_pct != USUAL_PERCENT:
        yield speech.gettext("%(share)s of the usual points", share=speech.percent(found.mult_pct * 100))
    if not found.bonus_points:
        return
    yield speech.gettext("%(points)s on top", points=speech.points(found.bonus_points))
    if found.valid_days is not None:
        yield speech.gettext("valid for %(days)s", days=speech.days(found.valid_days))
