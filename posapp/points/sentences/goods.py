"""Kinds of goods that earn or pay otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from posapp.points.kinds import Kind, kinds_of, name_of
from posapp.points.programme import Programme
from posapp.points.sentences.sentence import Sentence, about
from posapp.points.speech import Speech

RULES = ("category_rate_bp", "no_earn", "no_redeem")


def kinds(programme: Programme, speech: Speech) -> Iterator[Sentence]:
    for kind in kinds_of(programme):
        yield about(_kind(kind, speech), *RULES, row=kind.code)
    yield about(speech.gettext("All other goods earn as usual and can be paid with points."), *RULES)


def _kind(kind: Kind, speech: Speech) -> str:
    name = name_of(kind.code, speech.gettext)
    if not kind.earns and not kind.pays:
        return speech.gettext("%(kind)s: no points are earned, and points cannot pay.", kind=name)
    if not kind.earns:
        return speech.gettext("%(kind)s: no points are earned, but points can pay.", kind=name)
    if kind.rate_bp is None:
        return speech.gettext("%(kind)s: earned on as usual, but points cannot pay.", kind=name)
    rate = speech.percent(kind.rate_bp)
    if kind.pays:
        return speech.gettext("%(kind)s: %(rate)s comes back, and points can pay.", kind=name, rate=rate)
    return speech.gettext("%(kind)s: %(rate)s comes back, but points cannot pay.", kind=name, rate=rate)
