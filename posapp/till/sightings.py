"""What a manager sees of a card's past: everything of the own stores, of the others that something was there.

A card of a chain is used in all its stores, so a manager who has typed a customer's number sees the card whole: its
points, their terms, and every movement. Of what was done in a store that is not theirs they see when, what and in which
store; never the receipt, the money, or who was at the till. What was done in the office has no store, and is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from posapp.points.posting import Posting
from posapp.points.reasons import reasons
from posapp.staff.queries import names
from posapp.stores import queries as stores


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One posting, as far as its reader may see it."""

    store: str | None
    """None: in the office, or by the system."""
    receipt: str | None
    money_minor: int | None
    """Paid in money; negative when goods came back."""
    person: str | None
    reason: str | None


def sightings(member_id: UUID, postings: Iterable[Posting], own_stores: frozenset[UUID]) -> dict[UUID, Sighting]:
    """By posting, for a reader whose stores these are."""
    shown = list(postings)
    why = reasons(member_id, [posting.posting_id for posting in shown])
    places = {store.store_id: store.name for store in stores.stores({each.store_id for each in shown if each.store_id})}
    people = names({each.staff_id for each in shown if each.staff_id})
    return {
        posting.posting_id: _seen(posting, own_stores, places, people, why.get(posting.posting_id)) for posting in shown
    }


def _seen(
    posting: Posting, own_stores: frozenset[UUID], places: dict[UUID, str], people: dict[UUID, str], reason: str | None
) -> Sighting:
    store = places.get(posting.store_id) if posting.store_id else None
    if posting.store_id is not None and posting.store_id not in own_stores:
        return Sighting(store=store, receipt=None, money_minor=None, person=None, reason=None)
    return Sighting(
        store=store,
        receipt=posting.receipt,
        money_minor=posting.money_minor if posting.receipt else None,
        person=people.get(posting.staff_id) if posting.staff_id else None,
        reason=reason,
    )
