"""More points than one person may move are moved by two, once, whoever decides at the same moment."""

from collections import Counter as Tally
from collections.abc import Callable
from functools import partial
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from posapp.core.db import db, transaction
from posapp.points import adjustment_request, approving, refusals, service
from posapp.points.adjustment_request import REQUEST, RequestRow, RequestState
from posapp.points.rows import ACCOUNT
from posapp.staff.models import Staff
from tests.points.counter import Counter
from tests.verification.hands import all_at_once

HANDS = 8


@pytest.fixture
def people(counter: Counter) -> list[UUID]:
    """Managers: the first one asks."""
    found = [uuid4() for _ in range(HANDS + 1)]
    with transaction():
        for staff_id in found:
            manager = {"id": staff_id, "login": str(staff_id), "name": "Irina", "role": "manager", "store_ids": []}
            more = {"language": "en", "password_hash": "", "created_at": counter.clock.now()}
            db.session.execute(insert(Staff).values(manager | more))
    return found


def ask(counter: Counter, member_id: UUID, author: UUID, points: int = 700) -> RequestRow:
    with transaction():
        return approving.ask(
            member_id, points=points, reason="goodwill", author=author, valid_days=30, at=counter.clock.now()
        )


def approve(counter: Counter, asked: RequestRow, approver: UUID) -> str:
    with transaction():
        at, key = counter.clock.now(), str(uuid4())
        approving.approve(asked, approver=approver, key=key, actor=counter.actor, at=at)
    return "approved"


def refuse(counter: Counter, asked: RequestRow, by: UUID) -> str:
    with transaction():
        approving.refuse(asked, by=by, answer="No", at=counter.clock.now())
    return "refused"


def now(asked: RequestRow) -> RequestRow:
    db.session.rollback()
    found = adjustment_request.find(asked.member_id, asked.request_id)
    assert found is not None
    return found


def test_another_person_approves_and_both_are_on_the_posting(counter: Counter, people: list[UUID]) -> None:
    irina, oleg, *_ = people
    anna = counter.card()
    asked = ask(counter, anna, irina)
    assert counter.spendable(anna) == 0
    with pytest.raises(approving.OwnRequest):
        approve(counter, asked, irina)
    approve(counter, asked, oleg)
    assert counter.spendable(anna) == 700
    done = now(asked)
    assert (done.state, done.decided_by, done.posting_id is not None) == (RequestState.APPROVED, oleg, True)
    for again in (approve, refuse):
        with pytest.raises(approving.AlreadyDecided):
            again(counter, asked, people[2])
    assert counter.spendable(anna) == 700


def test_the_database_itself_knows_that_nobody_approves_their_own(counter: Counter, people: list[UUID]) -> None:
    asked = ask(counter, counter.card(), people[0])
    done = {"state": "approved", "decided_by": people[0], "decided_at": counter.clock.now()}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(REQUEST).where(REQUEST.c.request_id == asked.request_id).values(done))


def test_who_asked_may_take_it_back(counter: Counter, people: list[UUID]) -> None:
    anna = counter.card()
    asked = ask(counter, anna, people[0])
    refuse(counter, asked, people[0])
    with pytest.raises(approving.AlreadyDecided):
        approve(counter, asked, people[1])
    assert (now(asked).answer, counter.spendable(anna)) == ("No", 0)


def test_after_seven_days_a_request_has_lapsed(counter: Counter, people: list[UUID]) -> None:
    anna = counter.card()
    asked = ask(counter, anna, people[0])
    counter.clock.advance(days=7, seconds=-1)
    mine = (counter.store_id,)
    assert adjustment_request.count_for(people[1], mine, counter.clock.now()) == 1
    counter.clock.advance(seconds=1)
    for decide in (approve, refuse):
        with pytest.raises(approving.RequestLapsed):
            decide(counter, asked, people[1])
    assert now(asked).has_lapsed(counter.clock.now())
    assert adjustment_request.waiting_in(mine, counter.clock.now()) == []
    assert adjustment_request.of_card(anna, counter.clock.now()) == []
    assert counter.spendable(anna) == 0


def test_each_waits_in_the_store_of_its_card_for_everybody_but_its_author(counter: Counter, people: list[UUID]) -> None:
    asked, at = ask(counter, counter.card(), people[0]), counter.clock.now()
    elsewhere = counter.add_store()
    assert adjustment_request.waiting_in([counter.store_id, elsewhere], at) == [asked]
    assert adjustment_request.waiting_in([elsewhere], at) == []
    assert [adjustment_request.count_for(one, [counter.store_id], at) for one in people[:2]] == [0, 1]


def test_nobody_waits_for_what_cannot_be_and_what_cannot_be_yet_goes_on_waiting(
    counter: Counter, people: list[UUID]
) -> None:
    anna = counter.card(600)
    with pytest.raises(refusals.InsufficientPoints):
        ask(counter, anna, people[0], -601)
    asked = ask(counter, anna, people[0], -600)
    counter.sale(anna, "R1", redeem=1)
    counter.back(anna, "R1")
    counter.sale(anna, "R2", redeem=500)
    with pytest.raises(refusals.InsufficientPoints):
        approve(counter, asked, people[1])
    assert now(asked).state is RequestState.WAITING
    counter.back(anna, "R2")
    approve(counter, asked, people[1])
    assert counter.spendable(anna) == 0


def test_the_points_of_a_merged_card_go_to_the_one_that_lives(counter: Counter, people: list[UUID]) -> None:
    anna, old = counter.card(), counter.card()
    asked = ask(counter, old, people[0])
    with transaction():
        service.merge(old, into=anna, key="merge", actor=counter.actor, at=counter.clock.now())
    approve(counter, asked, people[1])
    assert counter.spendable(anna) == 700


@pytest.mark.torture
def test_of_many_who_approve_at_once_one_moves_the_points(counter: Counter, people: list[UUID], app: Flask) -> None:
    anna = counter.card()
    asked = ask(counter, anna, people[0])
    hands: list[Callable[[], str]] = [partial(approve, counter, asked, one) for one in people[1:]]
    assert Tally(all_at_once(app, hands)) == {"approved": 1, "already_decided": HANDS - 1}
    assert counter.spendable(anna) == 700


@pytest.mark.torture
def test_of_yes_and_no_at_once_one_counts(counter: Counter, people: list[UUID], app: Flask) -> None:
    anna = counter.card()
    before, approved = counter.spendable(anna), 0
    for _ in range(5):
        asked = ask(counter, anna, people[0])
        acts = [approve, refuse, approve, refuse]
        found = Tally(all_at_once(app, [partial(act, counter, asked, people[n + 1]) for n, act in enumerate(acts)]))
        assert found.pop("already_decided") == len(acts) - 1
        state = now(asked).state.value
        assert found == {state: 1}
        approved += state == "approved"
    assert counter.spendable(anna) == before + 700 * approved
    balance = db.session.execute(ACCOUNT.select().where(ACCOUNT.c.member_id == anna)).mappings().one()["balance"]
    assert balance == 700 * approved
