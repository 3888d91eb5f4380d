"""What the buttons of the card page say: what they would do with the receipt as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from posapp.points.refusals import PointsRefusal
from posapp.till.cards import Card
from posapp.till.counter import Offer, offer_of, receipt_of
from posapp.till.forms import ReceiptForm
from posapp.web.access import TillPlace
from posapp.web.locale import points as grouped

UNNUMBERED = "-"
"""In place of the receipt number while it is not typed yet: a quote does not depend on it."""


def offer_for(card: Card, place: TillPlace, form: ReceiptForm, *, at: datetime) -> Offer | None:
    """What a receipt of this total would earn and could be paid with; None while the total cannot be read."""
    if not form.amount.value or form.amount.errors or form.lines.errors:
        return None
    try:
        receipt = receipt_of(place.store_id, form.receipt.value or UNNUMBERED, form.typed_lines())
        return offer_of(card, receipt, place=place, at=at)
    except PointsRefusal:
        return None


def button_texts(offer: Offer | None, wanted: int | None) -> dict[str, str]:
    """The labels of the two buttons, and why it is the most."""
    if offer is None:
        return {"credit": gettext("Credit points"), "redeem": gettext("Redeem points"), "why": ""}
    earn, spent = offer.quote.earn, offer.most if wanted is None else wanted
    return {
        "credit": ngettext("Credit %(points)s point", "Credit %(points)s points", earn, points=grouped(earn)),
        "redeem": ngettext("Redeem %(points)s point", "Redeem %(points)s points", spent, points=grouped(spent)),
        "why": _why(offer),
    }


def quote_json(offer: Offer | None, form: ReceiptForm) -> dict[str, Any]:
    """The same for the page's script."""
    body: dict[str, Any] = {"texts": button_texts(offer, form.points.value)}
    body["disabled"] = [] if offer is None or offer.most else ["redeem"]
    if offer is not None:
        body["values"] = {"points": str(offer.most)}
    if form.amount.errors and form.amount.data:
        body["errors"] = {"amount": str(form.amount.errors[0])}
    return body


def _why(offer: Offer) -> str:
    """Why no more points can be redeemed, in one line."""
    quote = offer.quote
    values = {name: grouped(int(value)) for name, value in quote.why_values.items()}
    why = gettext(quote.why, **values)
    if offer.is_capped:
        why = gettext("a code alone redeems up to %(limit)s a day", limit=grouped(offer.limit))
    most, balance = grouped(offer.most), grouped(quote.spendable)
    return str(gettext("Up to %(most)s of %(balance)s points: %(why)s.", most=most, balance=balance, why=why))
