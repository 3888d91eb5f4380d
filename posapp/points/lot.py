"""Lots: points of one origin with one term, and the order in which they are spent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

FAR = datetime.max.replace(tzinfo=UTC)
"""Where points that never lapse stand in the order of spending."""


class LotKind(StrEnum):
    """Where the points of a lot came from."""

    EARN = "earn"
    BONUS = "bonus"
    WELCOME = "welcome"
    BIRTHDAY = "birthday"
    ADJUST = "adjust"
    RESTORE = "restore"
    REFERRAL = "referral"


class Contra(StrEnum):
    """The other side of a movement: what the points came from, or went into."""

    EARN = "EARN"
    BONUS = "BONUS"
    ADJUST = "ADJUST"
    REDEEM = "REDEEM"
    HOLD = "HOLD"
    EXPIRE = "EXPIRE"
    TAKEBACK = "TAKEBACK"
    OFFSET = "OFFSET"
    MERGE = "MERGE"


@dataclass(frozen=True, slots=True)
class Term:
    """From when on (inclusive) until when (exclusive; None: for ever) points can be spent. Whole seconds, UTC."""

    available_at: datetime
    expires_at: datetime | None

    @property
    def last_moment(self) -> datetime | None:
        """The last second in which they can be spent: its local day is the one that people are told."""
        return None if self.expires_at is None else self.expires_at - timedelta(seconds=1)

    def is_lapsed(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at

    def is_available(self, at: datetime) -> bool:
        return self.available_at <= at and not self.is_lapsed(at)


@dataclass(frozen=True, slots=True)
class OpenLot:
    """What is left (at least one point) of a lot; the lot itself is defined by the entry that opened it."""

    number: int
    remaining: int
    term: Term


@dataclass(frozen=True, slots=True)
class LotPart:
    """Points that were taken from a lot, and the lot's term: where they go when they come back."""

    lot: int
    points: int
    term: Term


def in_spending_order(lots: Iterable[OpenLot], at: datetime) -> list[OpenLot]:
    """Soonest expiry first; of equal expiry the available ones first, then the lower number."""
    return sorted(lots, key=lambda lot: (lot.term.expires_at or FAR, not lot.term.is_available(at), lot.number))


@dataclass(frozen=True, slots=True)
class Origin:
    """The lot of another, merged card from which a lot was moved here."""

    member_id: UUID
    lot: int


@dataclass(frozen=True, slots=True)
class Opening:
    """What defines a lot, for ever."""

    kind: LotKind
    term: Term
    origin: Origin | None = None
    programme_id: UUID | None = None
    """The programme version it was made under; None: the one in force when the entry is written."""


DEBT = 0
"""The lot number of movements that change what a card owes. Lots count from one."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry to be written: points (never zero) into a lot, or out of it; for the debt, a negative one is owed."""

    lot: int
    contra: Contra
    amount: int
    opening: Opening | None = None
