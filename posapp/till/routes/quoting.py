"""What the buttons of the card page say: what they would do with the receipt as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext, ngettext

from posapp.points import service as points
from posapp.points.quoting import Quote
from posapp.points.refusals import PointsRefusal
from posapp.till.counter import receipt_of
from posapp.till.forms import ReceiptForm
from posapp.web.locale import points as grouped

UNNUMBERED = "-"
"""In place of the receipt number while it is not typed yet: a quote does not depend on it."""


def quote_of(member_id: UUID, store_id: UUID, form: ReceiptForm, *, at: datetime) -> Quote | None:
    """What a receipt of this total would earn and could be paid with; None while the total cannot be read."""
    if not form.amount.value or form.amount.errors or form.lines.errors:
        return None
    try:
        receipt = receipt_of(store_id, form.receipt.value or UNNUMBERED, form.typed_lines())
        return points.quote(member_id, lines_or_total=receipt.lines, store_id=store_id, at=at)
    except PointsRefusal:
        return None


def button_texts(offer: Quote | None, wanted: int | None) -> dict[str, str]:
    """The labels of the two buttons, and why it is the most."""
    if offer is None:
        return {"credit": gettext("Credit points"), "redeem": gettext("Redeem points"), "why": ""}
    spent = offer.redeem_max if wanted is None else wanted
    return {
        "credit": ngettext(
            "Credit %(points)s point", "Credit %(points)s points", offer.earn, points=grouped(offer.earn)
        ),
        "redeem": ngettext("Redeem %(points)s point", "Redeem %(points)s points", spent, points=grouped(spent)),
        "why": _why(offer),
    }


def quote_json(offer: Quote | None, form: ReceiptForm) -> dict[str, Any]:
    """The same for the page's script."""
    body: dict[str, Any] = {"texts": button_texts(offer, form.points.value)}
    body["disabled"] = [] if offer is None or offer.redeem_max else ["redeem"]
    if offer is not None:
        body["values"] = {"points": str(offer.redeem_max)}
    if form.amount.errors and form.amount.data:
        body["errors"] = {"amount": str(form.amount.errors[0])}
    return body


def _why(offer: Quote) -> str:
    """Why no more points can be redeemed, in one line."""
    values = {name: grouped(int(value)) for name, value in offer.why_values.items()}
    why, most, balance = gettext(offer.why, **values), grouped(offer.redeem_max), grouped(offer.spendable)
    return str(gettext("Up to %(most)s of %(balance)s points: %(why)s.", most=most, balance=balance, why=why))
