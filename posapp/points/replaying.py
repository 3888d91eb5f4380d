"""Deciding a card's postings once more, one after the other, from an empty account on: do they come to the same?

Sums alone would not show a posting that was decided on a state that never was. The rules are those that were in force
at the time; what a decision then knew of the card is known again from the postings before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from posapp.points.book import Book, Row, is_leaving
from posapp.points.decide import decide
from posapp.points.decision import Decision
from posapp.points.operations import Bonus, Merge
from posapp.points.programme import Programme
from posapp.points.recorded import operation_of
from posapp.points.refusals import PointsRefusal
from posapp.points.replay_state import Memory
from posapp.points.rows import entry_values
from posapp.points.rulebook import Placed, Rulebook
from posapp.points.state import Account, State
from posapp.points.stored import holds_from_json, holds_to_json

SHOWN_MAX = 200
"""Characters of a value that a sentence repeats."""

Differences = Mapping[str, tuple[Any, Any]]
"""What was stored and what comes out now, by name."""


def can_replay(book: Book, rules: Rulebook) -> bool:
    """Are the days of all stores where it was served still what they were?"""
    return all(rules.knows(posting["store_id"] or book.row["store_id"], posting["at"]) for posting in book.postings)


def unlike(book: Book, rules: Rulebook) -> Iterator[str]:
    """The first posting that comes to something else, or what the account says else after the last one."""
    memory = Memory(book)
    for posting in book.postings:
        if posting["refusal"] is not None:
            if memory.account is not None:
                memory.account = replace(memory.account, version=memory.account.version + 1)
            continue
        decision, differences = _again(book, posting, memory, rules)
        if decision is None or differences:
            for name, (stored, now) in differences.items():
                yield f"posting {posting['seq']} ({posting['kind']}), replayed: {name} is {stored}, now {now}"
            return
        memory.keep(posting, _as_stored(decision.account), decision)
    yield from _end(book, memory.account)


def _again(book: Book, posting: Row, memory: Memory, rules: Rulebook) -> tuple[Decision | None, Differences]:
    """The decision by the rules that make no difference, or by the likeliest ones."""
    first: tuple[Decision | None, Differences] | None = None
    for placed in rules.in_force(memory.store_of(posting), _due_at(posting), known_at=posting["at"]):
        try:
            decision = _decided(book, posting, memory, placed[1])
        except PointsRefusal as refusal:
            found: tuple[Decision | None, Differences] = None, {"answer": (posting["result"], refusal.code)}
        else:
            found = decision, _differences(book, posting, decision, placed)
        if not found[1]:
            return found
        first = first or found
    if first is None:
        raise ValueError("there are no rules")
    return first


def _due_at(posting: Row) -> datetime:
    """The moment whose rules counted: that of the posting, or that at which a gift had fallen due."""
    due = posting["request"].get("due") if posting["kind"] == Bonus.kind else None
    at: datetime = posting["at"] if due is None else datetime.fromisoformat(due)
    return at


def _decided(book: Book, posting: Row, memory: Memory, programme: Programme) -> Decision:
    at, posting_id = posting["at"], posting["posting_id"]
    if is_leaving(posting):
        into = UUID(posting["request"]["into"])
        leaving = State(Account(into), emptied=memory.account)
        operation = Merge(book.member_id)
        decided = decide(leaving, operation, programme, at, posting_id=posting_id, member_id=into).emptied
        assert decided is not None  # noqa: S101 - a merge that is not refused empties a card
        return replace(decided, about_id=posting["about_id"])
    asked = operation_of(posting["kind"], posting["request"])
    state = memory.state(posting, asked, programme)
    return decide(state, asked, programme, at, posting_id=posting_id, member_id=book.member_id)


def _differences(book: Book, posting: Row, decision: Decision, placed: Placed) -> Differences:
    programme_id, programme = placed
    after = decision.account
    told = {
        "seq": after.version,
        "about_id": decision.about_id,
        # A card that goes follows the rules of the one that takes it, but keeps its own store's day.
        "business_day": posting["business_day"] if is_leaving(posting) else programme.business_day(posting["at"]),
        "money_minor": decision.money_minor,
        "balance_after": after.balance,
        "debt_after": after.debt,
        "spendable_after": after.spendable(posting["at"]),
        "result": dict(decision.result),
        "memory": json.loads(json.dumps(dict(decision.memory))),
    }
    found = {name: (posting[name], now) for name, now in told.items() if posting[name] != now}
    entries = {(each["lot"], each["contra"]): each for each in entry_values(decision, programme_id)}
    stored = {(each["lot"], each["contra"]): each for each in book.of(posting)}
    for lot, contra in sorted(entries.keys() | stored.keys()):
        then, now = stored.get((lot, contra)), entries.get((lot, contra))
        if then is None or now is None:
            found[f"{contra} of lot {lot}"] = then and then["amount"], now and now["amount"]
            continue
        found |= {
            f"{name} of {contra} of lot {lot}": (then[name], now[name]) for name in now if then[name] != now[name]
        }
    return found


def _as_stored(account: Account) -> Account:
    """The next decision read the account from its row, where moments are whole seconds."""
    return replace(account, holds=holds_from_json(holds_to_json(account.holds))) if account.holds else account


def _end(book: Book, account: Account | None) -> Iterator[str]:
    if account is None:
        yield "it was never opened"
        return
    for each in fields(Account):
        stored, now = getattr(book.account, each.name), getattr(account, each.name)
        if stored != now:
            yield f"{each.name}: the account says {_short(stored)}, replayed it is {_short(now)}"
    first = book.postings[0]["store_id"]
    if first != book.row["store_id"]:
        yield f"store_id: the account says {book.row['store_id']}, its first posting {first}"


def _short(value: object) -> str:
    """Enough to see what is meant."""
    text = str(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
