"""What a waiting form says, for the eyes of whoever may send it: known fields by their labels, nothing else."""

from __future__ import annotations

import re
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
    "back": N_("Amount that comes back"),
}
"""Keys, tokens and ids have no label, and are not shown."""
BACK = re.compile(r"back_[0-9]+")
"""What comes back of each line of a receipt."""
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
    return [(label, _word(value)) for name, value in fields.items() if value and (label := _label(name, fields))]


def _label(name: str, fields: Mapping[str, str]) -> str | None:
    """``lines-0-amount`` is the amount of what ``lines-0-category`` says."""
    line, _, part = name.rpartition("-")
    if line:
        return _word(fields.get(f"{line}-category", "")) or gettext("Amount") if part == "amount" else None
    label = LABELS["back"] if BACK.fullmatch(name) else LABELS.get(name)
    return label and gettext(label)


def _word(value: str) -> str:
    return gettext(WORDS[value]) if value in WORDS else LANGUAGES.get(value, value)
