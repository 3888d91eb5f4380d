"""How long points last, and when a day begins."""

from __future__ import annotations

from collections.abc import Iterator

from babel.numbers import get_currency_name

from posapp.points.programme import Programme
from posapp.points.sentences.sentence import Sentence, about
from posapp.points.speech import Speech


def terms(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    pending = programme.pending_days
    yield about(
        speech.ngettext(
            "Earned points can be spent %(days)s day after the purchase.",
            "Earned points can be spent %(days)s days after the purchase.",
            pending,
            days=speech.number(pending),
        )
        if pending
        else speech.gettext("Earned points can be spent from the next receipt on."),
        "pending_days",
    )
    yield about(_term(programme, speech), "valid_days", "expiry_mode")


def _term(programme: Programme, speech: Speech) -> str:
    count = programme.valid_days
    match programme.expiry_mode:
        case "never":
            return speech.gettext("Points never lapse, unless a gift or a campaign says so.")
        case "eom":
            return speech.ngettext(
                "Points last %(days)s day, and then to the end of that month.",
                "Points last %(days)s days, and then to the end of that month.",
                count,
                days=speech.number(count),
            )
        case _:
            return speech.ngettext(
                "Points last %(days)s day, to the end of the last day.",
                "Points last %(days)s days, to the end of the last day.",
                count,
                days=speech.number(count),
            )


def day(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    zone, hour = programme.tz, programme.cutover_hour
    yield about(
        speech.gettext("Each store's day follows its own clock.")
        if zone is None
        else speech.gettext("In every store the day follows the clock of %(zone)s.", zone=zone),
        "tz",
    )
    yield about(
        speech.gettext("Each store says for itself when its day of business ends.")
        if hour is None
        else speech.gettext("In every store the day of business ends at %(hour)s.", hour=f"{hour:02}:00"),
        "cutover_hour",
    )
    name = str(get_currency_name(speech.currency.code, locale=speech.language))
    digits = programme.exponent
    yield about(
        speech.ngettext(
            "Currency: %(currency)s, with %(digits)s digit after the point.",
            "Currency: %(currency)s, with %(digits)s digits after the point.",
            digits,
            currency=name,
            digits=digits,
        )
        if digits
        else speech.gettext("Currency: %(currency)s, in whole amounts.", currency=name),
        "exponent",
    )
