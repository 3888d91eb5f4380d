"""The ledger against a model that shares nothing with it: the same answers and the same books, whatever happens.

Some clocks of the house are a little behind the others, so a later request may bear an earlier time.
"""

from collections.abc import Mapping
from datetime import datetime
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
from tests.points.model.chances import CARDS, RULES, asked, cards, lines, mostly, parts
from tests.points.model.world import Model
from tests.points.play import at
from tests.points.pure_ledger import PureLedger

Event = dict[str, Any]


class Pure:
    """The ledger's decisions without a database."""

    def __init__(self, scenario: Scenario) -> None:
        self.ledger = PureLedger(scenario.programme)

    def result(self, scenario: Scenario) -> dict[str, Any]:
        return dict(self.ledger.run(scenario.events[0]))

    def books(self, as_of: datetime) -> Mapping[str, Any]:
        return self.ledger.report(as_of)

    def problems(self) -> list[str]:
        """Of the open lots: what is left of each is something, and no more than it was given, under its own term."""
        found = []
        for member, account in self.ledger.accounts.items():
            for lot in account.lots:
                opening, amount = self.ledger.entries.opening(member, lot.number)
                if not 0 < lot.remaining <= amount or lot.term != opening.term:
                    found.append(f"{lot}, opened as {opening} with {amount}")
        return found


class Stored:
    """The whole ledger, with its database."""

    def __init__(self, scenario: Scenario) -> None:
        self.run, self.programme = Run(scenario), scenario.programme

    def result(self, scenario: Scenario) -> dict[str, Any]:
        return dict(self.run.result(scenario.events[0]))

    def books(self, as_of: datetime) -> Mapping[str, Any]:
        return self.run.books(as_of)

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
        for name in CARDS[:2]:
            self.adjust(name, 240, 30, True)

    @rule(minutes=st.one_of(st.integers(0, 30), st.integers(0, 4_000)), sweep=st.booleans())
    def time_passes(self, minutes: int, sweep: bool) -> None:
        self.minutes += minutes
        if sweep:
            self.happen({"type": "expire"})

    @rule(minutes=st.integers(1, 150))
    def a_clock_is_behind(self, minutes: int) -> None:
        self.minutes = max(0, self.minutes - minutes)

    @rule(target=receipts, card=cards, bought=lines)
    def credit(self, card: str, bought: list[Event]) -> Any:
        return self.sell(card, bought, {})

    @rule(target=receipts, card=cards, bought=lines, redeem=asked, otp=mostly(True, True, False))
    def redeem(self, card: str, bought: list[Event], redeem: int | str, otp: bool) -> Any:
        return self.sell(card, bought, {"redeem": redeem, "otp": otp})

    @rule(target=receipts, card=cards, bought=lines, minutes=st.sampled_from([60, 3_000, 9_000]), part=parts)
    def all_is_spent_and_the_goods_come_back(self, card: str, bought: list[Event], minutes: int, part: int) -> Any:
        first = self.sell(card, bought, {})
        self.minutes += minutes
        purse, rules = self.model.world.living(card), self.model.world.rules
        enough = sum(lot.left for lot in purse.lots) * rules["point_value_minor"] * 10_000
        line = {"id": "1", "amount": min(10**9, enough // rules["redeem_max_share_bp"])}
        second = self.sell(card, [line], {"redeem": "max", "otp": True})
        self.minutes += minutes
        if isinstance(first, str):
            self.give_back(first, part)
        if isinstance(second, str) and part % 2:
            self.give_back(second, part)
        return second

    @rule(receipt=receipts, part=parts, again=parts)
    def goods_come_back(self, receipt: str, part: int, again: int) -> None:
        self.give_back(receipt, part)
        self.give_back(receipt, again)

    @rule(receipt=receipts, number=st.sampled_from("14"), amount=st.integers(1, 90_000))
    def too_much_comes_back(self, receipt: str, number: str, amount: int) -> None:
        self.happen({"type": "return", "receipt": receipt, "lines": [{"id": number, "amount": amount}]})

    @rule(target=holds, card=cards, bought=lines, points=asked)
    def hold(self, card: str, bought: list[Event], points: int | str) -> Any:
        return self.reserve(card, bought, points)

    @rule(target=receipts, card=cards, bought=lines, minutes=st.sampled_from([1, 30, 2_000]), less=parts)
    def hold_and_capture(self, card: str, bought: list[Event], minutes: int, less: int) -> Any:
        held = self.reserve(card, bought, "max")
        self.minutes += minutes
        smaller = [line | {"amount": line["amount"] * less // 4} for line in bought]
        return self.sell(card, smaller, {"hold": held}) if isinstance(held, str) else multiple()

    @rule(target=receipts, hold=holds, card=cards, bought=lines)
    def capture(self, hold: str, card: str, bought: list[Event]) -> Any:
        return self.sell(card, bought, {"hold": hold})

    @rule(hold=consumes(holds))
    def void(self, hold: str) -> None:
        self.happen({"type": "void", "hold": hold})

    @rule(card=cards, points=st.integers(-300, 300), days=st.sampled_from([None, 1, 30]), approver=mostly(True, False))
    def adjust(self, card: str, points: int, days: int | None, approver: bool) -> None:
        event = {"type": "adjust", "account": card, "points": points, "reason": "goodwill", "author": "m1"}
        extra = ({"approver": "m2"} if approver else {}) | ({"valid_days": days} if days else {})
        self.happen(event | extra)

    @rule(card=cards, bought=lines, kind=st.sampled_from(["welcome", "birthday"]))
    def a_gift_for_a_frozen_card(self, card: str, bought: list[Event], kind: str) -> None:
        """It earns, and neither spends nor merges."""
        self.happen({"type": "bonus", "account": card, "kind": kind})
        self.happen({"type": "freeze", "account": card})
        self.sell(card, bought, {"redeem": "max", "otp": True})
        self.sell(card, bought, {})
        self.happen({"type": "merge", "from": card, "into": "A"})
        self.happen({"type": "unfreeze", "account": card})

    @rule(goes=cards, stays=cards, bought=lines, seldom=st.integers(0, 2))
    def merge(self, goes: str, stays: str, bought: list[Event], seldom: int) -> None:
        if seldom == 0:
            self.reserve(goes, bought, "max")
            self.happen({"type": "merge", "from": goes, "into": stays})

    @rule(receipt=receipts, card=cards, bought=lines)
    def same_receipt(self, receipt: str, card: str, bought: list[Event]) -> None:
        self.happen({"type": "sale", "account": card, "receipt": receipt, "lines": bought})

    @precondition(lambda self: self.done)
    @rule(data=st.data(), other=st.booleans())
    def same_request(self, data: st.DataObject, other: bool) -> None:
        """Once more, or under the same key something else."""
        event = data.draw(st.sampled_from(self.done))
        changed = {"lines": [{"id": "1", "amount": 77}]} if other and event["type"] == "sale" else {}
        self.happen(event | changed)

    @invariant()
    def the_books_agree(self) -> None:
        if hasattr(self, "model"):
            expected, found = self.model.report(self._now), self.ledger.books(datetime.fromisoformat(self._now))
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

    def reserve(self, card: str, bought: list[Event], points: int | str) -> Any:
        key = f"hold {self.count}"
        event = {"type": "hold", "account": card, "points": points, "lines": bought, "otp": True, "key": key}
        return multiple() if "error" in self.happen(event) else key

    def give_back(self, receipt: str, part: int) -> None:
        """So many quarters of what is left of each line; all of it by one word."""
        sold = self.model.world.receipts[receipt]
        left = [(name, (amount - sold.back.get(name, 0)) * part // 4) for name, amount, _, _ in sold.lines]
        some = [{"id": name, "amount": amount} for name, amount in left if amount]
        self.happen({"type": "return", "receipt": receipt} | ({"lines": some} if some and part < 4 else {"all": True}))

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
