"""Whatever is written wrong gets one refusal with a sentence, from every service, and nothing is moved or kept."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from posapp.core.db import db, transaction
from posapp.points import refusals, service
from posapp.points.operations import Adjust
from posapp.points.receipt import Line, Receipt
from posapp.points.rows import ACCOUNT, POSTING
from tests.points.counter import Counter

NOT_POINTS: tuple[Any, ...] = (
    -1,
    1.0,
    1.5,
    True,
    float("nan"),
    float("inf"),
    10**11,
    "5",
    "１０",
    "maximum",
    None,
    [5],
)
NOT_AMOUNTS: tuple[Any, ...] = (-1, 0.0, 10.5, False, float("nan"), 10**11, 10**30, "100", None)
NOT_TEXTS: tuple[Any, ...] = ("", "x" * 65, "R\x001", "R\n1", "R\ud8001", 1, None, ["R1"])
NOT_DAYS: tuple[Any, ...] = (0, -1, 1.5, True, 36_501, "5")
LINES = (Line("1", 100_000),)

Call = Callable[[Any, UUID, Any], object]
CALLS: dict[str, tuple[tuple[Any, ...], Call]] = {
    "sale, points": (NOT_POINTS, lambda c, a, bad: c.sale(a, redeem=bad)),
    "sale, hold": (("", "h" * 201, "h\x00", 5), lambda c, a, bad: c.sale(a, hold=bad)),
    "sale, amount": (NOT_AMOUNTS, lambda c, a, bad: c.sale(a, lines=lambda: (Line("1", bad),))),
    "sale, all amounts": ((6 * 10**10,), lambda c, a, bad: c.sale(a, lines=lambda: (Line("1", bad), Line("2", bad)))),
    "sale, number": (NOT_TEXTS, lambda c, a, bad: c.sale(a, number=bad)),
    "sale, line": (NOT_TEXTS, lambda c, a, bad: c.sale(a, lines=lambda: (Line(bad, 1),))),
    "sale, category": (NOT_TEXTS[:6], lambda c, a, bad: c.sale(a, lines=lambda: (Line("1", 1, bad),))),
    "sale, lines": (((), [Line("1", 1)], LINES * 2, (1,), None), lambda c, a, bad: c.sale(a, lines=lambda: bad)),
    "check_redeem": (NOT_POINTS, lambda c, a, bad: service.check_redeem(a, receipt=c.receipt(), redeem=bad, at=c.at)),
    "return, amount": ((*NOT_AMOUNTS, 0), lambda c, a, bad: c.back(a, lines=(("1", bad),))),
    "return, line": (NOT_TEXTS, lambda c, a, bad: c.back(a, lines=((bad, 1),))),
    "return, lines": (((),), lambda c, a, bad: c.back(a, lines=bad)),
    "return, number": (NOT_TEXTS, lambda c, a, bad: c.back(a, receipt=bad)),
    "quote": (
        (*NOT_AMOUNTS, (), LINES * 2, [Line("1", 1)]),
        lambda c, a, bad: service.quote(a, lines_or_total=bad, store_id=c.store_id, at=c.at),
    ),
    "reserve, points": ((*NOT_POINTS, 0), lambda c, a, bad: c.reserve(a, points=bad)),
    "reserve, lines": (((), [Line("1", 1)], LINES * 2), lambda c, a, bad: c.reserve(a, lines=bad)),
    "void": (("", 5, None, "h" * 201), lambda c, a, bad: c.asked(service.void, a, hold=bad, store_id=c.store_id)),
    "adjust, points": ((*NOT_AMOUNTS[1:], 0, -(10**11)), lambda c, a, bad: c.adjust(a, points=bad)),
    "adjust, days": (NOT_DAYS, lambda c, a, bad: c.adjust(a, valid_days=bad)),
}
REASONS: tuple[Any, ...] = ("", " \n", None, 5, "a\x00b", "\ud800", "x" * 501)


class Asking:
    """Short words for the services, each with good values in every other place."""

    def __init__(self, counter: Counter) -> None:
        self.at, self.store_id = counter.clock.now(), counter.store_id
        self.every: dict[str, Any] = {"actor": counter.actor, "at": self.at}

    def asked(self, act: Callable[..., object], *names: object, **values: Any) -> object:
        return act(*names, key=str(uuid4()), **self.every, **values)

    def receipt(self, number: Any = "R2", lines: Callable[[], Any] = lambda: LINES) -> Receipt:
        return Receipt(self.store_id, number, lines())

    def sale(self, member: UUID, **values: Any) -> object:
        parts = {name: values.pop(name) for name in ("number", "lines") if name in values}
        return self.asked(
            service.sale, member, receipt=self.receipt(**parts), proven=True, **({"redeem": 0} | values)
        )  # fmt: skip

    def back(self, member: UUID, **values: Any) -> object:
        return self.asked(service.return_receipt, member, store_id=self.store_id, **({"receipt": "R1"} | values))

    def reserve(self, member: UUID, **values: Any) -> object:
        good = {"points": 5, "lines": LINES, "store_id": self.store_id, "proven": True}
        return self.asked(service.reserve, member, **(good | values))

    def adjust(self, member: UUID, **values: Any) -> object:
        good = {"points": 5, "reason": "goodwill", "author": uuid4(), "approver": uuid4()}
        return self.asked(service.adjust, member, **(good | values))


def everything(member: UUID) -> list[Any]:
    db.session.rollback()
    return [
        db.session.execute(select(table).where(table.c.member_id == member)).mappings().all()
        for table in (ACCOUNT, POSTING)
    ]


def test_each_value_that_cannot_be_is_refused_by_each_service_and_nothing_moves(counter: Counter) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R1")
    before, asking, accepted = everything(anna), Asking(counter), []
    for name, (values, call) in CALLS.items():
        for bad in values:
            try:
                with transaction():
                    call(asking, anna, bad)
            except refusals.BadAmount as refusal:
                counter.remember(refusal)
            else:
                accepted.append((name, bad))
    assert accepted == []
    assert everything(anna) == before


@pytest.mark.parametrize("reason", REASONS, ids=repr)
def test_a_reason_that_nobody_can_read_is_none(reason: Any) -> None:
    with pytest.raises(refusals.ReasonRequired):
        Adjust(5, reason, "author")


def test_a_reason_may_have_lines() -> None:
    assert Adjust(5, "Broken on the way.\n\tShe wrote to us.", "author").points == 5
