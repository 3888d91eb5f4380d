"""The ledger against a model that shares nothing with it: the same answers and the same books, whatever happens.

Some clocks of the house are a little behind the others, so a later request may bear an earlier time.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from posapp.points.scenario import Scenario, read_scenarios
from posapp.points.scenarios import Run
from tests.points.books import problems
from tests.points.model.world import Model
from tests.points.play import at
from tests.points.pure_ledger import PureLedger

Event = dict[str, Any]
CARDS = ("A", "B", "C")
cards = st.sampled_from(CARDS)


def mostly(usual: object, *others: object) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual] * 2 + list(others))


lines = st.lists(
    st.builds(
        lambda amount, category: {"amount": amount} | ({"cat": category} if category else {}),
        st.one_of(st.integers(5_000, 60_000), st.sampled_from([0, 100, 10_000])),
        st.sampled_from([None, "dairy", "dairy", "tobacco", "alcohol"]),
    ),
    min_size=1,
    max_size=3,
).map(lambda rows: [{"id": str(number), **row} for number, row in enumerate(rows, 1)])
asked = st.sampled_from(["max", "max", 0, 0, 10, 30, 60, 61])
CAMPAIGNS = [
    {"id": "milk", "from": "2026-01-01", "to": "2199-12-31", "categories": ["dairy"], "mult_pct": 300},
    {"id": "days", "from": "2026-01-01", "to": "2199-12-31", "weekdays": [1, 6, 7], "mult_pct": 150},
    {"id": "gift", "from": "2026-01-01", "to": "2199-12-31", "min_amount": 9_000, "bonus_points": 11, "valid_days": 2},
]
RULES = st.fixed_dictionaries(
    {
        "point_value_minor": mostly(100, 7, 1000),
        "earn_rate_bp": mostly(777, 0, 9_000),
        "pending_days": mostly(0, 2),
        "valid_days": st.integers(1, 6),
        "negative_policy": mostly("debt", "forgive", "refund"),
        "redeem_max_share_bp": mostly(5_000, 3_333, 10_000),
    },
    optional={
        "cutover_hour": st.sampled_from([0, 4, 23]),
        "tiers": st.just([[0, 100], [30_000, 250]]),
        "tier_window_days": st.integers(1, 3),
        "campaigns": st.lists(st.sampled_from(CAMPAIGNS), unique_by=lambda each: str(each["id"])),
        "campaign_combine": st.sampled_from(["max", "sum"]),
        "earn_rounding": st.sampled_from(["floor", "half_up"]),
        "earn_min_amount": mostly(0, 5_000),
        "earn_cap_points": mostly(None, 0, 15, 90),
        "earn_on_points_part": st.booleans(),
        "expiry_mode": mostly("days", "eom", "never"),
        "min_payable_minor": mostly(0, 3_000),
        "redeem_min_points": mostly(1, 20),
        "redeem_step": mostly(1, 3, 10),
        "otp_threshold_points": st.sampled_from([0, 40]),
        "limit_earn_ops": mostly(None, 1),
        "limit_redeem_ops": mostly(None, 1, 2),
        "limit_redeem_points": mostly(None, 100),
        "hold_ttl_min": st.sampled_from([15, 1_500]),
        "restore_grace_days": st.sampled_from([0, 1]),
        "return_window_days": mostly(None, 3),
        "adjust_solo_limit": mostly(500, 200),
    },
)


class Pure:
    """The ledger's decisions without a database."""

    def __init__(self, scenario: Scenario) -> None:
        self.ledger = PureLedger(scenario.programme)

    def result(self, scenario: Scenario) -> dict[str, Any]:
        (event,) = scenario.events
        return dict(self.ledger.run(event))

    def books(self, scenario: Scenario) -> Mapping[str, Any]:
        return self.ledger.report(scenario.as_of)

    def problems(self) -> list[str]:
        return []


class Stored:
    """The whole ledger, with its database."""

    def __init__(self, scenario: Scenario) -> None:
        self.run, self.programme = Run(scenario), scenario.programme

    def result(self, scenario: Scenario) -> dict[str, Any]:
        (event,) = scenario.events
        return dict(self.run.result(event))

    def books(self, scenario: Scenario) -> Mapping[str, Any]:
        return self.run.books(scenario.as_of)

    def problems(self) -> list[str]:
        return problems(*self.run.cards.values(), programme=self.programme)


class Ledger(RuleBasedStateMachine):
    """Three cards, and everything that can happen to them."""

    kind: ClassVar[type[Pure] | type[Stored]] = Pure
    receipts: Bundle[str] = Bundle("receipts")
    holds: Bundle[str] = Bundle("holds")

    @initialize(config=RULES)
    def begin(self, config: dict[str, Any]) -> None:
        self.config, self.minutes, self.count = config, 0, 0
        self.model, self.ledger = Model(config), self.kind(self._scenario([]))
        self.done: list[Event] = []
        for name in CARDS:
            self.happen({"type": "open", "account": name})

    @rule(minutes=st.one_of(st.integers(0, 30), st.integers(0, 4_000)))
    def time_passes(self, minutes: int) -> None:
        self.minutes += minutes

    @rule(target=receipts, card=cards, bought=lines)
    def credit(self, card: str, bought: list[Event]) -> Any:
        return self.sell(card, bought, {})

    @rule(target=receipts, card=cards, bought=lines, redeem=asked, otp=mostly(True, True, False))
    def redeem(self, card: str, bought: list[Event], redeem: int | str, otp: bool) -> Any:
        return self.sell(card, bought, {"redeem": redeem, "otp": otp})

    @rule(target=receipts, card=cards, bought=lines, minutes=st.sampled_from([60, 3_000, 9_000]), whole=st.booleans())
    def all_is_spent_and_the_goods_come_back(self, card: str, bought: list[Event], minutes: int, whole: bool) -> Any:
        first = self.sell(card, bought, {})
        self.minutes += minutes
        purse, rules = self.model.world.living(card), self.model.world.rules
        enough = sum(lot.left for lot in purse.lots) * rules["point_value_minor"] * 10_000
        line = {"id": "1", "amount": min(10**9, enough // (rules["redeem_max_share_bp"] or 1))}
        second = self.sell(card, [line], {"redeem": "max", "otp": True})
        self.minutes += minutes
        if isinstance(first, str):
            back = {"all": True} if whole else {"lines": [{"id": "1", "amount": bought[0]["amount"] // 2 or 1}]}
            self.happen({"type": "return", "receipt": first} | back)
        return second

    @rule(receipt=receipts, card=cards, bought=lines)
    def same_receipt(self, receipt: str, card: str, bought: list[Event]) -> None:
        self.happen({"type": "sale", "account": card, "receipt": receipt, "lines": bought})

    @rule(receipt=receipts, number=st.sampled_from("1234"), amount=st.integers(1, 30_000))
    def some_comes_back(self, receipt: str, number: str, amount: int) -> None:
        self.happen({"type": "return", "receipt": receipt, "lines": [{"id": number, "amount": amount}]})

    @rule(receipt=receipts)
    def all_comes_back(self, receipt: str) -> None:
        self.happen({"type": "return", "receipt": receipt, "all": True})

    @rule(target=holds, card=cards, bought=lines, points=asked)
    def hold(self, card: str, bought: list[Event], points: int | str) -> Any:
        key = f"hold {self.count}"
        answer = self.happen(
            {"type": "hold", "account": card, "points": points, "lines": bought, "otp": True, "key": key}
        )
        return multiple() if "error" in answer else key

    @rule(target=receipts, hold=holds, card=cards, bought=lines)
    def capture(self, hold: str, card: str, bought: list[Event]) -> Any:
        return self.sell(card, bought, {"hold": hold})

    @rule(hold=consumes(holds))
    def void(self, hold: str) -> None:
        self.happen({"type": "void", "hold": hold})

    @rule()
    def expire(self) -> None:
        self.happen({"type": "expire"})

    @rule(card=cards, kind=st.sampled_from(["welcome", "birthday"]), turn=st.sampled_from(["freeze", "unfreeze"]))
    def gift_and_turn(self, card: str, kind: str, turn: str) -> None:
        self.happen({"type": "bonus", "account": card, "kind": kind})
        self.happen({"type": turn, "account": card})
        self.happen({"type": "unfreeze", "account": card})

    @rule(card=cards, points=st.integers(-300, 300), days=st.sampled_from([None, 1, 30]), approver=st.booleans())
    def adjust(self, card: str, points: int, days: int | None, approver: bool) -> None:
        event = {"type": "adjust", "account": card, "points": points, "reason": "goodwill", "author": "m1"}
        extra = ({"approver": "m2"} if approver else {}) | ({"valid_days": days} if days else {})
        self.happen(event | extra)

    @rule(card=cards, bought=lines)
    def frozen(self, card: str, bought: list[Event]) -> None:
        """It earns, and neither spends nor merges."""
        self.happen({"type": "freeze", "account": card})
        self.sell(card, bought, {"redeem": "max", "otp": True})
        self.sell(card, bought, {})
        self.happen({"type": "merge", "from": card, "into": "A"})

    @rule(goes=cards, stays=cards, seldom=st.integers(0, 2))
    def merge(self, goes: str, stays: str, seldom: int) -> None:
        if seldom == 0:
            self.happen({"type": "merge", "from": goes, "into": stays})

    @precondition(lambda self: self.done)
    @rule(data=st.data(), other=st.booleans())
    def same_request(self, data: st.DataObject, other: bool) -> None:
        """Once more, or under the same key something else."""
        event = data.draw(st.sampled_from(self.done))
        changed = {"lines": [{"id": "1", "amount": 77}]} if other and event["type"] == "sale" else {}
        self.happen(event | changed)

    @rule(minutes=st.integers(1, 150))
    def a_clock_is_behind(self, minutes: int) -> None:
        self.minutes = max(0, self.minutes - minutes)

    @invariant()
    def the_books_agree(self) -> None:
        if hasattr(self, "model"):
            expected, found = self.model.report(self._now), self.ledger.books(self._scenario([]))
            assert _without_numbers(found) == expected
            assert found["trial_balance"] == 0

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            assert self.ledger.problems() == []

    def happen(self, event: Event) -> dict[str, Any]:
        self.count += 1
        event = {"key": f"step {self.count}"} | event | {"at": self._now}
        expected, answer = self.model.run(event), self.ledger.result(self._scenario([event]))
        assert answer == expected, event
        if event["type"] not in ("open", "expire") and answer.get("error") not in ("no_receipt", "no_hold"):
            self.done.append(event)
        return answer

    def sell(self, card: str, bought: list[Event], extra: Event) -> Any:
        """Enter a new receipt; its number, when it was not refused."""
        receipt = f"R{self.count}"
        answer = self.happen({"type": "sale", "account": card, "receipt": receipt, "lines": bought} | extra)
        return multiple() if "error" in answer else receipt

    @property
    def _now(self) -> str:
        return at(minutes=self.minutes)

    def _scenario(self, events: list[Event]) -> Scenario:
        vector = {"id": "model", "config": self.config, "events": events, "as_of": self._now}
        (scenario,) = read_scenarios({"format": 1, "vectors": [vector]})
        return scenario


class StoredLedger(Ledger):
    """The same with the database."""

    kind = Stored


def _without_numbers(found: Mapping[str, Any]) -> dict[str, Any]:
    """Lots in their order, without what is only for reading."""
    accounts = {
        name: {**card, "lots": [{key: lot[key] for key in lot if key not in ("lot", "amount")} for lot in card["lots"]]}
        for name, card in found["accounts"].items()
    }
    return {**found, "accounts": accounts}


QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))


def test_the_decisions_are_those_of_the_model() -> None:
    run_state_machine_as_test(Ledger, settings=settings(QUICK, max_examples=100, stateful_step_count=40))


@pytest.mark.torture
def test_the_ledger_with_its_database_answers_as_the_model(app_context: Flask) -> None:
    run_state_machine_as_test(StoredLedger, settings=settings(QUICK, max_examples=6, stateful_step_count=25))
