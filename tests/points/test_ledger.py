"""The promises of the ledger, one till at a time."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from posapp.core.db import db, transaction
from posapp.points import queries, refusals, service
from posapp.points.models import EntryRow, PostingRow
from posapp.points.receipt import Receipt
from posapp.points.state import Status
from tests.points.counter import Counter


def postings(member_id: object) -> int:
    db.session.rollback()
    counted = select(func.count()).select_from(PostingRow).where(PostingRow.member_id == member_id)
    return db.session.execute(counted).scalar_one()


def test_a_new_card_has_what_the_programme_gives_it(counter: Counter) -> None:
    counter.rules(welcome_points=150)
    anna = counter.card(welcome=True)
    card = queries.account_card(anna, counter.clock.now())
    assert (card.spendable, card.status, card.debt) == (150, Status.ACTIVE, 0)
    assert [(posting.kind, dict(posting.result)) for posting in card.latest] == [("open", {"granted": 150})]
    assert card.next_expiry is not None
    assert card.next_expiry.points == 150


def test_a_programme_without_welcome_points_gives_none_and_may_give_them_later(counter: Counter) -> None:
    counter.rules(welcome_points=0)
    anna = counter.card(welcome=True)
    assert counter.spendable(anna) == 0
    counter.rules(welcome_points=50)
    with transaction():
        service.give_bonus(anna, gift="welcome", key="later", actor=counter.actor, at=counter.clock.now())
    assert counter.spendable(anna) == 50


def test_a_card_is_opened_once(counter: Counter) -> None:
    anna = counter.card(welcome=True)
    asked = {"store_id": counter.store_id, "actor": counter.actor, "at": counter.clock.now()}
    with transaction():
        again = service.open_account(anna, key="open", **asked)  # type: ignore[arg-type]
    assert again.replayed
    with pytest.raises(refusals.Already), transaction():
        service.open_account(anna, key="another", **asked)  # type: ignore[arg-type]
    assert postings(anna) == 1


def test_there_is_no_account_without_a_member(counter: Counter) -> None:
    with pytest.raises(IntegrityError), transaction():
        service.open_account(uuid4(), store_id=counter.store_id, key="k", actor=counter.actor, at=counter.clock.now())


def test_nothing_is_posted_on_a_card_that_is_none(counter: Counter) -> None:
    with pytest.raises(refusals.NoAccount):
        counter.sale(uuid4(), "R1")


def test_a_receipt_with_redemption_says_what_the_till_must_know(counter: Counter) -> None:
    anna = counter.card(500)
    sold = counter.sale(anna, "R1", redeem=300)
    assert (sold.redeemed, sold.earned, sold.to_pay_minor, sold.money_minor) == (300, 35, 70_000, 70_000)
    assert (sold.balance_after, sold.spendable_after, sold.debt_after, sold.seq) == (235, 235, 0, 3)
    assert (sold.store_id, sold.till_id, sold.staff_id) == (
        counter.store_id, counter.actor.till_id, counter.actor.staff_id
    )  # fmt: skip
    assert queries.posting(anna, sold.posting_id) == sold


def test_undoing_a_receipt_brings_everything_back_to_its_own_lot_and_term(counter: Counter) -> None:
    anna = counter.card()
    counter.give(anna, 500, valid_days=100)
    before = queries.open_lots(anna)
    counter.sale(anna, "R1", redeem=300)
    undone = counter.back(anna, "R1")
    assert (undone.given_back, undone.taken_back, undone.refund_minor) == (300, 35, 70_000)
    assert queries.open_lots(anna) == before
    assert queries.find_sale(counter.store_id, "R1").is_returned_whole


def test_a_lot_keeps_the_terms_under_which_it_was_given(counter: Counter) -> None:
    counter.rules(valid_days=10)
    anna = counter.card()
    counter.sale(anna, "R1")
    (before,) = queries.open_lots(anna)
    counter.rules(valid_days=500, earn_rate_bp=1000)
    assert queries.open_lots(anna) == [before]
    assert counter.back(anna, "R1").taken_back == 50


def test_a_new_programme_starts_with_the_day_of_business_of_each_store(counter: Counter) -> None:
    """At 21:30 in UTC it is tomorrow in Moscow already, and still today in London."""
    today = counter.clock.now().date()
    counter.rules(earn_rate_bp=500)
    counter.rules(starts_on=today + timedelta(days=1), earn_rate_bp=1000)
    london = counter.add_store("Europe/London")
    counter.clock.advance(hours=12.5)
    anna = counter.card()
    assert counter.sale(anna, "R1").earned == 100
    with transaction():
        sold = service.sale(
            anna, receipt=Receipt.of_total(london, "R1", 100_000), redeem=0, key="k", actor=counter.actor,
            at=counter.clock.now(),
        )  # fmt: skip
    assert sold.earned == 50
    assert sold.business_day == today


def test_before_the_first_programme_the_defaults_are_in_force(counter: Counter) -> None:
    counter.rules(starts_on=date(2999, 1, 1), earn_rate_bp=1000)
    assert counter.sale(counter.card(), "R1").earned == 50


def test_one_challenge_proves_one_posting(counter: Counter) -> None:
    anna, challenge = counter.card(500), uuid4()
    counter.sale(anna, "R1", redeem=100, challenge_id=challenge)
    with pytest.raises(refusals.CodeRequired):
        counter.sale(anna, "R2", redeem=100, challenge_id=challenge)
    assert counter.spendable(anna) == 445


def test_postings_and_entries_are_never_changed(counter: Counter) -> None:
    counter.card(100)
    for table in (PostingRow.__table__, EntryRow.__table__):
        for statement in (table.update().values(member_id=uuid4()), table.delete()):  # type: ignore[attr-defined]
            with pytest.raises(DBAPIError), transaction() as session:
                session.execute(statement)


def test_a_sweep_that_finds_nothing_writes_nothing(counter: Counter) -> None:
    anna = counter.card()
    counter.give(anna, 100, valid_days=10)
    with transaction():
        assert service.expire(anna, key="early", actor=counter.actor, at=counter.clock.now()) is None
    counter.clock.advance(days=11)
    assert counter.spendable(anna) == 0
    with transaction():
        swept = service.expire(anna, key="sweep", actor=counter.actor, at=counter.clock.now())
    assert swept is not None
    assert dict(swept.result) == {"expired": 100}
    with transaction():
        assert service.expire(anna, key="again", actor=counter.actor, at=counter.clock.now()) is None
    assert postings(anna) == 3
