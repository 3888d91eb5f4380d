"""What an alert says to people: a title for its kind, and one sentence with its counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from posapp.core.text import N_
from posapp.points.watch import Kind

SHORT_ID_CHARACTERS = 8

TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.MANY_RECEIPTS: N_("Many receipts on one card"),
        Kind.RECEIPTS_STOPPED: N_("Too many receipts on one card"),
        Kind.RECEIPT_ELSEWHERE: N_("Receipt of another card"),
        Kind.REDEEMED_SOON: N_("Points spent on a new card"),
        Kind.OWN_CARD: N_("A colleague's own card"),
        Kind.MANY_ADJUSTMENTS: N_("Many adjustments by hand"),
        Kind.ADJUSTMENTS_STOPPED: N_("Too many adjustments by hand"),
        Kind.OVERRIDE: N_("Points spent without a code"),
    }
)

SENTENCES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.MANY_RECEIPTS: N_("It was no. %(times)s on this card that day; up to %(limit)s are usual."),
        Kind.RECEIPTS_STOPPED: N_("The card had %(limit)s receipts that day already. One more was refused."),
        Kind.RECEIPT_ELSEWHERE: N_("The receipt is on card %(owner)s. It was tried on this one too and refused."),
        Kind.REDEEMED_SOON: N_("%(points)s points were spent within %(minutes)s min of the opening of the card."),
        Kind.OWN_CARD: N_("The card belongs to the very person who was serving it. Nothing was moved."),
        Kind.MANY_ADJUSTMENTS: N_("It was no. %(times)s by one person that day; up to %(limit)s are usual."),
        Kind.ADJUSTMENTS_STOPPED: N_("This person had adjusted points %(limit)s times that day. One more was refused."),
        Kind.OVERRIDE: N_("%(points)s points were spent; it was no. %(times)s that one person let pass that day."),
    }
)
"""To be translated and filled with `places`."""


def short_id(member_id: UUID | str) -> str:
    """A card's name in front of people who need not know whose it is."""
    return str(member_id)[:SHORT_ID_CHARACTERS]


def places(details: Mapping[str, Any], number: Callable[[int], str]) -> dict[str, str]:
    """The values of a sentence: counts as `number` writes them, cards by their short ids."""
    return {name: number(value) if isinstance(value, int) else short_id(value) for name, value in details.items()}
