"""The same request twice, the same key for something else, the same receipt again, and answers that are final."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from posapp.core.db import transaction
from posapp.points import queries, refusals, service
from tests.points.counter import Counter
from tests.points.test_ledger import postings


def test_a52_the_same_request_again_gives_the_stored_answer(counter: Counter) -> None:
    anna = counter.card(500)
    first = counter.sale(anna, "R1", redeem=300, key="k")
    counter.clock.advance(hours=30)
    again = counter.sale(anna, "R1", redeem=300, key="k")
    assert again.replayed
    assert not first.replayed
    assert (again.posting_id, again.result, again.at) == (first.posting_id, first.result, first.at)
    assert counter.spendable(anna) == 235


def test_a52_a_second_code_for_the_same_request_makes_it_no_other(counter: Counter) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R1", redeem=300, key="k", challenge_id=uuid4())
    assert counter.sale(anna, "R1", redeem=300, key="k", challenge_id=uuid4()).replayed


@pytest.mark.parametrize(("number", "total", "redeem"), [("R2", 100_000, 10), ("R1", 99_999, 10), ("R1", 100_000, 11)])
def test_a52_the_same_key_for_another_body_is_a_conflict(
    counter: Counter, number: str, total: int, redeem: int
) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R1", redeem=10, key="k")
    with pytest.raises(refusals.KeyConflict) as conflict:
        counter.sale(anna, number, total, redeem=redeem, key="k")
    assert conflict.value.status == 422
    assert counter.spendable(anna) == 500 - 10 + 49
    with pytest.raises(refusals.KeyConflict):
        counter.back(anna, "R1", key="k")


def test_a52_keys_of_two_tills_are_two_keys(counter: Counter) -> None:
    anna, boris = counter.card(), counter.card()
    counter.sale(anna, "R1", key="till-1:k")
    counter.sale(anna, "R2", key="till-2:k")
    counter.sale(boris, "R3", key="till-1:k")
    assert (counter.spendable(anna), counter.spendable(boris)) == (100, 50)


def test_a54_a_receipt_counts_once_on_its_card(counter: Counter) -> None:
    anna = counter.card()
    counter.sale(anna, "R1")
    with pytest.raises(refusals.ReceiptExists):
        counter.sale(anna, "R1")
    assert counter.spendable(anna) == 50


def test_a54_a_receipt_counts_once_on_all_cards(counter: Counter) -> None:
    anna, boris = counter.card(), counter.card()
    counter.sale(anna, "R1")
    with pytest.raises(refusals.ReceiptExists):
        counter.sale(boris, "R1")
    assert (counter.spendable(anna), counter.spendable(boris)) == (50, 0)
    assert queries.find_sale(counter.store_id, "R1").member_id == anna


def test_a54_not_even_after_it_was_undone(counter: Counter) -> None:
    anna, boris = counter.card(), counter.card()
    counter.sale(anna, "R1")
    counter.back(anna, "R1")
    for card in (anna, boris):
        with pytest.raises(refusals.ReceiptExists):
            counter.sale(card, "R1")


def test_two_stores_may_print_the_same_number(counter: Counter) -> None:
    anna = counter.card()
    counter.sale(anna, "R1")
    counter.store_id = counter.add_store()
    counter.sale(anna, "R1")
    assert counter.spendable(anna) == 100


def test_a54_a_receipt_is_returned_once(counter: Counter) -> None:
    anna = counter.card(500)
    counter.sale(anna, "R1", redeem=300)
    counter.back(anna, "R1", key="k")
    assert counter.back(anna, "R1", key="k").replayed
    with pytest.raises(refusals.OverReturn) as refusal:
        counter.back(anna, "R1")
    assert refusal.value.status == 409
    assert counter.spendable(anna) == 500


def test_a54_more_than_was_bought_does_not_come_back(counter: Counter) -> None:
    anna = counter.card()
    counter.sale(anna, "R1", 10_000)
    counter.back(anna, "R1", lines=(("1", 6_000),))
    with pytest.raises(refusals.OverReturn):
        counter.back(anna, "R1", lines=(("1", 4_001),))


def test_a_receipt_comes_back_to_its_own_card_only(counter: Counter) -> None:
    anna, boris = counter.card(), counter.card(100)
    counter.sale(anna, "R1")
    with pytest.raises(refusals.NoReceipt):
        counter.back(boris, "R1")
    assert counter.spendable(boris) == 100


def test_a50_one_point_more_than_the_balance_is_refused(counter: Counter) -> None:
    anna = counter.card(100)
    with pytest.raises(refusals.InsufficientPoints) as refusal:
        counter.sale(anna, "R1", redeem=101)
    assert refusal.value.values == {"spendable": 100}
    assert counter.spendable(anna) == 100


def test_a_refusal_is_final_for_its_key(counter: Counter) -> None:
    """A late duplicate cannot spend what the first request could not."""
    anna = counter.card(100)
    with pytest.raises(refusals.InsufficientPoints):
        counter.sale(anna, "R1", redeem=101, key="k")
    counter.give(anna, 400)
    with pytest.raises(refusals.InsufficientPoints) as late:
        counter.sale(anna, "R1", redeem=101, key="k")
    assert late.value.replayed
    assert late.value.values == {"spendable": 100}
    assert counter.sale(anna, "R1", redeem=101, key="new").redeemed == 101


def test_a_refusal_moves_nothing_and_sweeps_nothing(counter: Counter) -> None:
    anna = counter.card()
    counter.give(anna, 100, valid_days=10)
    lots = queries.open_lots(anna)
    counter.clock.advance(days=11)
    with pytest.raises(refusals.InsufficientPoints):
        counter.sale(anna, "R1", redeem=1)
    assert queries.open_lots(anna) == lots
    (refused,) = (row for row in queries.history(anna, refused=True) if row.refusal)
    assert (refused.refusal, refused.seq, refused.balance_after) == ("insufficient", 3, 100)


def test_what_was_written_wrong_is_not_remembered(counter: Counter) -> None:
    anna = counter.card(100)
    with pytest.raises(refusals.CodeRequired) as refusal, transaction():
        service.sale(
            anna, receipt=counter.receipt("R1"), redeem=10, key="k", actor=counter.actor, at=counter.clock.now()
        )
    counter.remember(refusal.value)
    assert postings(anna) == 2
    assert counter.sale(anna, "R1", redeem=10, key="k").redeemed == 10


def test_remembering_a_refusal_gives_way_to_an_answer_that_was_given_meanwhile(counter: Counter) -> None:
    anna = counter.card(100)
    with pytest.raises(refusals.InsufficientPoints) as refusal:
        counter.ask_sale(anna, "R1", redeem=101, key="k")
    counter.give(anna, 400)
    accepted = counter.sale(anna, "R1", redeem=101, key="k")
    with transaction():
        stands = service.remember_refusal(refusal.value)
    assert stands is not None
    assert stands.posting_id == accepted.posting_id
    assert postings(anna) == 4


def test_the_day_of_a_refusal_is_that_of_its_request(counter: Counter) -> None:
    anna = counter.card()
    counter.clock.advance(hours=12)
    with pytest.raises(refusals.NoReceipt):
        counter.back(anna, "R1")
    (refused,) = (row for row in queries.history(anna, refused=True) if row.refusal)
    assert refused.business_day == counter.clock.now().date() + timedelta(days=1)


def test_a_refusal_on_the_way_from_a_merged_card_is_remembered_where_the_request_is_answered(counter: Counter) -> None:
    """The same request twice, by the old card: refused, accepted meanwhile; then the refusal is not to be kept."""
    old, anna = counter.card(), counter.card(100)
    counter.merge(old, anna)
    asked = partial(counter.ask_sale, old, "R1", redeem=101, key="k")
    with pytest.raises(refusals.InsufficientPoints) as refusal:
        asked()
    counter.give(anna, 400)
    accepted = counter.sale(old, "R1", redeem=101, key="k")
    with transaction():
        stands = service.remember_refusal(refusal.value)
    assert stands is not None
    assert (stands.posting_id, stands.member_id) == (accepted.posting_id, anna)
    assert counter.sale(old, "R1", redeem=101, key="k").replayed


def test_a_refusal_is_remembered_on_the_card_that_lives_when_its_own_is_merged_meanwhile(counter: Counter) -> None:
    old, anna = counter.card(), counter.card(100)
    with pytest.raises(refusals.InsufficientPoints) as refusal:
        counter.ask_sale(old, "R1", redeem=101, key="k")
    counter.merge(old, anna)
    counter.remember(refusal.value)
    counter.give(anna, 400)
    with pytest.raises(refusals.InsufficientPoints) as late:
        counter.sale(old, "R1", redeem=101, key="k")
    assert late.value.replayed
    assert postings(anna) == 5
