"""What consents are asked for, and the terms that each of them is given on.

The terms are words of a fixed list, so that a machine can count with them; the documents say the same in sentences.
"""

from __future__ import annotations

from enum import StrEnum

from posapp.core.db import JsonObject

CONSENT_TERM_YEARS = 3


class ConsentPurpose(StrEnum):
    """One document, one unticked box, one record each."""

    PERSONAL_DATA = "personal_data"
    RULES = "rules"
    ADVERTISING_SMS = "advertising_sms"
    ADVERTISING_CALL = "advertising_call"
    ADVERTISING_MESSENGER = "advertising_messenger"

    @property
    def channel(self) -> str | None:
        """The channel that an advertising consent names; None for the others."""
        head, _, channel = self.value.partition("_")
        return channel if head == "advertising" else None


REQUIRED = frozenset({ConsentPurpose.PERSONAL_DATA, ConsentPurpose.RULES})
"""Without these two there is no card. Advertising is never a condition of anything."""

_QUESTIONNAIRE = ["surname", "given_name", "patronymic", "phone", "language", "signature", "birthday", "email"]
_ADVERTISED = ["phone", "given_name", "language", "birthday", "purchases"]
_ACTIONS = [
    "collect", "record", "organise", "accumulate", "store", "correct", "retrieve", "use", "pass_on",
    "depersonalise", "block", "delete", "destroy",
]  # fmt: skip
_ANY_TIME = ["till", "contact", "letter"]


def terms_of(purpose: ConsentPurpose) -> JsonObject:
    """Data, actions, processors, term and ways to withdraw of the consent that ``purpose`` asks for."""
    if purpose is ConsentPurpose.PERSONAL_DATA:
        return _terms([*_QUESTIONNAIRE, "purchases", "points"], _ACTIONS, ["message_delivery", "hosting"], _ANY_TIME)
    if purpose is ConsentPurpose.RULES:
        return _terms(["phone", "purchases", "points"], [], [], _ANY_TIME, years=None)
    own_way = {"sms": "link_in_message", "call": "during_call", "messenger": "reply_stop"}[purpose.channel or ""]
    return _terms(_ADVERTISED, ["store", "retrieve", "use", "pass_on"], ["message_delivery"], [own_way, *_ANY_TIME])


def _terms(
    items: list[str],
    actions: list[str],
    processors: list[str],
    withdrawal: list[str],
    *,
    years: int | None = CONSENT_TERM_YEARS,
) -> JsonObject:
    return {
        "items": items,
        "actions": actions,
        "processors": processors,
        "withdrawal": withdrawal,
        "term_years": years,
    }
