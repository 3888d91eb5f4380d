"""Whatever happens to two cards, in whatever order: the books agree after every step."""

from typing import Any

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from posapp.points.programme import Programme
from posapp.points.scenario import read_scenarios
from posapp.points.state import Status
from tests.points.play import Event, at, back, given, hold, line, opened, sale
from tests.points.pure_ledger import PureLedger

CARDS, RECEIPTS = st.sampled_from(["A", "B"]), st.sampled_from(["R1", "R2", "R3", "R4"])
AMOUNTS = st.integers(0, 40_000)
GIFT = {"id": "c", "from": "2026-03-01", "to": "2026-03-09", "bonus_points": 11, "valid_days": 1}
RULES = st.fixed_dictionaries(
    {},
    optional={
        "negative_policy": st.sampled_from(["debt", "forgive", "refund"]),
        "restore_grace_days": st.sampled_from([0, 3]),
        "pending_days": st.sampled_from([0, 2]),
        "valid_days": st.integers(1, 6),
        "expiry_mode": st.sampled_from(["days", "eom", "never"]),
        "earn_rate_bp": st.integers(0, 9_000),
        "earn_cap_points": st.integers(0, 300),
        "redeem_max_share_bp": st.integers(0, 10_000),
        "point_value_minor": st.sampled_from([1, 7, 100, 1000]),
        "earn_rounding": st.sampled_from(["floor", "half_up"]),
        "earn_on_points_part": st.booleans(),
        "redeem_step": st.integers(1, 5),
        "tiers": st.just([[0, 100], [30_000, 250]]),
        "campaigns": st.just(
            [{"id": "c", "from": "2026-03-01", "to": "2026-03-09", "bonus_points": 11, "valid_days": 1}]
        ),
    },
)


def _lines(amounts: list[int]) -> list[Event]:
    categories = ["food", "tobacco", "alcohol"]
    return [line(str(no), amount, categories[no % 3]) for no, amount in enumerate(amounts)]


STEPS = st.lists(
    st.one_of(
        st.builds(
            lambda card, receipt, amounts, redeem: sale(receipt, _lines(amounts), account=card, redeem=redeem),
            CARDS, RECEIPTS, st.lists(AMOUNTS, min_size=1, max_size=3), st.one_of(st.just("max"), st.integers(0, 200)),
        ),
        st.builds(lambda receipt: back(receipt), RECEIPTS),
        st.builds(lambda receipt, amount: back(receipt, [line("0", amount)]), RECEIPTS, st.integers(1, 40_000)),
        st.builds(lambda card, points: given(points, account=card), CARDS, st.integers(-300, 300)),
        st.builds(lambda points: hold(points, 50_000), st.integers(1, 200)),
        st.builds(lambda receipt: sale(receipt, 30_000) | {"hold": "h"}, RECEIPTS),
        st.just({"type": "void", "hold": "h"}),
        st.just({"type": "expire"}),
        st.builds(lambda card: {"type": "bonus", "kind": "welcome", "account": card}, CARDS),
        st.builds(lambda card, turn: {"type": turn, "account": card}, CARDS, st.sampled_from(["freeze", "unfreeze"])),
        st.just({"type": "merge", "from": "A", "into": "B"}),
    ),
    min_size=3,
    max_size=14,
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@forall(RULES, STEPS, st.lists(st.integers(0, 2_000), min_size=14, max_size=14))
def test_the_books_agree_after_every_step(rules: dict[str, Any], steps: list[Event], pauses: list[int]) -> None:
    minutes, events = 0, [opened("A"), opened("B")]
    for no, (step, pause) in enumerate(zip(steps, pauses, strict=False)):
        minutes += pause
        events.append(step | {"at": at(minutes=minutes), "key": "h" if step["type"] == "hold" else f"step {no}"})
    ledger = PureLedger(Programme.from_config(rules))
    for event in _events(rules, events):
        ledger.run(event)
        assert problems(ledger) == []


def problems(ledger: PureLedger) -> list[str]:
    """Every guarantee that does not hold."""
    found = []
    total = sum(ledger.entries.contra.values())
    for account in ledger.accounts.values():
        total += account.balance - account.debt
        checks = {
            "owes or owns": not (account.balance and account.debt),
            "owes nothing negative": account.debt >= 0,
            "merged is empty": account.status is not Status.MERGED
            or not (account.lots or account.debt or account.holds),
            "each lot has something, and no more than it was given": all(
                0 < lot.remaining <= ledger.entries.opening(account.member_id, lot.number)[1] for lot in account.lots
            ),
            "terms never change": all(
                lot.term == ledger.entries.opening(account.member_id, lot.number)[0].term for lot in account.lots
            ),
        }
        found += [name for name, holds in checks.items() if not holds]
    return found if total == 0 else [*found, f"the books come to {total}"]


def _events(rules: dict[str, Any], events: list[Event]) -> Any:
    vector = {"id": "random", "config": rules, "events": events, "as_of": events[-1]["at"]}
    (scenario,) = read_scenarios({"format": 1, "vectors": [vector]})
    return scenario.events
