"""Who invites and who was invited get points once, after the first purchase, whatever befalls worker and cards."""

from datetime import date, datetime
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError

from posapp.audit.models import AuditRow
from posapp.core.db import db, transaction
from posapp.members.models import Member
from posapp.points import queries, referral, refusals, service
from posapp.points.queries import LotRow
from posapp.points.referring import settle_referrals
from posapp.points.rows import ACCOUNT, POSTING
from tests.points.counter import Counter
from tests.points.test_birthdays import differing
from tests.verification.hands import all_at_once, die, killed


class Friends:
    """Anna has a card; whom she invites is new."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.anna = counter.card()

    def invited(self, *, by: UUID | None = None) -> UUID:
        """A new card, opened at Anna's invitation."""
        return self.counter.card(referrer_id=by or self.anna)

    def settle(self) -> None:
        settle_referrals(self.counter.clock.advance(seconds=60))

    def merge(self, emptied: UUID, into: UUID) -> None:
        with transaction():
            at = self.counter.clock.now()
            service.merge(emptied, into=into, key=f"merge {emptied}", actor=self.counter.actor, at=at)


@pytest.fixture
def friends(counter: Counter) -> Friends:
    counter.rules(referral_points=100, earn_rate_bp=0)
    return Friends(counter)


def given(*cards: UUID) -> list[list[str]]:
    """Which side each card was given points for, each time that it was."""
    db.session.rollback()
    keys = select(POSTING.c.key).where(POSTING.c.kind == "bonus").order_by(POSTING.c.seq)
    of_card = [db.session.execute(keys.where(POSTING.c.member_id == card)).scalars() for card in cards]
    return [[key.rpartition(":")[2] for key in found] for found in of_card]


def test_both_sides_get_points_after_the_first_purchase_and_never_again(friends: Friends, counter: Counter) -> None:
    boris = friends.invited()
    friends.settle()
    assert given(boris, friends.anna) == [[], []]
    for receipt in ("R1", "R2"):
        counter.sale(boris, receipt)
        friends.settle()
        friends.settle()
        assert given(boris, friends.anna) == [["new"], ["old"]]
    assert (counter.spendable(boris), counter.spendable(friends.anna)) == (100, 100)


def test_each_friend_counts(friends: Friends, counter: Counter) -> None:
    boris, gleb = friends.invited(), friends.invited()
    for card in (boris, gleb):
        counter.sale(card, f"of {card}")
    friends.settle()
    assert given(boris, gleb, friends.anna) == [["new"], ["new"], ["old", "old"]]


def test_nobody_is_given_points_for_those_who_came_by_themselves(friends: Friends, counter: Counter) -> None:
    gleb = counter.card()
    counter.sale(gleb, "R1")
    friends.settle()
    assert given(gleb, friends.anna) == [[], []]


def test_the_purchase_counts_whatever_becomes_of_it(friends: Friends, counter: Counter) -> None:
    boris = friends.invited()
    counter.sale(boris, "R1")
    counter.back(boris, "R1")
    friends.settle()
    assert given(boris, friends.anna) == [["new"], ["old"]]


def test_a_receipt_that_was_refused_is_no_purchase(friends: Friends, counter: Counter) -> None:
    boris = friends.invited()
    counter.sale(friends.anna, "R1")
    with pytest.raises(refusals.ReceiptExists):
        counter.sale(boris, "R1")
    counter.give(boris, 10)
    assert waiting() == 0
    friends.settle()
    assert given(boris, friends.anna) == [[], []]


@pytest.mark.parametrize(("then", "later", "points"), [(0, 50, 0), (50, 0, 50), (50, 70, 50)])
def test_the_rules_of_the_first_purchase_count_and_that_is_final(
    friends: Friends, counter: Counter, then: int, later: int, points: int
) -> None:
    counter.rules(starts_on=date(2026, 3, 2), referral_points=then, earn_rate_bp=0)
    counter.rules(starts_on=date(2026, 3, 3), referral_points=later, earn_rate_bp=0)
    boris = friends.invited()
    counter.sale(boris, "R1")
    counter.clock.advance(days=1)
    friends.settle()
    counter.sale(boris, "R2")
    friends.settle()
    assert [counter.spendable(card) for card in (boris, friends.anna)] == [points, points]
    assert given(boris, friends.anna) == ([["new"], ["old"]] if points else [[], []])
    assert [differing(card) for card in (boris, friends.anna)] == [[], []]


def test_points_go_to_the_card_that_the_inviting_one_was_merged_into(friends: Friends, counter: Counter) -> None:
    boris, other = friends.invited(), counter.card()
    friends.merge(friends.anna, other)
    counter.sale(boris, "R1")
    friends.settle()
    assert given(boris, friends.anna, other) == [["new"], [], ["old"]]


def test_a_purchase_is_not_lost_when_the_new_card_is_merged_a_moment_later(friends: Friends, counter: Counter) -> None:
    boris, other = friends.invited(), counter.card()
    counter.sale(boris, "R1")
    friends.merge(boris, other)
    friends.settle()
    assert given(boris, friends.anna, other) == [[], ["old"], ["new"]]


@pytest.mark.parametrize("into_new", [True, False])
def test_nobody_invites_oneself_by_another_number(friends: Friends, counter: Counter, into_new: bool) -> None:
    boris = friends.invited()
    counter.sale(boris, "R1")
    cards = (friends.anna, boris) if into_new else (boris, friends.anna)
    friends.merge(*cards)
    friends.settle()
    assert given(boris, friends.anna) == [[], []]
    assert waiting() == 0


def test_no_card_is_invited_by_itself(counter: Counter) -> None:
    anna = counter.card()
    with pytest.raises(IntegrityError, match="by_another"), transaction():
        referral.remember(anna, referrer_id=anna, at=counter.clock.now())


def test_a_card_that_never_bought_and_was_merged_away_brings_nothing(friends: Friends, counter: Counter) -> None:
    boris, other = friends.invited(), counter.card()
    friends.merge(boris, other)
    counter.sale(boris, "R1")
    friends.settle()
    assert given(boris, friends.anna, other) == [[], [], []]


def test_a_frozen_card_is_given_its_side_and_a_closed_one_is_not(friends: Friends, counter: Counter) -> None:
    frozen, closed = counter.card(), counter.card()
    boris, gleb = friends.invited(by=frozen), friends.invited(by=closed)
    with transaction():
        service.freeze(frozen, key="freeze", actor=counter.actor, at=counter.clock.now())
        db.session.execute(update(Member).where(Member.member_id == closed).values(state="closed"))
    for card in (boris, gleb):
        counter.sale(card, f"of {card}")
    friends.settle()
    assert given(boris, frozen, gleb, closed) == [["new"], ["old"], ["new"], []]
    assert waiting() == 0


def waiting() -> int:
    """How many referrals are still to be settled."""
    db.session.rollback()
    return len(db.session.execute(select(ACCOUNT.c.member_id).where(ACCOUNT.c.referral == "due")).all())


@pytest.mark.parametrize("failing", ["new", "old"])
def test_the_side_that_could_not_be_given_follows_and_other_cards_do_not_wait(
    friends: Friends, counter: Counter, failing: str
) -> None:
    boris, dina = counter.card(), counter.card()
    cards = {"new": friends.invited(), "old": friends.anna}
    gleb = friends.invited(by=dina)
    for card in (cards["new"], gleb):
        counter.sale(card, f"of {card}")
    spoil(cards[failing], [["not", "a", "lot"]])
    friends.settle()
    assert (given(gleb, dina), waiting()) == ([["new"], ["old"]], 1)
    assert given(cards["new"], cards["old"]) == [[] if side == failing else [side] for side in cards]
    spoil(cards[failing], [])
    friends.settle()
    assert (given(cards["new"], cards["old"], boris), waiting()) == ([["new"], ["old"], []], 0)


def spoil(member_id: UUID, lots: list[Any]) -> None:
    with transaction():
        db.session.execute(update(ACCOUNT).where(ACCOUNT.c.member_id == member_id).values(lots=lots, balance=0))


def test_settling_is_in_the_audit(friends: Friends, counter: Counter) -> None:
    boris = friends.invited()
    counter.sale(boris, "R1")
    friends.settle()
    friends.settle()
    db.session.rollback()
    found = db.session.execute(select(AuditRow.tag, AuditRow.object_id).order_by(AuditRow.seq)).all()
    assert [tuple(row) for row in found] == [
        ("worker:points:given", boris), ("worker:points:given", friends.anna), ("worker:referral:settled", boris),
    ]  # fmt: skip


def dying_at(number: int, at: datetime) -> None:
    """Settle, and die where the so-many-th transaction is about to be kept."""
    commits = count(1)
    event.listen(db.engine, "commit", lambda _connection: die() if next(commits) == number else None)
    settle_referrals(at)


@pytest.mark.torture
@pytest.mark.parametrize("commit", [1, 2, 3])
def test_a_worker_killed_anywhere_leaves_nothing_half_done_for_the_next(
    friends: Friends, counter: Counter, app: Flask, commit: int
) -> None:
    boris, other = friends.invited(), counter.card()
    counter.sale(boris, "R1")
    killed(app, partial(dying_at, commit, counter.clock.now()))
    assert given(boris, friends.anna) == [["new"][: commit - 1], ["old"][: max(commit - 2, 0)]]
    friends.merge(friends.anna, other)
    friends.settle()
    assert [bool(lots(card)) for card in (boris, friends.anna, other)] == [True, False, True]
    assert (counter.spendable(boris), counter.spendable(other), waiting()) == (100, 100, 0)


def lots(member_id: UUID) -> list[LotRow]:
    db.session.rollback()
    return queries.open_lots(member_id)


@pytest.mark.torture
def test_of_workers_at_once_one_gives(friends: Friends, counter: Counter, app: Flask) -> None:
    cards = [friends.invited() for _ in range(3)]
    for card in cards:
        counter.sale(card, f"of {card}")
    all_at_once(app, [partial(settle_referrals, counter.clock.now())] * 4)
    assert given(*cards, friends.anna) == [["new"]] * 3 + [["old"] * 3]
    assert (counter.spendable(friends.anna), waiting()) == (300, 0)
