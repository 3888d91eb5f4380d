"""The figures of the enrolment report, in the order in which a card comes about."""

from __future__ import annotations

from enum import StrEnum

from posapp.core.text import N_


class Figure(StrEnum):
    """One thing that is counted. The value is the name of its column, too."""

    BEGUN = "begun"
    SENT = "sent"
    DELIVERED = "delivered"
    MATCHED = "matched"
    APPROVED = "approved"
    """A supervisor has vouched for the number where no code could come."""
    PERSONAL_DATA = "personal_data"
    RULES = "rules"
    ADVERTISING_SMS = "advertising_sms"
    ADVERTISING_CALL = "advertising_call"
    ADVERTISING_MESSENGER = "advertising_messenger"
    CARDS = "cards"
    ACCOUNTS = "accounts"
    FIRST_CREDITS = "first_credits"
    """Receipts that are the first of their card, whenever the card was opened."""


WORDS = {
    Figure.BEGUN: N_("Questionnaires begun"),
    Figure.SENT: N_("Codes sent"),
    Figure.DELIVERED: N_("Codes delivered"),
    Figure.MATCHED: N_("Codes matched"),
    Figure.APPROVED: N_("Supervisor approvals"),
    Figure.PERSONAL_DATA: N_("Consents to personal data"),
    Figure.RULES: N_("Agreed to the card's rules"),
    Figure.ADVERTISING_SMS: N_("Consents to advertising by SMS"),
    Figure.ADVERTISING_CALL: N_("Consents to advertising by call"),
    Figure.ADVERTISING_MESSENGER: N_("Consents to advertising in messengers"),
    Figure.CARDS: N_("Cards opened"),
    Figure.ACCOUNTS: N_("Accounts opened"),
    Figure.FIRST_CREDITS: N_("First credits"),
}

SHORT = {
    Figure.BEGUN: N_("Begun"),
    Figure.SENT: N_("Codes sent"),
    Figure.DELIVERED: N_("Delivered"),
    Figure.MATCHED: N_("Matched"),
    Figure.CARDS: N_("Cards"),
    Figure.FIRST_CREDITS: N_("First credits"),
    Figure.PERSONAL_DATA: N_("Personal data"),
    Figure.RULES: N_("Card's rules"),
    Figure.ADVERTISING_SMS: N_("Ads by SMS"),
    Figure.ADVERTISING_CALL: N_("Ads by call"),
    Figure.ADVERTISING_MESSENGER: N_("Ads in messengers"),
}
"""The same at the head of a narrow column."""

FUNNEL = (Figure.BEGUN, Figure.SENT, Figure.DELIVERED, Figure.MATCHED, Figure.CARDS, Figure.FIRST_CREDITS)
"""The steps that follow one another; the consents stand beside them."""

CONSENTS = (
    Figure.PERSONAL_DATA,
    Figure.RULES,
    Figure.ADVERTISING_SMS,
    Figure.ADVERTISING_CALL,
    Figure.ADVERTISING_MESSENGER,
)
