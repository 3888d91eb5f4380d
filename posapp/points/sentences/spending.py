"""How points pay, and how much a card may do on one day."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.points.programme import Programme
from posapp.points.sentences.sentence import Sentence, about
from posapp.points.speech import Speech


def paying(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    value = speech.money(programme.point_value_minor)
    yield about(speech.gettext("One point pays %(amount)s.", amount=value), "point_value_minor")
    share, payable = programme.redeem_max_share_bp, programme.min_payable_minor
    yield about(
        speech.gettext("Points may pay up to %(share)s of a receipt.", share=speech.percent(share))
        if share
        else speech.gettext("Receipts cannot be paid with points."),
        "redeem_max_share_bp",
    )
    yield about(
        speech.gettext("At least %(amount)s of a receipt is paid in money.", amount=speech.money(payable))
        if payable
        else speech.gettext("There is no least amount that must be paid in money."),
        "min_payable_minor",
    )
    yield from _numbers(programme, speech)
    yield about(_code(programme.otp_threshold_points, speech), "otp_threshold_points")
    minutes = programme.hold_ttl_min
    yield about(
        speech.ngettext(
            "Points set aside for a receipt are free again after %(minutes)s minute.",
            "Points set aside for a receipt are free again after %(minutes)s minutes.",
            minutes,
            minutes=speech.number(minutes),
        ),
        "hold_ttl_min",
    )


def limits(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    earning, paying_times, points = (
        programme.limit_earn_ops,
        programme.limit_redeem_ops,
        programme.limit_redeem_points,
    )
    yield about(
        speech.gettext("A card may earn on any number of receipts a day.")
        if earning is None
        else speech.ngettext(
            "A card earns on at most %(receipts)s receipt a day.",
            "A card earns on at most %(receipts)s receipts a day.",
            earning,
            receipts=speech.number(earning),
        ),
        "limit_earn_ops",
    )
    yield about(
        speech.gettext("A card may pay with points any number of times a day.")
        if paying_times is None
        else speech.ngettext(
            "A card pays with points at most %(times)s time a day.",
            "A card pays with points at most %(times)s times a day.",
            paying_times,
            times=speech.number(paying_times),
        ),
        "limit_redeem_ops",
    )
    yield about(
        speech.gettext("A card may spend any number of its points a day.")
        if points is None
        else speech.ngettext(
            "A card spends at most %(points)s point a day.",
            "A card spends at most %(points)s points a day.",
            points,
            points=speech.number(points),
        ),
        "limit_redeem_points",
    )


def _numbers(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    least, step = programme.redeem_min_points, programme.redeem_step
    yield about(
        speech.ngettext(
            "At least %(points)s point is spent at once.",
            "At least %(points)s points are spent at once.",
            least,
            points=speech.number(least),
        ),
        "redeem_min_points",
    )
    yield about(
        speech.gettext("Points are spent in any whole number.")
        if step == 1
        else speech.gettext("Points are spent in steps of %(step)s.", step=speech.number(step)),
        "redeem_step",
    )


def _code(threshold: int, speech: Speech) -> str:
    if threshold <= 1:
        return speech.gettext("Every payment with points needs a code from the customer's phone.")
    return speech.ngettext(
        "From %(points)s point on, a payment needs a code from the customer's phone.",
        "From %(points)s points on, a payment needs a code from the customer's phone.",
        threshold,
        points=speech.number(threshold),
    )
