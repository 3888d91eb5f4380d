"""Goods come back to the counter: to which receipt of this card, with what effect, and doing just that."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from uuid import UUID

from posapp.core.actor import Actor
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.points import queries as ledger
from posapp.points import service as points
from posapp.points.posting import Posting
from posapp.points.previewing import Foreseen
from posapp.points.queries import SaleFound
from posapp.points.refusals import NoReceipt
from posapp.till.cards import Card
from posapp.till.undoing import give_back
from posapp.web.access import TillPlace

Lines = tuple[tuple[str, int], ...] | None
"""Line id and minor units of what comes back; None: all that is left of the receipt."""


class NotOnThisCard(Refusal):
    """The receipt is on another card, of another store, or nobody has entered it: nobody is told which."""

    code, status = "receipt_not_on_card", 404
    sentence = N_("This receipt is not on this card. Check its number.")


class EffectChanged(Refusal):
    """The return would do something else than the page has said; nothing was done."""

    code, status = "effect_changed", 409
    sentence = N_("Nothing was done yet. Look at what it does now, and press the button once more.")


def sale_of(card: Card, key: UUID, *, place: TillPlace) -> SaleFound:
    """The receipt of this name, if it is of this store and on this card. Raises NotOnThisCard."""
    try:
        sale = ledger.sale_under(key)
    except NoReceipt:
        raise NotOnThisCard from None
    if (sale.member_id, sale.posting.store_id) != (card.account.member_id, place.store_id):
        raise NotOnThisCard
    return sale


def foresee(sale: SaleFound, lines: Lines, *, at: datetime) -> Foreseen:
    """What taking these back would do now. Raises the PointsRefusal that it would get."""
    store_id, receipt = named(sale)
    return points.preview_return(sale.member_id, store_id=store_id, receipt=receipt, lines=lines, at=at)


def mark_of(found: Foreseen | Posting) -> str:
    """An effect in a word that a form can carry: two effects with the same mark are the same."""
    told = json.dumps([dict(found.result), found.debt_after], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def take_back(
    sale: SaleFound, lines: Lines, reason: str | None, *, said: str | None, key: str, actor: Actor, at: datetime
) -> Posting:
    """Take goods back, inside ``transaction()``, if that has the effect of the mark ``said``.

    Raises EffectChanged and PointsRefusal.
    """
    store_id, receipt = named(sale)
    posted = give_back(sale.member_id, store_id, receipt, reason, lines=lines, key=key, actor=actor, at=at)
    if mark_of(posted) != said:
        raise EffectChanged
    return posted


def named(sale: SaleFound) -> tuple[UUID, str]:
    if sale.posting.store_id is None or sale.posting.receipt is None:
        raise RuntimeError("a sale has a store and a receipt")
    return sale.posting.store_id, sale.posting.receipt
