"""What a receipt does to a card, as the counter asks for it: credit, ask for a code to redeem, redeem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from posapp import audit, settings
from posapp.audit import AuditTag
from posapp.core.actor import Actor
from posapp.core.business_day import business_day
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.messaging import service as messaging
from posapp.points import queries as ledger
from posapp.points import service as points
from posapp.points import watching
from posapp.points.posting import Posting
from posapp.points.quoting import Quote
from posapp.points.receipt import Line, Receipt
from posapp.points.refusals import BadAmount, Frozen, OwnCard, ReceiptExists, TooManyReceipts
from posapp.points.state import Status
from posapp.points.watch import Watch
from posapp.stores import queries as stores
from posapp.till.cards import Card
from posapp.verification.challenge import ChallengeRow
from posapp.verification.handlers import Done
from posapp.verification.phones import phone_of
from posapp.verification.purposes import Purpose
from posapp.verification.starting import Started, start
from posapp.web.access import TillPlace, Visitor

NOTICE_LIFE = timedelta(hours=1)
"""Later than this, the message about a redemption would puzzle more than it helps."""


class ManagerNeeded(Refusal):
    """More points than a code alone may spend: raised before a code is sent."""

    code, status = "manager_needed", 409
    sentence = N_("A code alone redeems up to %(limit)s points a day. Redeem fewer, or ask your manager.")


class TooMany(Refusal):
    """More points than this receipt and this card allow: raised before a code is sent."""

    code, status = "too_many_points", 409
    sentence = N_("Up to %(most)s points can be redeemed on this receipt. Choose that many or fewer.")


def receipt_of(store_id: UUID, number: str, lines: list[tuple[int, str | None]]) -> Receipt:
    """The receipt as it was typed; lines are (minor units, category). Raises BadAmount."""
    return Receipt(store_id, number, tuple(Line(str(no), minor, kind) for no, (minor, kind) in enumerate(lines, 1)))


def watched(own_card: bool = False) -> Watch:
    """What the counter brings along for the fraud watch."""
    return Watch(limits=watching.limits(), own_card=own_card)


def credit(member_id: UUID, receipt: Receipt, *, own_card: bool, key: str, actor: Actor, at: datetime) -> Posting:
    """Credit the receipt, inside ``transaction()``. Raises PointsRefusal."""
    watch = watched(own_card)
    posted = points.sale(member_id, receipt=receipt, redeem=0, key=key, actor=actor, at=at, proven=False, watch=watch)
    if not posted.replayed:
        details = {"posting": str(posted.posting_id), "points": posted.earned}
        audit.record(AuditTag.POINTS_CREDITED, actor=actor, at=at, object_id=member_id, details=details)
    return posted


@dataclass(frozen=True, slots=True)
class Offer:
    """What a receipt would bring, and the most points that a code alone may spend on it."""

    quote: Quote
    most: int
    limit: int

    @property
    def is_capped(self) -> bool:
        """Does the limit on codes, and no rule of the programme, keep it from being more?"""
        return self.most < self.quote.redeem_max


def offer_of(card: Card, receipt: Receipt, *, place: TillPlace, at: datetime) -> Offer:
    """The ledger's quote within what a code alone may spend, per operation and day. Raises PointsRefusal."""
    quote = points.quote(card.member_id, lines_or_total=receipt.lines, store_id=receipt.store_id, at=at)
    day, limit = business_day(at, place.timezone, place.cutover_hour), settings.current().redeem_code_points_max
    most = min(quote.redeem_max, max(0, limit - card.account.counters.on(day).redeem_points))
    most -= most % quote.redeem_step
    return Offer(quote, most if most >= quote.redeem_least else 0, limit)


def redeemable(card: Card, receipt: Receipt, wanted: int | None, *, place: TillPlace, at: datetime) -> int:
    """The points to ask a code for: those wanted, or the most. Raises TooMany, ManagerNeeded or PointsRefusal.

    Judged before a message is sent, so that nobody reads out a code for something that the ledger would refuse.
    """
    if card.account.status is Status.FROZEN:
        raise Frozen
    offer = offer_of(card, receipt, place=place, at=at)
    asked = offer.most if wanted is None else wanted
    if offer.is_capped and asked > offer.most:
        raise ManagerNeeded(limit=offer.limit)
    if not 0 < asked <= offer.most:
        raise TooMany(most=offer.most)
    points.check_redeem(card.member_id, receipt=receipt, redeem=asked, at=at, watch=watched(card.is_own))
    return asked


def ask_code(card: Card, receipt: Receipt, wanted: int, *, seen: Visitor, at: datetime) -> Started:
    """Send a code that is good for exactly this: so many points, this receipt, its lines. Inside ``transaction()``."""
    if seen.person is None or seen.till is None:
        raise RuntimeError("a code to redeem is asked for by somebody signed in at a till")
    subject = {
        "member": str(card.member_id),
        "points": wanted,
        "store": str(receipt.store_id),
        "receipt": receipt.number,
        "total": receipt.total_minor,
        "lines": [[line.id, line.amount_minor, line.category] for line in receipt.lines],
        "language": card.language,
    }
    return start(
        purpose=Purpose.REDEEM,
        phone=card.phone,
        subject=subject,
        actor=seen.actor,
        person_session=seen.person,
        store_id=receipt.store_id,
        till_id=seen.till.till_id,
        language=card.language,
        text_params={"points": wanted, "shop": stores.shop().brand},
        at=at,
    )


def redeem(challenge: ChallengeRow, subject: Mapping[str, Any], *, actor: Actor, at: datetime, key: str) -> Done:
    """The handler of right codes to redeem: the sale that the code was bound to, and nothing else.

    That nobody serves themselves was seen to when the code was asked for, and it is good for that person alone.
    """
    member_id = UUID(subject["member"])
    lines = tuple(Line(line_id, minor, kind) for line_id, minor, kind in subject["lines"])
    posted = points.sale(
        member_id,
        receipt=Receipt(UUID(subject["store"]), subject["receipt"], lines),
        redeem=subject["points"],
        key=key,
        actor=actor,
        at=at,
        challenge_id=challenge.id,
        proven=True,
        watch=watched(),
    )
    _keep_to_the_day(posted, at)
    details = {"posting": str(posted.posting_id), "points": posted.redeemed, "challenge": str(challenge.id)}
    audit.record(AuditTag.POINTS_REDEEMED, actor=actor, at=at, object_id=member_id, details=details)
    tell(challenge, subject, posted, at)
    return Done("redeemed", member_id, posted.posting_id)


def _keep_to_the_day(posted: Posting, at: datetime) -> None:
    """Of two codes asked for at once, the later one finds the day's allowance used up. Raises ManagerNeeded."""
    limit = settings.current().redeem_code_points_max
    counters = ledger.account_card(posted.member_id, at).counters
    if not posted.replayed and counters.on(posted.business_day).redeem_points > limit:
        raise ManagerNeeded(limit=limit)


def tell(challenge: ChallengeRow, subject: Mapping[str, Any], posted: Posting, at: datetime) -> None:
    """Promise the message that says what was spent, so that a customer who did not redeem hears of it."""
    phone = phone_of(challenge)
    if phone is None:
        return
    messaging.promise(
        route=posted.member_id,
        traffic="service",
        template="redeemed",
        language=subject["language"],
        params={"shop": stores.shop().brand, "points": posted.redeemed, "balance": posted.spendable_after},
        phone=phone,
        expires_at=at + NOTICE_LIFE,
        at=at,
        decision={"reason": "service", "posting": str(posted.posting_id)},
    )


def field_of(refusal: Refusal) -> str:
    """The field of the receipt form that a refusal speaks of."""
    if isinstance(refusal, ReceiptExists | TooManyReceipts | OwnCard):
        return "receipt"
    return "amount" if isinstance(refusal, BadAmount) else "points"
