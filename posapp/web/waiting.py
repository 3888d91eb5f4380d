"""What a waiting form says, for the eyes of whoever may send it: known fields by their labels, nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from posapp.core.text import N_
from posapp.web.locale import LANGUAGES

LABELS = {
    "phone": N_("Customer's phone"),
    "receipt": N_("Receipt number"),
    "amount": N_("Receipt total"),
    "points": N_("Points to redeem"),
    "surname": N_("Surname"),
    "given_name": N_("Given name"),
    "patronymic": N_("Patronymic"),
    "birthday_day": N_("Day"),
    "birthday_month": N_("Month"),
    "birthday_year": N_("Year"),
    "email": N_("E-mail"),
    "language": N_("Customer's language"),
    "reason": N_("Reason"),
}
"""Keys, tokens and ids have no label, and are not shown."""
WORDS = {
    "alcohol": N_("Alcohol"),
    "tobacco": N_("Tobacco"),
    "giftcard": N_("Gift cards"),
    "refused_consent": N_("I do not want a card"),
    "abandoned": N_("No card today: delete what was typed"),
}
"""Values that people see as words."""


def readable(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, value) of every field that somebody filled in. A box that is not ticked is not sent, and not listed."""
    return [(gettext(label), _word(value)) for name, value in fields.items() if value and (label := _label(name))]


def _label(name: str) -> str | None:
    """``lines-0-amount`` is a line's amount."""
    part = name.rpartition("-")[2]
    if part == name:
        return LABELS.get(name)
    return {"amount": N_("Amount"), "category": N_("Kind of goods")}.get(part)


def _word(value: str) -> str:
    return gettext(WORDS[value]) if value in WORDS else LANGUAGES.get(value, value)
