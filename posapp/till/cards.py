"""The card as it is shown: open only to the shift, or the manager's sign-in, that has found it by its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from posapp.core.phone import PhoneNumber
from posapp.members import queries as members
from posapp.members.queries import UnknownMember
from posapp.points import queries as ledger
from posapp.points.queries import AccountCard
from posapp.web.access import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A found card: who, which number (masked wherever it is printed), how many points."""

    member_id: UUID
    name: str
    language: str
    phone: PhoneNumber
    store_id: UUID
    """Where the card was opened."""
    account: AccountCard
    is_own: bool
    """Does it belong to the person who looks at it?"""


def is_open(member_id: UUID, person: Person) -> bool:
    """Has this shift found the card? Asks nobody."""
    found = person.work.get("card")
    return found is not None and found[0] == str(member_id)


def is_own(person: Person) -> bool:
    """Is the open card that of the very person who has found it? Asks nobody: it was seen to when it was found."""
    found = person.work.get("card")
    return found is not None and (found[2:] == ["own"] or found[1] == str(person.phone_index))


def card_of(member_id: UUID, *, person: Person, at: datetime) -> Card:
    """The card that this shift found last. Raises UnknownMember for any other, as for one that does not exist."""
    if not is_open(member_id, person):
        raise UnknownMember
    phone_index = person.work["card"][1]
    member = members.card_of(member_id)
    return Card(
        member_id=member_id,
        name=member.display_name,
        language=member.language,
        phone=members.phone_at(UUID(phone_index), member_id),
        store_id=member.store_id,
        account=ledger.account_card(member_id, at),
        is_own=is_own(person),
    )
