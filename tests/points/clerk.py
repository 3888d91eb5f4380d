"""Cards with a past, for tests that look into their books."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from posapp.core.db import transaction
from posapp.points import service
from posapp.points.receipt import Line
from posapp.points.refusals import PointsRefusal
from tests.points.counter import Counter


class Clerk:
    """Makes cards with a past."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def several(self) -> None:
        """Four cards, two of them merged, and three receipts."""
        self.usual()
        self.owing()
        self.taking()

    def usual(self) -> UUID:
        """Opened, given, sold and spent, refused, frozen."""
        card, number = self.counter.card(300, welcome=True), uuid4().hex
        self.counter.sale(card, number, redeem=150)
        with pytest.raises(PointsRefusal):
            self.counter.back(card, number, lines=(("1", 999_999),))
        self._act(service.freeze, card)
        return card

    def reserving(self) -> UUID:
        card = self.counter.card(300)
        lines, store_id = (Line("1", 100_000),), self.counter.store_id
        self._act(service.reserve, card, points=100, lines=lines, store_id=store_id, proven=True)
        return card

    def owing(self) -> UUID:
        """The points of a receipt were spent before it came back."""
        card, number = self.counter.card(), uuid4().hex
        self.counter.sale(card, number)
        self.counter.sale(card, uuid4().hex, 10_000, redeem=50)
        self.counter.back(card, number)
        return card

    def taking(self) -> UUID:
        return self._merged()[1]

    def leaving(self) -> UUID:
        return self._merged()[0]

    def _merged(self) -> tuple[UUID, UUID]:
        old, card = self.counter.card(100), self.counter.card()
        self._act(service.merge, old, into=card)
        return old, card

    def _act(self, act: Callable[..., object], card: UUID, **values: object) -> None:
        with transaction():
            act(card, key=uuid4().hex, actor=self.counter.actor, at=self.counter.clock.now(), **values)
