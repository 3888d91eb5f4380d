"""What the buttons of the card page say: what they would do with the receipt as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext, ngettext

from posapp.core.text import N_
from posapp.points.queries import AccountCard
from posapp.points.quoting import EARN_NOTES, Quote
from posapp.points.redeeming import Bound
from posapp.points.refusals import PointsRefusal
from posapp.till.cards import Card
from posapp.till.counter import Offer, offer_of, receipt_of
from posapp.till.forms import ReceiptForm
from posapp.web.access import TillPlace
from posapp.web.locale import amount, language, local_day
from posapp.web.locale import points as grouped

SHARES: Mapping[int, str] = MappingProxyType(
    {
        10_000: N_("points may pay the whole receipt"),
        7_500: N_("points may pay three quarters of the receipt"),
        5_000: N_("points may pay half of the receipt"),
        2_500: N_("points may pay a quarter of the receipt"),
    }
)
"""Parts of a receipt that have a name, by basis points."""

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


def quote_texts(card: Card, offer: Offer | None, form: ReceiptForm) -> dict[str, str]:
    """The labels of the two buttons, and what is said above them; the same for the page and for its script."""
    kinds = kinds_problem(form)
    if offer is None:
        return {
            "credit": gettext("Credit points"), "redeem": gettext("Redeem points"), "why": "", "rest": "",
            "kinds": kinds,
        }  # fmt: skip
    earn, spent = offer.quote.earn, form.points.value
    spent = offer.most if spent is None else spent
    redeem = ngettext("Redeem %(points)s point", "Redeem %(points)s points", spent, points=grouped(spent))
    return {
        "credit": ngettext("Credit %(points)s point", "Credit %(points)s points", earn, points=grouped(earn)),
        "redeem": redeem if offer.most else gettext("Redeem points"),
        "why": why_most(offer),
        "rest": " ".join(_rest(offer.quote, spent if spent <= offer.most else 0, card.account.debt)),
        "kinds": kinds,
    }


def quote_json(card: Card, offer: Offer | None, form: ReceiptForm) -> dict[str, Any]:
    """The same for the page's script."""
    body: dict[str, Any] = {"texts": quote_texts(card, offer, form)}
    body["disabled"] = [] if offer is None or offer.most else ["redeem"]
    if offer is not None:
        body["values"] = {"points": str(offer.most) if offer.most else ""}
    if form.amount.errors and form.amount.data:
        body["errors"] = {"amount": str(form.amount.errors[0])}
    return body


def kinds_problem(form: ReceiptForm) -> str:
    """The first thing wrong with the amounts of different kinds of goods; nothing when all is well."""
    for line in form.lines:
        for error in line.amount.errors:
            return f"{line.amount.label.text}: {error}"
    return next((str(error) for error in form.lines.errors if not isinstance(error, dict)), "")


def why_most(offer: Offer) -> str:
    """How many points can be redeemed, and why no more, in one sentence."""
    quote = offer.quote
    if not quote.spendable:
        return str(gettext("There are no points to redeem yet."))
    why = _reason(offer)
    if not offer.most:
        return str(gettext("No points can be redeemed: %(why)s.", why=why))
    most, balance = grouped(offer.most), grouped(quote.spendable)
    return str(gettext("Up to %(most)s of %(balance)s points: %(why)s.", most=most, balance=balance, why=why))


def card_facts(account: AccountCard) -> str:
    """What a customer may ask about the points before any receipt: what is owed, what lapses next, what comes when."""
    facts, debt, expiry, coming = [], account.debt, account.next_expiry, account.next_available
    if debt:
        facts.append(
            ngettext(
                "The next %(points)s point settles an earlier return.",
                "The next %(points)s points settle an earlier return.",
                debt, points=grouped(debt),
            )
        )  # fmt: skip
    if expiry:
        day, points = local_day(expiry.last_moment), expiry.points
        facts.append(
            ngettext(
                "%(points)s point lapses after %(day)s", "%(points)s points lapse after %(day)s",
                points, points=grouped(points), day=day,
            )
        )  # fmt: skip
    if coming:
        values = {"points": grouped(account.pending), "next": grouped(coming.points), "day": local_day(coming.at)}
        whole = gettext("%(points)s more from %(day)s", **values)
        part = gettext("%(points)s more later, %(next)s of them from %(day)s", **values)
        facts.append(whole if coming.points == account.pending else part)
    return " · ".join(facts)


def _reason(offer: Offer) -> str:
    quote = offer.quote
    if offer.is_capped:
        return str(gettext("a code alone redeems up to %(limit)s a day", limit=grouped(offer.limit)))
    if quote.redeem_why is Bound.SHARE:
        return _share(quote)
    return str(gettext(quote.why, **{name: grouped(value) for name, value in quote.why_values.items()}))


def _share(quote: Quote) -> str:
    """What part of the receipt points may pay, in words where there are such."""
    share, is_whole = quote.why_values["share_bp"], quote.eligible_minor == quote.total_minor
    if is_whole and share in SHARES:
        return str(gettext(SHARES[share]))
    if is_whole:
        return str(gettext(quote.why, share=_percent(share)))
    return str(gettext("points may pay %(share)s %% of the goods that they can pay for", share=_percent(share)))


def _percent(basis_points: int) -> str:
    return str(format_decimal(Decimal(basis_points) / 100, locale=language()))


def _rest(quote: Quote, spent: int, debt: int) -> Iterator[str]:
    """What is left to pay when so many points are redeemed, and what the money brings."""
    if spent:
        money = amount(quote.total_minor - spent * quote.point_value_minor)
        earn = quote.earn_with(spent)
        yield ngettext(
            "Redeeming %(spent)s: %(money)s to pay in money, %(points)s point credited.",
            "Redeeming %(spent)s: %(money)s to pay in money, %(points)s points credited.",
            earn, spent=grouped(spent), money=money, points=grouped(earn),
        )  # fmt: skip
    if quote.earn_note is not None:
        yield gettext(EARN_NOTES[quote.earn_note])
    elif debt:
        settled = min(debt, quote.earn)
        yield ngettext(
            "%(points)s of the credited points settles an earlier return.",
            "%(points)s of the credited points settle an earlier return.",
            settled, points=grouped(settled),
        )  # fmt: skip
