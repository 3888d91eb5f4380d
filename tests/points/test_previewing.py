"""What is said of a return beforehand is what the return then does."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from posapp.core.db import transaction
from posapp.points import queries, refusals, service
from posapp.points.previewing import Foreseen, Restored
from posapp.points.refusals import PointsRefusal
from tests.points.counter import Counter
from tests.support.statement_guard import Watch

RULES: list[tuple[dict[str, Any], set[str]]] = [
    ({"valid_days": 6, "restore_grace_days": 3}, {"debt_settled"}),
    ({"valid_days": 6, "restore_grace_days": 0, "negative_policy": "refund"}, {"lapsed", "deducted_minor"}),
    ({"negative_policy": "forgive", "point_value_minor": 7, "return_window_days": 3}, {"uncollected", "too_late"}),
]
"""Rules, and what must have come out of them at least once besides the usual."""

ROUNDS = 20


def preview(counter: Counter, member_id: UUID, number: str, **extra: Any) -> Foreseen:
    return service.preview_return(member_id, store_id=counter.store_id, receipt=number, at=counter.clock.now(), **extra)


def comparable(found: Any) -> tuple[Any, ...]:
    """Of a preview or of a posting."""
    return dict(found.result), found.debt_after, found.spendable_after


def answer(act: Callable[[], Any]) -> tuple[Any, ...]:
    """What comes out of a preview or of a posting, refusals too."""
    try:
        return comparable(act())
    except PointsRefusal as refusal:
        return refusal.code, refusal.values


def outcome(counter: Counter, member_id: UUID, number: str, **part: Any) -> set[str]:
    """Foretell a return, do it, and hold one against the other; gives what has come out."""
    foretold = answer(lambda: preview(counter, member_id, number, **part))
    assert answer(lambda: counter.back(member_id, number, **part)) == foretold
    result = foretold[0]
    return {result} if isinstance(result, str) else {name for name, value in result.items() if value}


@pytest.mark.parametrize(("rules", "seldom"), RULES, ids=["debt", "refund", "forgive"])
def test_a_preview_is_what_the_return_then_does(counter: Counter, rules: dict[str, Any], seldom: set[str]) -> None:
    """Returns of random parts in random histories: the same answer, or the same refusal."""
    counter.rules(**rules, redeem_max_share_bp=9_000, earn_rate_bp=2_000)
    chance, anna, outcomes = random.Random(7), counter.card(300), set[str]()
    for no in range(ROUNDS):
        counter.clock.advance(hours=chance.choice([1, 30]))
        counter.sale(anna, f"R{no}", chance.randint(1, 90_000), redeem=chance.choice([0, "max", "max"]))
        for number in chance.sample([f"R{max(0, no - back)}" for back in range(9)], 2):
            part: dict[str, Any] = {"lines": (("1", chance.randint(1, 60_000)),)} if chance.random() < 0.5 else {}
            outcomes |= outcome(counter, anna, number, **part)
    assert {"given_back", "taken_back", "refund_minor", "over_return", *seldom} <= outcomes


def test_a_look_beforehand_reads_one_shard_and_writes_nothing(counter: Counter, guarded: Watch) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R1", redeem=300)
    before = queries.account_card(anna, counter.clock.now())
    with guarded() as statements:
        preview(counter, anna, "R1")
    assert [statement.split(maxsplit=1)[0] for statement in statements] == ["SELECT"]
    assert queries.account_card(anna, counter.clock.now()) == before


def test_points_that_had_lapsed_are_said_to_come_back_for_some_days(counter: Counter) -> None:
    counter.rules(restore_grace_days=3)
    anna = counter.card()
    counter.give(anna, 100, valid_days=10)
    counter.sale(anna, "R1", 20_000, redeem=100)
    counter.clock.advance(days=20)
    foreseen = preview(counter, anna, "R1")
    (restored,) = foreseen.restored
    assert (restored.points, foreseen.result["given_back"]) == (100, 100)
    counter.back(anna, "R1")
    assert {lot.remaining: lot.term for lot in queries.open_lots(anna)} == {restored.points: restored.term}


def test_a_receipt_of_a_merged_card_is_foreseen_on_the_card_that_lives(counter: Counter) -> None:
    old, anna = counter.card(300), counter.card()
    counter.sale(old, "R1", redeem=300)
    with transaction():
        service.merge(old, into=anna, key="merge", actor=counter.actor, at=counter.clock.now())
    foreseen = preview(counter, old, "R1")
    assert preview(counter, anna, "R1") == foreseen
    assert comparable(counter.back(anna, "R1")) == comparable(foreseen)
    assert foreseen.restored == (Restored(300, queries.open_lots(anna)[0].term),)


def test_no_card_and_no_receipt_are_refused_as_the_return_would_be(counter: Counter) -> None:
    with pytest.raises(refusals.NoReceipt):
        preview(counter, counter.card(), "R9")
    with pytest.raises(refusals.NoAccount):
        preview(counter, UUID(int=1), "R1")
