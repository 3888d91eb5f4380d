"""What other rooms call, through the database."""

from typing import Any
from uuid import uuid4

import pytest

from posapp.core.db import transaction
from posapp.points import queries, refusals, service
from posapp.points.lot import LotKind
from posapp.points.operations import BonusKind
from posapp.points.posting import Posting
from posapp.points.receipt import Line
from posapp.points.refusals import BY_CODE
from posapp.points.state import Status
from tests.points.counter import Counter

LINES = (Line("1", 100_000),)


class Office:
    """Calls a service in a transaction of its own, each time with a new key."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def __call__(self, act: Any, *names: object, key: str | None = None, **values: Any) -> Posting:
        with transaction():
            done = act(*names, key=key or str(uuid4()), actor=self.counter.actor, at=self.counter.clock.now(), **values)
        assert isinstance(done, Posting)
        return done


@pytest.fixture
def office(counter: Counter) -> Office:
    return Office(counter)


def test_points_are_adjusted_with_a_reason_and_many_of_them_by_two(counter: Counter, office: Office) -> None:
    anna, author = counter.card(), uuid4()
    asked: dict[str, Any] = {"points": 501, "author": author}
    with pytest.raises(refusals.ReasonRequired):
        office(service.adjust, anna, reason=" ", **asked)
    for approver in (None, author):
        with pytest.raises(refusals.ApprovalRequired) as refusal:
            office(service.adjust, anna, reason="goodwill", approver=approver, **asked)
        assert refusal.value.values == {"limit": 500}
    assert office(service.adjust, anna, reason="goodwill", approver=uuid4(), **asked).change == 501
    assert office(service.adjust, anna, points=-500, reason="mistake", author=author).change == -500
    with pytest.raises(refusals.InsufficientPoints):
        office(service.adjust, anna, points=-2, reason="mistake", author=author)
    for points, days in ((0, None), (1.5, None), (5, 0), (5, -1)):
        with pytest.raises(refusals.BadAmount):
            office(service.adjust, anna, points=points, reason="mistake", author=author, valid_days=days)
    assert counter.spendable(anna) == 1


def test_a_frozen_card_earns_and_does_not_spend_until_it_is_let_go(counter: Counter, office: Office) -> None:
    anna = counter.card(100)
    office(service.freeze, anna)
    with pytest.raises(refusals.Already):
        office(service.freeze, anna)
    assert queries.account_card(anna, counter.clock.now()).status is Status.FROZEN
    with pytest.raises(refusals.Frozen):
        counter.sale(anna, "R1", redeem=1)
    assert counter.sale(anna, "R1").earned == 50
    office(service.unfreeze, anna)
    assert counter.sale(anna, "R2", redeem=1).redeemed == 1


def test_points_are_set_aside_and_spent_or_given_back(counter: Counter, office: Office) -> None:
    anna = counter.card(500)
    asked = {"points": 200, "lines": LINES, "store_id": counter.store_id, "proven": True}
    assert office(service.reserve, anna, key="h1", **asked).change == -200
    office(service.reserve, anna, key="h2", **asked)
    assert counter.spendable(anna) == 100
    sold = office(service.sale, anna, receipt=counter.receipt("R1"), redeem=0, hold="h1")
    assert (sold.redeemed, sold.earned) == (200, 40)
    assert office(service.void, anna, hold="h2", store_id=counter.store_id).change == 200
    for hold, refusal in (("h1", refusals.HoldCaptured), ("h2", refusals.HoldVoid), ("h3", refusals.NoHold)):
        with pytest.raises(refusal):
            office(service.void, anna, hold=hold, store_id=counter.store_id)
    assert counter.spendable(anna) == 340


@pytest.mark.parametrize(("gift", "points"), [("welcome", 200), ("birthday", 500)])
def test_gifts_come_only_so_often(counter: Counter, office: Office, gift: BonusKind, points: int) -> None:
    anna = counter.card()
    assert office(service.give_bonus, anna, gift=gift).change == points
    assert [lot.kind for lot in queries.open_lots(anna)] == [LotKind(gift)]
    with pytest.raises(refusals.Already):
        office(service.give_bonus, anna, gift=gift)
    counter.clock.advance(days=320)
    if gift == "birthday":
        assert office(service.give_bonus, anna, gift=gift).change == points


def test_a_card_is_welcomed_once_ever_and_so_is_whatever_it_is_merged_into(counter: Counter, office: Office) -> None:
    anna, other = counter.card(welcome=True), counter.card()
    assert counter.spendable(anna) == 200
    with pytest.raises(refusals.Already):
        office(service.give_bonus, anna, gift="welcome")
    with pytest.raises(refusals.Already):
        office(service.open_account, anna, store_id=counter.store_id)
    office(service.merge, anna, into=other)
    with pytest.raises(refusals.Already):
        office(service.give_bonus, other, gift="welcome")
    assert counter.spendable(other) == 200


def test_a_merged_card_leads_to_the_one_that_lives(counter: Counter, office: Office) -> None:
    anna, old, older = counter.card(10), counter.card(20), counter.card()
    counter.sale(older, "R1", redeem=0)
    assert office(service.merge, older, into=old, key="first").change == 50
    moved = office(service.merge, old, into=anna, key="second")
    assert (moved.member_id, moved.change) == (anna, 70)
    assert office(service.merge, old, into=anna, key="second").replayed
    assert queries.account_card(older, counter.clock.now()).member_id == anna
    assert counter.sale(older, "R2").member_id == anna
    found = queries.find_sale(counter.store_id, "R1")
    assert (found.member_id, found.left_minor) == (anna, 100_000)
    back = counter.back(older, "R1", lines=(("1", 50_000),))
    assert (back.member_id, back.taken_back) == (anna, 25)
    assert queries.find_sale(counter.store_id, "R1").left_minor == 50_000
    with pytest.raises(refusals.SameAccount):
        office(service.merge, older, into=old)
    assert counter.spendable(anna) == 10 + 20 + 50 + 50 - 25


def test_a_merge_with_nobody_is_refused(counter: Counter, office: Office) -> None:
    anna = counter.card()
    for emptied, into in ((uuid4(), anna), (anna, uuid4())):
        with pytest.raises(refusals.NoAccount):
            office(service.merge, emptied, into=into)


def test_what_would_be_refused_is_known_before_a_code_is_sent(counter: Counter) -> None:
    anna, at = counter.card(500), counter.clock.now()

    def check(redeem: int, number: str = "R1") -> None:
        service.check_redeem(anna, receipt=counter.receipt(number), redeem=redeem, at=at)

    check(500)
    with pytest.raises(refusals.OverShare) as refusal:
        check(501)
    assert refusal.value.values == {"most": 500}
    counter.sale(anna, "R1")
    with pytest.raises(refusals.ReceiptExists):
        check(1)
    check(1, "R2")


def test_the_history_of_a_card_is_read_in_pages(counter: Counter) -> None:
    anna = counter.card(500)
    for n in range(4):
        counter.sale(anna, f"R{n}")
    with pytest.raises(refusals.ReceiptExists):
        counter.sale(anna, "R0")
    newest = queries.history(anna, limit=3)
    older = queries.history(anna, limit=3, before_seq=newest[-1].seq)
    assert [posting.seq for posting in [*newest, *older]] == [6, 5, 4, 3, 2, 1]
    assert queries.history(anna, limit=1, refused=True)[0].refusal == "receipt_exists"
    assert queries.posting(anna, uuid4()) is None
    with pytest.raises(refusals.NoReceipt):
        queries.find_sale(counter.store_id, "R9")
    for read in (queries.open_lots, lambda member: queries.account_card(member, counter.clock.now())):
        with pytest.raises(refusals.NoAccount):
            read(uuid4())


def test_the_card_says_which_points_lapse_next(counter: Counter) -> None:
    anna = counter.card()
    for points, days in ((30, 10), (20, 10), (100, 50)):
        counter.give(anna, points, valid_days=days)
    expiry = queries.account_card(anna, counter.clock.now()).next_expiry
    assert expiry is not None
    assert (expiry.points, expiry.at.isoformat()) == (50, "2026-03-12T21:00:00+00:00")


def test_every_refusal_has_its_code_and_a_sentence_that_can_be_filled() -> None:
    values = dict.fromkeys(("least", "step", "most", "limit", "left", "spendable", "days"), 5)
    for code, refusal in BY_CODE.items():
        assert refusal.code == code
        assert refusal.sentence % values
        assert refusal.sentence.endswith(".")
    assert len(BY_CODE) == 25


def test_a_key_has_a_length(counter: Counter, office: Office) -> None:
    anna = counter.card()
    with pytest.raises(ValueError):
        office(service.freeze, anna, key="k" * 201)
