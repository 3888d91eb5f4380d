"""The card as the office shows it: open only to the sign-in of the manager who has found it by its whole number.

Who types the whole number has the customer before them or on the telephone; so the card may be of any store, as the
card itself may be used in any. What of its past belongs to other stores is said in ``sightings``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from posapp.points import adjustment_request
from posapp.points import queries as ledger
from posapp.points.adjustment_request import RequestRow
from posapp.points.posting import Posting
from posapp.points.queries import LotRow
from posapp.staff.queries import names
from posapp.stores import queries as stores
from posapp.till.cards import Card, card_of
from posapp.till.sightings import Sighting, sightings
from posapp.web.access import Person

HISTORY_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFile:
    """Everything on the manager's page of one card."""

    card: Card
    lots: list[LotRow]
    history: list[Posting]
    """The newest first."""
    seen: dict[UUID, Sighting]
    requests: list[RequestRow]
    """What waits for a second person, wherever."""
    authors: dict[UUID, str]
    timezone: str
    """Of the store where the card was opened: the clock that its terms go by."""


def card_file(member_id: UUID, *, person: Person, at: datetime) -> CardFile:
    """The card that this manager found last. Raises UnknownMember for any other, as for one that does not exist."""
    card = card_of(member_id, person=person, at=at)
    history = ledger.history(member_id, limit=HISTORY_SHOWN)
    requests = adjustment_request.of_card(member_id, at)
    return CardFile(
        card=card,
        lots=ledger.open_lots(member_id),
        history=history,
        seen=sightings(member_id, history, person.store_ids),
        requests=requests,
        authors=names({request.author_id for request in requests}),
        timezone=stores.store(card.store_id).timezone,
    )
