"""The card in a page's address, if this shift has found it."""

from __future__ import annotations

from uuid import UUID

from posapp.core import clock, ids
from posapp.members.queries import UnknownMember
from posapp.till.cards import Card, card_of, is_open
from posapp.web.access import me


def found_id(member_id: str) -> UUID:
    """The id of the card that this shift has found, read from the shift alone. Raises UnknownMember."""
    try:
        found = ids.parse_id(member_id)
    except ids.NotAnId:
        raise UnknownMember from None
    if not is_open(found, me()):
        raise UnknownMember
    return found


def found_card(member_id: str) -> Card:
    """The card that this shift has found, with its holder and its points. Raises UnknownMember for any other."""
    return card_of(found_id(member_id), person=me(), at=clock.now())
