"""Two programmes side by side: which sentences differ, and what that means for some receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from posapp.points.campaign import Campaign
from posapp.points.kinds import kinds_of, name_of
from posapp.points.lot import OpenLot, Term
from posapp.points.midday import midday
from posapp.points.programme import Programme
from posapp.points.quoting import quote_of
from posapp.points.receipt import ONE_TOTAL, Line
from posapp.points.rule import POINTS_MAX
from posapp.points.sentences import passage
from posapp.points.speech import Speech
from posapp.points.state import Account
from posapp.points.topics import Topic

AMOUNTS = (300, 1_000, 5_000)
"""Of the plain receipts, in whole units of money."""
AMOUNT = 1_000
EXAMPLES_MAX = 12
A_DAY, DAYS_OF_WEEK = timedelta(days=1), 7
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence before and after; None where there was or will be none."""

    topic: Topic
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a receipt comes to: points earned when it is paid in money, points that may pay at most."""

    earned: int
    most: int


@dataclass(frozen=True, slots=True)
class Example:
    """One receipt by both programmes."""

    receipt: str
    before: Meaning
    after: Meaning


@dataclass(frozen=True, slots=True)
class _Case:
    """A receipt: what people call it, its line, its day, and what its member has paid before."""

    receipt: str
    line: Line
    day: date
    spend_minor: int = 0


def changes(before: Programme, after: Programme, speech: Speech) -> list[Change]:
    """The sentences of exactly those rules that differ, in the order of the page."""
    return [change for topic in Topic for change in _changes(topic, before, after, speech)]


def examples(before: Programme, after: Programme, first_day: date, speech: Speech) -> list[Example]:
    """What the difference means, from `first_day` on, for plain receipts and for what the changed rules speak of.

    Both programmes have been brought to a store. The member has points enough for anything.
    """
    cases = islice(_cases(before, after, first_day, speech), EXAMPLES_MAX)
    return [Example(case.receipt, _meaning(before, case), _meaning(after, case)) for case in cases]


def _changes(topic: Topic, before: Programme, after: Programme, speech: Speech) -> Iterator[Change]:
    old, new = (
        {sentence.key: sentence.text for sentence in passage(topic, programme, speech).sentences}
        for programme in (before, after)
    )
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) != new.get(key):
            yield Change(topic, old.get(key), new.get(key))


def _cases(before: Programme, after: Programme, first: date, speech: Speech) -> Iterator[_Case]:
    unit = 10**after.exponent
    for amount in AMOUNTS:
        yield _Case(speech.money(amount * unit), Line(ONE_TOTAL, amount * unit), first)
    for code in _differing_kinds(before, after):
        said = speech.gettext(
            "%(amount)s, %(kind)s", amount=speech.money(AMOUNT * unit), kind=name_of(code, speech.gettext)
        )
        yield _Case(said, Line(ONE_TOTAL, AMOUNT * unit, code), first)
    if before.tiers != after.tiers:
        for spend in sorted({spend for spend, _ in (*before.tiers, *after.tiers) if spend}):
            said = speech.gettext(
                "%(amount)s, after %(paid)s paid before", amount=speech.money(AMOUNT * unit), paid=speech.money(spend)
            )
            yield _Case(said, Line(ONE_TOTAL, AMOUNT * unit), first, spend)
    for campaign in (*before.campaigns, *after.campaigns):
        if (campaign in before.campaigns) != (campaign in after.campaigns):
            yield from _of_campaign(campaign, first, unit, speech)


def _differing_kinds(before: Programme, after: Programme) -> list[str]:
    old, new = ({kind.code: kind for kind in kinds_of(programme)} for programme in (before, after))
    return [code for code in {**old, **new} if old.get(code) != new.get(code)]


def _of_campaign(campaign: Campaign, first: date, unit: int, speech: Speech) -> Iterator[_Case]:
    """A receipt on the first day that the campaign runs, large enough for it."""
    begins = max(first, campaign.first_day)
    left = min((campaign.last_day - begins).days, DAYS_OF_WEEK - 1)
    week = [begins + A_DAY * after for after in range(left + 1)]
    day = next((day for day in week if campaign.runs_on(day)), None)
    if day is None:
        return
    amount = max(AMOUNT * unit, campaign.min_amount)
    said = speech.gettext(
        "%(amount)s, “%(campaign)s”, %(day)s", amount=speech.money(amount), campaign=campaign.id, day=speech.day(day)
    )
    yield _Case(said, Line(ONE_TOTAL, amount, next(iter(campaign.categories), None)), day)


def _meaning(programme: Programme, case: _Case) -> Meaning:
    at = midday(programme, case.day)
    rich = Account(NOBODY, lots=(OpenLot(1, POINTS_MAX, Term(at, None)),), lots_opened=1)
    quote = quote_of(rich, (case.line,), programme, at, spend_minor=case.spend_minor)
    return Meaning(quote.earn, quote.redeem_max)
