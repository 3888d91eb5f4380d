"""What a code can be asked for."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """The acts that a customer confirms by a code."""

    ENROL = "enrol"
    REDEEM = "redeem"
    EARN = "earn"
    CHANGE_NUMBER = "change_number"
    MERGE_CARDS = "merge_cards"
    PRIVACY_REQUEST = "privacy_request"
