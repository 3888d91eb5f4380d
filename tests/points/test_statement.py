"""A statement says everything that moved, under which terms, and comes out even."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from posapp.core.db import transaction
from posapp.points import queries, service
from posapp.points.lot import DEBT, Contra, LotKind
from posapp.points.refusals import PointsRefusal
from posapp.points.statement import Standing, Statement, statement
from tests.points.counter import Counter
from tests.support.statement_guard import Watch

DAY = timedelta(days=1)


def ever(member_id: UUID, **page: int) -> Statement:
    """Everything that there is, or a page of it."""
    return statement(member_id, since=date.min, until=date.max, **page)


def busy(counter: Counter, member_id: UUID, seed: int) -> None:
    """A month of receipts, returns, gifts and refusals, with lots that lapse on the way."""
    chance = random.Random(seed)
    for no in range(25):
        counter.clock.advance(hours=chance.choice([2, 40]))
        try:
            counter.sale(member_id, f"R{no}", chance.randint(1, 90_000), redeem=chance.choice([0, 30, "max"]))
            counter.back(member_id, f"R{chance.randint(0, no)}")
            counter.give(member_id, chance.choice([-5, 40]))
        except PointsRefusal:
            continue


def pages(member_id: UUID, limit: int) -> list[Statement]:
    found = [ever(member_id, limit=limit)]
    while found[-1].older is not None:
        found.append(ever(member_id, limit=limit, before_seq=found[-1].older))
    return found


def test_opening_and_lines_come_to_the_closing_of_any_period(counter: Counter) -> None:
    counter.rules(valid_days=9, earn_rate_bp=2_000)
    anna, boris = counter.card(100), counter.card(77)
    first = counter.clock.now().date()
    busy(counter, anna, 2)
    whole = ever(anna)
    last = whole.lines[0].posting
    assert (whole.opening, whole.closing) == (Standing(0, 0), Standing(last.balance_after, last.debt_after))
    assert Contra.EXPIRE in {contra for line in whole.lines for contra in line.by_contra}
    middle = first + 12 * DAY
    early, late = statement(anna, since=first, until=middle), statement(anna, since=middle + DAY, until=date.max)
    for part in (whole, early, late):
        assert part.opening.net + sum(line.change for line in part.lines) == part.closing.net
        assert all(sum(line.by_contra.values()) == line.change for line in part.lines)
    assert early.closing == late.opening
    assert [*late.lines, *early.lines] == list(whole.lines)
    assert {line.posting.member_id for line in whole.lines} == {anna}
    assert ever(boris).closing == Standing(77, 0)


def test_it_is_read_page_by_page_newest_first(counter: Counter) -> None:
    anna = counter.card(100)
    busy(counter, anna, 3)
    whole, parts = ever(anna), pages(anna, limit=7)
    assert [line for part in parts for line in part.lines] == list(whole.lines)
    assert {len(part.lines) for part in parts[:-1]} == {7}
    assert {(part.opening, part.closing) for part in parts} == {(whole.opening, whole.closing)}
    seqs = [line.posting.seq for line in whole.lines]
    assert seqs == sorted(seqs, reverse=True)
    assert all(line.posting.refusal is None for line in whole.lines)


def test_every_entry_says_the_terms_of_its_lot(counter: Counter) -> None:
    """A redemption speaks of the lots that it has emptied, also long after."""
    anna = counter.card()
    counter.give(anna, 100, valid_days=10)
    counter.give(anna, 50)
    counter.sale(anna, "R1", 30_000, redeem=120)
    redeemed = [entry for entry in ever(anna).lines[0].entries if entry.contra is Contra.REDEEM]
    terms = {lot.number: lot.term for lot in queries.open_lots(anna)}
    assert [(entry.lot, entry.points, entry.kind, entry.opens) for entry in redeemed] == [
        (1, -100, LotKind.ADJUST, False),
        (2, -20, LotKind.ADJUST, False),
    ]
    assert redeemed[1].term == terms[2]
    assert redeemed[0].term is not None
    assert redeemed[0].term.expires_at == datetime(2026, 3, 12, 21, tzinfo=UTC)


def test_what_pays_the_debt_moves_between_a_lot_and_the_debt(counter: Counter) -> None:
    anna = counter.card()
    counter.sale(anna, "R1")
    counter.sale(anna, "R2", 10_000, redeem=50)
    counter.back(anna, "R1")
    counter.give(anna, 60)
    settling, owing = ever(anna).lines[:2]
    offset = [(entry.lot == DEBT, entry.points) for entry in settling.entries if entry.contra is Contra.OFFSET]
    assert offset == [(True, 48), (False, -48)]
    assert settling.by_contra == {Contra.ADJUST: 60}
    assert owing.by_contra == {Contra.TAKEBACK: -50}
    assert owing.posting.debt_after == 48


def test_a_card_of_a_merge_has_what_happened_on_it(counter: Counter) -> None:
    old, anna = counter.card(30), counter.card(10)
    with transaction():
        service.merge(old, into=anna, key="merge", actor=counter.actor, at=counter.clock.now())
    assert ever(old).closing == Standing(0, 0)
    assert ever(anna).lines[0].by_contra == {Contra.MERGE: 30}
    assert ever(UUID(int=1)).lines == ()


def test_it_is_two_reads_of_one_shard(counter: Counter, guarded: Watch) -> None:
    anna = counter.card(100)
    counter.sale(anna, "R1", redeem=30)
    with guarded() as statements:
        ever(anna, limit=20)
    assert [each.split(maxsplit=1)[0] for each in statements] == ["SELECT", "SELECT"]
