"""The words of a message: where it stands, what it is for, by which way it goes."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SUBMITTED = "submitted"
    """A gateway has taken it, or may have: an answer that was lost counts as taken."""
    SENT = "sent"
    BUFFERED = "buffered"
    """The phone is off or out of reach; the network goes on trying."""
    UNKNOWN = "unknown"
    """No last word came in time, which is usual; it may still come."""
    FAILED = "failed"
    EXPIRED = "expired"
    REFUSED = "refused"
    DELIVERED = "delivered"


RANK = {
    State.QUEUED: 0,
    State.SUBMITTED: 1,
    State.SENT: 2,
    State.BUFFERED: 3,
    State.UNKNOWN: 3,
    State.FAILED: 4,
    State.EXPIRED: 4,
    State.REFUSED: 4,
    State.DELIVERED: 5,
}
"""A receipt only raises the rank, so late, repeated and disordered receipts do no harm."""

ON_THE_WAY = (State.SUBMITTED, State.SENT, State.BUFFERED)
"""Taken by a gateway, and waiting for the last word."""

FINAL_RANK = RANK[State.FAILED]
"""From this rank on nothing more is awaited."""


class Traffic(StrEnum):
    """Why somebody is written to. Advertisements and codes share no queue, no template and no budget."""

    SERVICE = "service"
    MARKETING = "marketing"


class Priority(IntEnum):
    """Whose turn it is first."""

    SERVICE = 0
    MARKETING = 10


PRIORITY = {Traffic.SERVICE: Priority.SERVICE, Traffic.MARKETING: Priority.MARKETING}


class Channel(StrEnum):
    """By which way a message goes."""

    SMS = "sms"
    CALL = "call"
    MESSENGER = "messenger"


class Outcome(StrEnum):
    """What came of handing a message to a gateway."""

    ACCEPTED = "accepted"
    REFUSED_FINAL = "refused_final"
    """The number or the text is bad: no other gateway would take it."""
    REFUSED_RETRY = "refused_retry"
    """Too fast; try the same one later."""
    NOT_SENT = "not_sent"
    """Surely not sent: try elsewhere, or again."""
    UNKNOWN = "unknown"
    """Perhaps sent: the answer was lost."""


def one_of(column: str, values: type[StrEnum]) -> str:
    """The condition of a CHECK: the column holds one of the words."""
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"
