"""Many tills at one card, at the same moment: processes on PostgreSQL, threads on SQLite."""

import random
from collections import Counter as Tally
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from posapp.core.db import transaction
from posapp.points import service
from posapp.points.posting import Posting
from posapp.points.refusals import PointsRefusal
from tests.points.books import problems
from tests.points.counter import Counter
from tests.verification.hands import all_at_once

pytestmark = pytest.mark.torture

HANDS = 8
RULES: dict[str, Any] = {"earn_rate_bp": 777, "redeem_max_share_bp": 9_000}


def answers(app: Flask, *hands: Callable[[], Posting]) -> Tally[str]:
    """How often each answer came: posted, replayed, or the code of a refusal."""
    return Tally(
        found if isinstance(found, str) else "replayed" if found.replayed else "posted"
        for found in all_at_once(app, hands)
    )


def test_a50_many_tills_cannot_spend_the_same_points(counter: Counter, app: Flask) -> None:
    anna = counter.card(500)
    found = answers(app, *(partial(counter.sale, anna, f"R{n}", redeem=500) for n in range(HANDS)))
    assert found == {"posted": 1, "insufficient": HANDS - 1}
    assert counter.spendable(anna) == 25
    assert problems(anna, programme=counter.programme) == []


def test_a50_and_never_more_than_there_are(counter: Counter, app: Flask) -> None:
    anna = counter.card(500)
    found = answers(app, *(partial(counter.sale, anna, f"R{n}", 20_000, redeem=100) for n in range(HANDS)))
    assert found == {"posted": 5, "insufficient": HANDS - 5}
    assert problems(anna, programme=counter.programme) == []


def test_a52_the_same_request_from_many_sides_is_posted_once(counter: Counter, app: Flask) -> None:
    anna = counter.card(500)
    found = answers(app, *(partial(counter.sale, anna, "R1", redeem=300, key="k") for _ in range(HANDS)))
    assert found == {"posted": 1, "replayed": HANDS - 1}
    assert counter.spendable(anna) == 235


def test_a52_the_same_key_for_different_things_is_one_of_them(counter: Counter, app: Flask) -> None:
    anna = counter.card(500)
    found = answers(app, *(partial(counter.sale, anna, f"R{n}", redeem=100, key="k") for n in range(HANDS)))
    assert found == {"posted": 1, "key_conflict": HANDS - 1}
    assert counter.spendable(anna) == 445


def test_a54_one_receipt_from_many_sides_counts_once(counter: Counter, app: Flask) -> None:
    anna = counter.card()
    found = answers(app, *(partial(counter.sale, anna, "R1") for _ in range(HANDS)))
    assert found == {"posted": 1, "receipt_exists": HANDS - 1}
    assert counter.spendable(anna) == 50


def test_a54_one_receipt_goes_to_one_of_many_cards(counter: Counter, app: Flask) -> None:
    cards = [counter.card() for _ in range(HANDS)]
    found = answers(app, *(partial(counter.sale, card, "R1") for card in cards))
    assert found == {"posted": 1, "receipt_exists": HANDS - 1}
    assert sum(counter.spendable(card) for card in cards) == 50


def test_a54_one_receipt_is_returned_once(counter: Counter, app: Flask) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R1", redeem=300)
    found = answers(app, *(partial(counter.back, anna, "R1") for _ in range(HANDS)))
    assert found == {"posted": 1, "over_return": HANDS - 1}
    assert counter.spendable(anna) == 500
    assert problems(anna, programme=counter.programme) == []


def test_a_hot_card_keeps_its_books(counter: Counter, app: Flask) -> None:
    """Each hand does many things to two cards, duplicates among them; afterwards everything agrees."""
    counter.rules(**RULES)
    cards = [counter.card(300), counter.card(300)]
    clashes = all_at_once(app, [partial(busy, counter, cards, seed) for seed in range(HANDS)])
    assert sum(clashes) == 0
    assert problems(*cards, programme=counter.programme) == []


@pytest.mark.postgres_only
@pytest.mark.usefixtures("no_gate")
def test_without_the_gate_the_schema_still_refuses_two_postings_at_one_place(counter: Counter, app: Flask) -> None:
    cards = [counter.card(300)]
    clashes = all_at_once(app, [partial(busy, counter, cards, seed) for seed in range(HANDS)])
    assert sum(clashes) > 0
    assert problems(*cards, programme=counter.programme) == []


def busy(counter: Counter, cards: list[UUID], seed: int) -> int:
    """What one pair of hands does in a wild minute: the same choices for the same seed, some receipts shared.

    Gives the number of clashes that only the schema stopped.
    """
    chance, clashes = random.Random(seed), 0
    for _ in range(12):
        card, number = chance.choice(cards), f"{seed}-{chance.randrange(4)}"
        shared = f"shared-{chance.randrange(3)}"
        act: list[Callable[[], Any]] = [
            partial(counter.sale, card, number, chance.randrange(1, 90_000), redeem="max", key=number),
            partial(counter.sale, card, shared, redeem=chance.randrange(20)),
            partial(counter.back, card, number),
            partial(counter.back, card, number, lines=(("1", chance.randrange(1, 9_000)),)),
            partial(counter.give, card, chance.randrange(1, 40)),
            partial(_swept, counter, card, f"sweep {seed} {number}"),
        ]
        try:
            chance.choice(act)()
        except PointsRefusal:
            continue
        except IntegrityError as clash:
            if "uq_posting_member_id_seq" not in str(clash):
                raise
            clashes += 1
    return clashes


def _swept(counter: Counter, card: UUID, key: str) -> None:
    with transaction():
        service.expire(card, key=key, actor=counter.actor, at=counter.clock.now())
