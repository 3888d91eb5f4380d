"""The rules of the fraud watch: what is told to the managers, and what is stopped.

Pure: the shop's limits and what has been counted come in as values. A soft limit makes a suspicion, and the act goes
on; a hard one is a refusal like any other of the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from posapp.points.refusals import OwnCard, PointsRefusal, TooManyAdjustments, TooManyReceipts

MINUTE = timedelta(minutes=1)


class Kind(StrEnum):
    """What may be wrong."""

    MANY_RECEIPTS = "many_receipts"
    RECEIPTS_STOPPED = "receipts_stopped"
    RECEIPT_ELSEWHERE = "receipt_elsewhere"
    REDEEMED_SOON = "redeemed_soon"
    OWN_CARD = "own_card"
    MANY_ADJUSTMENTS = "many_adjustments"
    ADJUSTMENTS_STOPPED = "adjustments_stopped"
    OVERRIDE = "override"


class Counted(StrEnum):
    """What is counted for each person of the staff."""

    ADJUSTMENTS = "adjustments"
    OVERRIDES = "overrides"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often is often, and how often is too often, per day of business. None: never."""

    receipts_alert: int | None = None
    """More receipts than this on one card are told."""
    receipts_stop: int | None = None
    """More receipts than this are not entered on one card."""
    soon: timedelta | None = None
    """A redemption on a card that was opened at most so long ago is told."""
    adjustments_alert: int | None = None
    """More adjustments than this by one person are told."""
    adjustments_stop: int | None = None
    """More adjustments than this by one person are not made."""
    overrides_alert: int | None = None
    """More redemptions than this that one person lets pass without a code are told, each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a journey brings along for the fraud watch. No part of the request: it stays the same with other limits."""

    limits: Limits = field(default_factory=Limits)
    own_card: bool = False
    """Does the card belong to the very person who acts?"""


UNWATCHED = Watch()


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One thing that the managers shall hear of. `details` are counts and ids."""

    kind: Kind
    details: Mapping[str, int | str] = field(default_factory=dict)
    about: UUID | None = None
    """What there is one alert about in a day; None: the card."""


def stop_own_card(watch: Watch) -> None:
    """Raises OwnCard for somebody who serves themselves."""
    if watch.own_card:
        raise OwnCard


def stop_receipt(watch: Watch, receipts: int) -> None:
    """May a card with so many `receipts` today have one more, from this person? Raises OwnCard, TooManyReceipts."""
    stop_own_card(watch)
    limit = watch.limits.receipts_stop
    if limit is not None and receipts >= limit:
        raise TooManyReceipts(limit=limit)


def suspect_receipt(limits: Limits, *, receipts: int, redeemed: int, age: timedelta | None) -> tuple[Suspicion, ...]:
    """What is odd about a receipt: the card's `receipts` of the day with it, the points spent, the age of the card."""
    found = []
    if limits.receipts_alert is not None and receipts > limits.receipts_alert:
        found.append(Suspicion(Kind.MANY_RECEIPTS, {"times": receipts, "limit": limits.receipts_alert}))
    if redeemed and age is not None and limits.soon is not None and age <= limits.soon:
        found.append(Suspicion(Kind.REDEEMED_SOON, {"points": redeemed, "minutes": max(1, -(-age // MINUTE))}))
    return tuple(found)


def suspect_adjustment(limits: Limits, times: int, author: UUID) -> tuple[Suspicion, ...]:
    """What is odd about somebody's adjustment, the `times`-th of the day. Raises TooManyAdjustments."""
    if limits.adjustments_stop is not None and times > limits.adjustments_stop:
        raise TooManyAdjustments(limit=limits.adjustments_stop)
    if limits.adjustments_alert is None or times <= limits.adjustments_alert:
        return ()
    return (Suspicion(Kind.MANY_ADJUSTMENTS, {"times": times, "limit": limits.adjustments_alert}, author),)


def suspect_override(limits: Limits, times: int, *, points: int, posting_id: UUID) -> tuple[Suspicion, ...]:
    """What is odd about a redemption without a code, the `times`-th that somebody lets pass today. Each is told."""
    if limits.overrides_alert is None or times <= limits.overrides_alert:
        return ()
    return (Suspicion(Kind.OVERRIDE, {"points": points, "times": times}, posting_id),)


def suspect_refusal(refusal: PointsRefusal, author: UUID | None) -> tuple[Suspicion, ...]:
    """What a stop says of who ran into it."""
    if isinstance(refusal, OwnCard):
        return (Suspicion(Kind.OWN_CARD),)
    if isinstance(refusal, TooManyReceipts):
        return (Suspicion(Kind.RECEIPTS_STOPPED, dict(refusal.values)),)
    if isinstance(refusal, TooManyAdjustments):
        return (Suspicion(Kind.ADJUSTMENTS_STOPPED, dict(refusal.values), author),)
    return ()
