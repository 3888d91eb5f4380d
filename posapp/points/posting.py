"""A posting as the rest of the house sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

Result = Mapping[str, int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One operation on one card, with its answer. Points and minor units, whole numbers."""

    member_id: UUID
    """The card that lives: a request for a merged card is posted on the one it leads to."""
    posting_id: UUID
    seq: int
    kind: str
    key: str
    fingerprint: bytes
    receipt: str | None
    store_id: UUID | None
    till_id: UUID | None
    staff_id: UUID | None
    about_id: UUID | None
    at: datetime
    business_day: date
    money_minor: int
    balance_after: int
    debt_after: int
    spendable_after: int
    """What the card could spend right after it."""
    result: Result
    refusal: str | None = None
    replayed: bool = False
    """Was this posted before, by an earlier request with the same key?"""

    @property
    def redeemed(self) -> int:
        return self._number("redeemed")

    @property
    def earned(self) -> int:
        return self._number("earned")

    @property
    def to_pay_minor(self) -> int:
        return self._number("to_pay_minor")

    @property
    def given_back(self) -> int:
        return self._number("given_back")

    @property
    def taken_back(self) -> int:
        return self._number("taken_back")

    @property
    def refund_minor(self) -> int:
        return self._number("refund_minor")

    @property
    def debt_settled(self) -> int:
        return self._number("debt_settled")

    @property
    def change(self) -> int:
        """Points by which the card has more (or less) to its name, debt counted."""
        granted = sum(self._number(name) for name in ("granted", "adjusted", "moved", "released"))
        lost = sum(self._number(name) for name in ("held", "expired"))
        return self.earned - self.redeemed + self.given_back - self.taken_back + granted - lost

    def _number(self, name: str) -> int:
        value = self.result.get(name, 0)
        return value if isinstance(value, int) else 0
