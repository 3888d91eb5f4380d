"""Scenarios through the ledger itself: the same decisions, the same gate, on a database that is thrown away after.

Whoever calls opens the application on an empty database of its own; here it is only written to and read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from posapp.core import clock
from posapp.core.actor import system_actor
from posapp.core.db import db, transaction
from posapp.members.models import Member
from posapp.points import programmes, queries, quoting, service
from posapp.points.claims import claimed_by
from posapp.points.ledger import post
from posapp.points.lot import LotKind
from posapp.points.merged_receipts import way_to_the_living
from posapp.points.operations import Expire, Merge, Return, Sale
from posapp.points.posting import Posting
from posapp.points.refusals import NoHold, NoReceipt, PointsRefusal
from posapp.points.request import Request
from posapp.points.rows import ACCOUNT, ACCOUNT_COLUMNS, ENTRY, POSTING, account_of
from posapp.points.scenario import BadScenario, Event, Scenario, lines_of, operation_of, parse, read_scenarios
from posapp.points.scenario_check import differences
from posapp.stores.models import Store

TIMEZONE = "Europe/Moscow"
"""Where the store of a scenario lies, unless its rules name a time zone."""

GIFTS = (LotKind.WELCOME, LotKind.BIRTHDAY, LotKind.REFERRAL)
"""Kinds of lots that scenarios call by one name, bonus."""

Outcome = Mapping[str, Any]


def main(file: Path, *, base: Mapping[str, Any] | None, check: bool, out: Callable[[str], None]) -> int:
    """Run a file of scenarios, each with its rules on top of `base`, and put out one JSON document.

    With `check`, put out each difference from what is expected instead; gives 1 if there is any, or if the file cannot
    be read, else 0.
    """
    try:
        scenarios = read_scenarios(parse(file.read_text(encoding="utf-8")), base)
        outcomes = {scenario.id: outcome_of(scenario) for scenario in scenarios}
    except ValueError as problem:
        out(f"{file}: {problem}")
        return 1
    if not check:
        out(json.dumps(outcomes, ensure_ascii=False, indent=2))
        return 0
    found = list(_differences(scenarios, outcomes))
    for line in found:
        out(line)
    out(f"{len(scenarios)} scenarios, {len(found)} differences")
    return 1 if found else 0


def outcome_of(scenario: Scenario) -> Outcome:
    """What a scenario comes to: `results` of its events, `accounts`, `contra`, `trial_balance`. Raises BadScenario."""
    run = Run(scenario)
    try:
        results = [dict(run.result(event)) for event in scenario.events]
    except BadScenario as problem:
        raise BadScenario(f"{scenario.id}: {problem}") from problem
    return {"results": results, **run.books(scenario.as_of)}


class Run:
    """One scenario on its way: its store, its cards, its rules."""

    def __init__(self, scenario: Scenario) -> None:
        self.refusals: dict[str, PointsRefusal] = {}
        """What was refused, by the key of its event: a refusal has a sentence, its result only a code."""
        self.cards: dict[str, UUID] = {}
        self._store_id = uuid4()
        self._actor = system_actor("scenario")
        with transaction() as session:
            session.execute(
                insert(Store).values(
                    id=self._store_id, name=scenario.id, address="", timezone=TIMEZONE, cutover_hour=0, region="RU"
                )
            )
            programmes.publish(
                scenario.programme, name=scenario.id, starts_on=date.min, actor=self._actor, at=clock.now()
            )

    def result(self, event: Event) -> Outcome:
        """The answer to one event, refusals too."""
        try:
            return self._answer(event)
        except PointsRefusal as refusal:
            self.refusals[event.key] = refusal
            with transaction():
                service.remember_refusal(refusal)
            return {"error": refusal.code, "replayed": True} if refusal.replayed else {"error": refusal.code}

    def books(self, as_of: datetime) -> Outcome:
        """Accounts at a moment, the sums of the other sides, and what all of it comes to: nothing."""
        accounts = {name: self._account(member_id, as_of) for name, member_id in self.cards.items()}
        own = ENTRY.c.member_id.in_(self.cards.values())
        sums = select(ENTRY.c.contra, func.sum(-ENTRY.c.amount)).where(own).group_by(ENTRY.c.contra)
        contra = {name: int(points) for name, points in sorted(map(tuple, db.session.execute(sums))) if points}
        held = select(func.coalesce(func.sum(ACCOUNT.c.balance - ACCOUNT.c.debt), 0)).where(
            ACCOUNT.c.member_id.in_(self.cards.values())
        )
        total = int(db.session.execute(held).scalar_one()) + sum(contra.values())
        return {"accounts": accounts, "contra": contra, "trial_balance": total}

    def _answer(self, event: Event) -> Outcome:
        if event.type == "open":
            return self._open(event)
        if event.type == "quote":
            return self._quote(event)
        operation = operation_of(event, self.cards, self._store_id)
        if isinstance(operation, Expire):
            return {"expired": sum(self._expired(member_id, event) for member_id in self.cards.values())}
        if isinstance(operation, Merge):
            into, at = self._card(event, "into"), event.at
            with transaction():
                return _said(service.merge(operation.emptied, into=into, key=event.key, actor=self._actor, at=at))
        receipt = operation.receipt if isinstance(operation, Sale | Return) else None
        request = Request(
            member_id=self._member(event),
            kind=operation.kind,
            body=operation.body(),
            key=event.key,
            actor=self._actor,
            at=event.at,
            store_id=self._store_id,
            receipt=receipt if isinstance(receipt, str) or receipt is None else receipt.number,
        )
        with transaction():
            posting = post(request, operation)
        if posting is None:
            raise RuntimeError("only a sweep may find nothing to do")
        return _said(posting)

    def _open(self, event: Event) -> Outcome:
        name, member_id = event.values["account"], uuid4()
        if name in self.cards:
            raise BadScenario(f"{event.key}: {name} is open")
        with transaction() as session:
            session.execute(
                insert(Member).values(
                    member_id=member_id,
                    surname_sealed=b"",
                    given_name_sealed=b"",
                    language="en",
                    store_id=self._store_id,
                    created_at=event.at,
                )
            )
            opened = service.open_account(
                member_id, store_id=self._store_id, key=event.key, actor=self._actor, at=event.at, welcome=False
            )
        self.cards[name] = member_id
        return opened.result

    def _quote(self, event: Event) -> Outcome:
        offer = quoting.quote(
            self._card(event, "account"), lines_or_total=lines_of(event), store_id=self._store_id, at=event.at
        )
        return {
            "redeem_max": offer.redeem_max,
            "why": offer.redeem_why.value,
            "earn": offer.earn,
            "to_pay_minor": offer.to_pay_minor,
        }

    def _expired(self, member_id: UUID, event: Event) -> int:
        if way_to_the_living(member_id)[-1] != member_id:
            return 0
        with transaction():
            posting = service.expire(member_id, key=event.key, actor=self._actor, at=event.at)
        return int(posting.result["expired"]) if posting else 0

    def _member(self, event: Event) -> UUID:
        """The card that an event speaks of: by its name, by its receipt, or by the key of its reservation."""
        if event.type == "return":
            claim = claimed_by(self._store_id, event.values["receipt"])
            if claim is None:
                raise NoReceipt
            return claim[0]
        if event.type == "void":
            asked = select(POSTING.c.member_id).where(
                POSTING.c.member_id.in_(self.cards.values()), POSTING.c.key == event.values["hold"]
            )
            found: UUID | None = db.session.execute(asked).scalar_one_or_none()
            if found is None:
                raise NoHold
            return found
        return self._card(event, "account")

    def _card(self, event: Event, role: str) -> UUID:
        name = event.values[role]
        if name not in self.cards:
            raise BadScenario(f"{event.key}: there is no account {name}")
        return self.cards[name]

    def _account(self, member_id: UUID, as_of: datetime) -> Outcome:
        columns = [ACCOUNT.c[name] for name in ACCOUNT_COLUMNS]
        row = db.session.execute(select(*columns).where(ACCOUNT.c.member_id == member_id)).mappings().one()
        account = account_of(row)
        return {
            "status": account.status.value,
            "spendable": account.spendable(as_of),
            "pending": account.pending(as_of),
            "lapsed_unswept": account.lapsed_unswept(as_of),
            "debt": account.debt,
            "lots": [
                {
                    "lot": lot.number,
                    "kind": "bonus" if lot.kind in GIFTS else lot.kind.value,
                    "amount": lot.amount,
                    "remaining": lot.remaining,
                    "available_at": _written(lot.term.available_at),
                    "expires_at": _written(lot.term.expires_at),
                }
                for lot in queries.open_lots(member_id)
            ],
        }


def _said(posting: Posting) -> Outcome:
    return {**posting.result, "replayed": True} if posting.replayed else posting.result


def _differences(scenarios: list[Scenario], outcomes: Mapping[str, Outcome]) -> Iterable[str]:
    for scenario in scenarios:
        if scenario.expect is None:
            yield f"{scenario.id}: nothing is expected"
            continue
        for line in differences(scenario.expect, outcomes[scenario.id]):
            yield f"{scenario.id}: {line}"


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
