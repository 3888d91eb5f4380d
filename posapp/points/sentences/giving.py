"""Points that no receipt earned, and what happens when goods come back."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.points.programme import Programme
from posapp.points.sentences.sentence import Sentence, about
from posapp.points.speech import Speech


def gifts(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    welcome, birthday, friend = programme.welcome_points, programme.birthday_points, programme.referral_points
    yield about(
        speech.gettext(
            "A new card gets %(points)s, valid for %(days)s.",
            points=speech.points(welcome),
            days=speech.days(programme.welcome_valid_days),
        )
        if welcome
        else speech.gettext("A new card begins without points."),
        "welcome_points",
        "welcome_valid_days",
    )
    yield about(
        speech.gettext(
            "Once a year, for the birthday, a member gets %(points)s, valid for %(days)s.",
            points=speech.points(birthday),
            days=speech.days(programme.birthday_valid_days),
        )
        if birthday
        else speech.gettext("There are no points for a birthday."),
        "birthday_points",
        "birthday_valid_days",
    )
    yield about(
        speech.gettext(
            "At a friend's first purchase both get %(points)s, valid for %(days)s.",
            points=speech.points(friend),
            days=speech.days(programme.referral_valid_days),
        )
        if friend
        else speech.gettext("There are no points for bringing a friend."),
        "referral_points",
        "referral_valid_days",
    )


def returns(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    window, grace = programme.return_window_days, programme.restore_grace_days
    yield about(_window(window, speech), "return_window_days")
    yield about(_already_spent(programme, speech), "negative_policy")
    yield about(
        speech.gettext(
            "Spent points that have lapsed meanwhile come back for %(days)s.",
            days=speech.days(grace),
        )
        if grace
        else speech.gettext("Spent points that have lapsed meanwhile do not come back."),
        "restore_grace_days",
    )


def manual(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    limit = programme.adjust_solo_limit
    yield about(
        speech.ngettext(
            "Up to %(points)s point a manager gives or takes alone, always with a reason; more needs a second one.",
            "Up to %(points)s points a manager gives or takes alone, always with a reason; more needs a second one.",
            limit,
            points=speech.number(limit),
        )
        if limit
        else speech.gettext("Points are given or taken by two managers together, always with a reason."),
        "adjust_solo_limit",
    )


def _window(window: int | None, speech: Speech) -> str:
    if window is None:
        return speech.gettext("Goods may come back at any time.")
    if window == 0:
        return speech.gettext("Goods may come back on the day of the receipt only.")
    return speech.ngettext(
        "Goods may come back within %(days)s day of the receipt.",
        "Goods may come back within %(days)s days of the receipt.",
        window,
        days=speech.number(window),
    )


def _already_spent(programme: Programme, speech: Speech) -> str:
    match programme.negative_policy:
        case "forgive":
            return speech.gettext("Earned points that have been spent already are forgiven.")
        case "refund":
            return speech.gettext("Earned points that have been spent already are kept back from the refund.")
        case _:
            return speech.gettext("Earned points that have been spent already are owed: the next points pay them.")
