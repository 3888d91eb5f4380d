"""The audit of the books as a command: progress on the way, the totals and the first difference at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from posapp.core import clock
from posapp.points import books_checks
from posapp.points.auditing import Check, Finding, Stage, audit_card, step
from posapp.points.rulebook import Rulebook

TOLD_EVERY_CARDS = 10_000
NAMED_MAX = 20
"""Cards that differ and are named; the others are counted."""

Out = Callable[[str], None]


def audit_member(member_id: UUID, out: Out) -> int:
    """Check one card and put out each thing that differs; the exit code."""
    found = audit_card(member_id, Rulebook.read())
    if found is None:
        out(f"There is no card {member_id}.")
        return 1
    for fault in found.faults:
        out(f"{member_id}: {fault}")
    out("The books of this card do not agree." if found.faults else "The books of this card agree.")
    return 1 if found.faults else 0


def audit_since(since: datetime, at: datetime, out: Out, progress: Out) -> int:
    """Check the cards that something was posted to since then; nothing is written down."""
    rules, check, told = Rulebook.read(), Check(started_at=at), Told(out, progress)
    while check.stage is not Stage.OVER:
        check, findings = step(check, rules, posted_since=since)
        told.tell(check, findings)
    return told.end(check)


def audit_all(at: datetime, out: Out, progress: Out, *, resume: bool) -> int:
    """Check everything, or go on with the check that was broken off last."""
    kept = books_checks.unfinished(nightly=False) if resume else None
    if resume and kept is None:
        out("No check was broken off. Leave --resume out to begin one.")
        return 1
    kept = kept or books_checks.begin(Check(started_at=at))
    rules, told = Rulebook.read(), Told(out, progress)
    while kept.check.stage is not Stage.OVER:
        further, findings = step(kept.check, rules)
        kept = books_checks.go_on(kept, further, clock.now())
        told.tell(further, findings)
    return told.end(kept.check)


class Told:
    """What whoever asked has been told."""

    def __init__(self, out: Out, progress: Out) -> None:
        self._out, self._progress = out, progress
        self._named = self._told_cards = 0

    def tell(self, check: Check, findings: list[Finding]) -> None:
        for found in findings[: NAMED_MAX - self._named]:
            for fault in found.faults:
                self._out(f"{found.member_id or 'all cards'}: {fault}")
            self._named += 1
        if check.cards - self._told_cards >= TOLD_EVERY_CARDS:
            self._told_cards = check.cards
            self._progress(f"{check.cards:,} cards, {check.postings:,} postings …")

    def end(self, check: Check) -> int:
        for line in totals(check):
            self._out(line)
        if check.agrees:
            self._out("The books agree.")
            return 0
        self._out(f"The books do not agree: {check.differing:,} differences.")
        self._out(f"The first is {check.first_member_id or 'none'}: {check.first_fault}")
        return 1


def totals(check: Check) -> list[str]:
    """The sums, a line each: what was looked at, then both sides of the books, which come to nothing together."""
    looked_at = {
        "cards": check.cards,
        "replayed": check.replayed,
        "postings": check.postings,
        "entries": check.entries,
        "receipts": check.receipts,
    }
    sides = {"balance": check.balance, "debt": -check.debt, **dict(sorted(check.contra.items()))}
    lines = [*looked_at.items(), *sides.items(), ("all together", sum(sides.values()))]
    return [f"{name:<14}{number:>18,}" for name, number in lines]
