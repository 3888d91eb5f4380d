"""What came of a trial, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.points.lot import LotKind
from posapp.points.quoting import EARN_NOTES
from posapp.points.speech import Speech
from posapp.points.trial import Lot, Step

KINDS: Mapping[LotKind, str] = MappingProxyType(
    {
        LotKind.ADJUST: N_("On the card from the start"),
        LotKind.EARN: N_("Earned"),
        LotKind.BONUS: N_("From a campaign"),
        LotKind.RESTORE: N_("Given back after they had lapsed"),
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """One step: its heading, its figures (label and text), what else there is to say, and why it was refused."""

    title: str
    figures: list[tuple[str, str]]
    notes: list[str]
    refused: str | None


def told(step: Step, speech: Speech, say: Callable[[Refusal], str]) -> Told:
    """One step of a story in the reader's language; `say` gives the sentence of a refusal."""
    if step.refusal is not None:
        return Told(_title(step, speech), [], [], say(step.refusal))
    figures = _sale(step, speech) if step.type == "sale" else _return(step, speech)
    return Told(_title(step, speech), list(figures), list(_notes(step, speech)), None)


def lot_row(lot: Lot, speech: Speech) -> list[str]:
    """A row of the table of what is left: points, where from, first day, last day."""
    last = speech.gettext("never lapse") if lot.last_day is None else speech.day(lot.last_day)
    return [speech.number(lot.left), speech.gettext(KINDS[lot.kind]), speech.day(lot.first_day), last]


def _title(step: Step, speech: Speech) -> str:
    day, amount = speech.day(step.day), speech.money(step.amount_minor)
    if step.type == "sale":
        return speech.gettext("%(day)s: a receipt of %(amount)s", day=day, amount=amount)
    if step.amount_minor:
        return speech.gettext("%(day)s: goods for %(amount)s come back", day=day, amount=amount)
    return speech.gettext("%(day)s: everything comes back", day=day)


def _sale(step: Step, speech: Speech) -> Iterator[tuple[str, str]]:
    result = step.result
    yield speech.gettext("Points earned"), speech.number(result["earned"])
    yield speech.gettext("Points spent"), speech.number(result["redeemed"])
    yield speech.gettext("To pay in money"), speech.money(result["to_pay_minor"])


def _return(step: Step, speech: Speech) -> Iterator[tuple[str, str]]:
    result = step.result
    yield speech.gettext("Points taken back"), speech.number(result["taken_back"])
    yield speech.gettext("Points given back"), speech.number(result["given_back"])
    yield speech.gettext("Money given back"), speech.money(result["refund_minor"])


def _notes(step: Step, speech: Speech) -> Iterator[str]:
    result = step.result
    if note := result.get("earn_note"):
        yield speech.gettext(EARN_NOTES[note])
    if late := result.get("lapsed"):
        yield speech.ngettext(
            "%(points)s spent point does not come back: it has lapsed.",
            "%(points)s spent points do not come back: they have lapsed.",
            late,
            points=speech.number(late),
        )
    if missing := result.get("uncollected"):
        yield speech.ngettext(
            "%(points)s earned point has been spent already and is not on the card any more.",
            "%(points)s earned points have been spent already and are not on the card any more.",
            missing,
            points=speech.number(missing),
        )
    if kept := result.get("deducted_minor"):
        yield speech.gettext("%(amount)s is kept back from the refund for them.", amount=speech.money(kept))
    if settled := result.get("debt_settled"):
        yield speech.ngettext(
            "%(points)s point pays what the card owed.",
            "%(points)s points pay what the card owed.",
            settled,
            points=speech.number(settled),
        )
