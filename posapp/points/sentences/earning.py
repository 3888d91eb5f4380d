"""What receipts earn, and for whom they earn more."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.points.programme import Programme
from posapp.points.sentences.sentence import Sentence, about
from posapp.points.speech import Speech

USUAL_PERCENT = 100


def receipts(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    yield about(_rate(programme, speech), "earn_rate_bp", "earn_rounding", "earn_on_points_part")
    least, cap = programme.earn_min_amount, programme.earn_cap_points
    yield about(
        speech.gettext("Receipts under %(amount)s earn nothing.", amount=speech.money(least))
        if least
        else speech.gettext("Every receipt earns, however small."),
        "earn_min_amount",
    )
    yield about(
        speech.gettext("One receipt may earn any number of points.")
        if cap is None
        else speech.ngettext(
            "One receipt earns at most %(points)s point.",
            "One receipt earns at most %(points)s points.",
            cap,
            points=speech.number(cap),
        ),
        "earn_cap_points",
    )


def tiers(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    several = len(programme.tiers) > 1
    for spend, percent in programme.tiers:
        yield about(_tier(spend, percent, speech, several=several), "tiers", row=str(spend))
    window = programme.tier_window_days
    yield about(
        speech.ngettext(
            "A tier looks at what was paid for earlier receipts in the last %(days)s day, less what was returned.",
            "A tier looks at what was paid for earlier receipts in the last %(days)s days, less what was returned.",
            window,
            days=speech.number(window),
        ),
        "tier_window_days",
    )


def _rate(programme: Programme, speech: Speech) -> str:
    rate = speech.percent(programme.earn_rate_bp)
    match programme.earn_on_points_part, programme.earn_rounding:
        case False, "floor":
            return speech.gettext("%(rate)s of what is paid in money comes back as points, rounded down.", rate=rate)
        case False, _:
            return speech.gettext(
                "%(rate)s of what is paid in money comes back as points, rounded to the nearest whole point.", rate=rate
            )
        case _, "floor":
            return speech.gettext(
                "%(rate)s of the receipt comes back as points, also of what points have paid, rounded down.", rate=rate
            )
        case _:
            return speech.gettext(
                "%(rate)s of the receipt comes back as points, also of what points have paid, rounded to the nearest "
                "whole point.",
                rate=rate,
            )


def _tier(spend: int, percent: int, speech: Speech, *, several: bool) -> str:
    share = speech.percent(percent * 100)
    if not several and percent == USUAL_PERCENT:
        return speech.gettext("Everybody earns alike: there is one tier.")
    if not several:
        return speech.gettext("Everybody earns %(share)s of the usual points: there is one tier.", share=share)
    if spend == 0 and percent == USUAL_PERCENT:
        return speech.gettext("At first a member earns the usual points.")
    if spend == 0:
        return speech.gettext("At first a member earns %(share)s of the usual points.", share=share)
    return speech.gettext(
        "Whoever has paid %(amount)s or more earns %(share)s of the usual points.",
        amount=speech.money(spend),
        share=share,
    )
