"""Two cards of one customer become one: agreed to by a code to the number whose card is emptied.

What moves is said before the code is sent, and what a merge would refuse is refused then. Every number of the emptied
card leads to the living one afterwards: the customer is found by either, and an emptied number opens no second card
with a second welcome. Consents are not taken over: what the holder of the living card has agreed to stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from posapp import audit
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.business_day import business_day
from posapp.core.errors import Refusal
from posapp.core.phone import PhoneNumber
from posapp.core.text import N_
from posapp.members import queries as members
from posapp.members import service as holders
from posapp.points import checking
from posapp.points import queries as ledger
from posapp.points import service as points
from posapp.points.checking import MergePreview
from posapp.points.refusals import Frozen, OwnCard
from posapp.stores import queries as stores
from posapp.till import finding
from posapp.till.cards import Card
from posapp.verification.challenge import ChallengeRow
from posapp.verification.handlers import Done
from posapp.verification.purposes import Purpose
from posapp.verification.starting import Started, start
from posapp.web.access import Person, TillPlace, Visitor


class NoCardThere(Refusal):
    """The number of the card to be emptied leads to none."""

    code, status = "no_card", 422
    sentence = N_("No card with this number. Check the number and type it again.")


class CardFrozen(Refusal):
    """A frozen card is not merged, whichever of the two it is."""

    code = "card_frozen"
    sentence = N_("One of the two cards is frozen, so they cannot be merged. Clear that up in the office first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The card to be emptied, and what would become of it."""

    member_id: UUID
    name: str
    phone: PhoneNumber
    language: str
    preview: MergePreview
    receipts_today: int


def look_at(
    living: Card, phone: PhoneNumber, *, place: TillPlace, person: Person, actor: Actor, at: datetime
) -> Leaving:
    """The card of ``phone`` as it would be emptied into the open one. The look-up is audited and counted.

    Raises NoCardThere, SameAccount (also where both numbers lead to one card), CardFrozen, FindStopped, and OwnCard
    where either card is that of the person who asks.
    """
    emptied = finding.look_up(phone, person=person, actor=actor, at=at)
    if emptied is None:
        raise NoCardThere
    if living.is_own or finding.leads_to_own(person, emptied):
        raise OwnCard
    try:
        preview = checking.preview_merge(emptied, into=living.member_id, at=at)
    except Frozen:
        raise CardFrozen from None
    member = members.card_of(emptied)
    return Leaving(
        member_id=emptied,
        name=member.display_name,
        phone=phone,
        language=member.language,
        preview=preview,
        receipts_today=ledger.count_sales(emptied, business_day(at, place.timezone, place.cutover_hour)),
    )


def ask_code(living: Card, leaving: Leaving, *, seen: Visitor, at: datetime) -> Started:
    """Send a code to the number of the card to be emptied, good for these two cards. Inside ``transaction()``."""
    if seen.person is None or seen.till is None:
        raise RuntimeError("a code to merge is asked for by somebody signed in at a till")
    return start(
        purpose=Purpose.MERGE_CARDS,
        phone=leaving.phone,
        subject={"emptied": str(leaving.member_id), "into": str(living.member_id)},
        actor=seen.actor,
        person_session=seen.person,
        store_id=seen.till.store_id,
        till_id=seen.till.till_id,
        language=leaving.language,
        text_params={"shop": stores.shop().brand},
        at=at,
    )


def merge(challenge: ChallengeRow, subject: Mapping[str, Any], *, actor: Actor, at: datetime, key: str) -> Done:
    """The handler of right codes to merge: these two cards, and no others.

    Raises NumberMoved when the proven number leads to another card by now, and what the ledger refuses.
    """
    emptied, into = UUID(subject["emptied"]), UUID(subject["into"])
    posted = points.merge(
        emptied, into=into, key=key, actor=actor, at=at, store_id=challenge.store_id, challenge_id=challenge.id
    )
    holders.lead_on(emptied, into=posted.member_id, phone_index=challenge.phone_index, at=at)
    details = {
        "emptied": str(emptied),
        "posting": str(posted.posting_id),
        "points": posted.change,
        "challenge": str(challenge.id),
    }
    audit.record(AuditTag.CARDS_MERGED, actor=actor, at=at, object_id=posted.member_id, details=details)
    return Done("merged", into, posted.posting_id)
