"""Where it is played: the cards, the rules, a clock that hurries, and what the processes share."""

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import insert

from posapp.core.actor import Actor, Role
from posapp.core.db import transaction
from posapp.members.models import Member
from posapp.points import joining, programmes, service
from posapp.points.programme import Programme
from posapp.stores.models import Store

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS_A_SECOND = 3
"""Points lapse and reservations end while it is played."""
LOTS_MANY = 4
"""So few that lots are joined all the time."""

RULES: dict[str, Any] = {
    "earn_rate_bp": 777, "redeem_max_share_bp": 9_000, "valid_days": 1, "expiry_mode": "days", "hold_ttl_min": 1_440,
    "restore_grace_days": 1, "tiers": [[0, 100], [500_000, 150]], "tier_window_days": 20,
    "campaigns": [{"id": "gift", "from": "2026-01-01", "to": "2199-12-31", "min_amount": 50_000, "bonus_points": 9,
                   "valid_days": 2}],
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How much of it."""

    operations: int = 400
    clients: int = 4
    cards: int = 8
    """The first two get most of what happens."""
    small_cards: int = 6
    """They are merged into the others on the way."""
    kills: int = 6
    """Clients to be killed, and as many connections to be cut."""
    seed: int = 1


@dataclass
class Stage:
    """Everything that a client inherits."""

    app: Flask
    size: Size
    folder: Path
    actor: Actor
    store_id: UUID
    cards: list[UUID]
    programme: Programme
    began: float
    answered: Any
    """For each client, how many of its operations are answered."""
    together: Any
    """For each client, the number of the request that it is about to make at once with others."""
    at_the_gate: Any
    """For each client, the number of the duel in which it has read a card and is about to write."""
    duel_seconds: float
    """How long one waits, between reading a card and writing it, for another to do the same; 0: not at all."""

    @property
    def quota(self) -> int:
        return self.size.operations // self.size.clients

    def now(self) -> datetime:
        """The same for all processes, some of which read it a little before they come to write."""
        days = (time.monotonic() - self.began) * DAYS_A_SECOND
        return START + timedelta(days=days)

    def chance(self, *what: object) -> random.Random:
        """The same choices for the same seed, whoever makes them."""
        return random.Random(f"{self.size.seed} {what}")

    def journal(self, slot: int) -> Path:
        return self.folder / f"client-{slot}.jsonl"


def prepare(app: Flask, size: Size, folder: Path, *, duel_seconds: float) -> Stage:
    """Put the rules in force and open the cards."""
    store_id, programme = uuid4(), Programme.from_config(RULES)
    actor = Actor(
        kind="staff", staff_id=uuid4(), role=Role.CASHIER, store_id=store_id, till_id=uuid4(), request_id="torture"
    )
    place = {"name": "Store", "address": "", "timezone": "Europe/Moscow", "cutover_hour": 0, "region": "RU"}
    with transaction() as session:
        session.execute(insert(Store).values(id=store_id, **place))
        programmes.publish(programme, name="Torture", starts_on=date(2020, 1, 1), actor=actor, at=START)
    cards = [_card(store_id, actor, number) for number in range(size.cards + size.small_cards)]
    answered, together, at_the_gate = (
        multiprocessing.get_context("fork").RawArray("q", size.clients) for _ in range(3)
    )
    began = time.monotonic()
    return Stage(
        app, size, folder, actor, store_id, cards, programme, began, answered, together, at_the_gate, duel_seconds
    )


@contextmanager
def few_lots() -> Iterator[None]:
    """A handful of lots are very many, here and in every process that begins inside."""
    usual, joining.LOTS_MANY = joining.LOTS_MANY, LOTS_MANY
    try:
        yield
    finally:
        joining.LOTS_MANY = usual


def _card(store_id: UUID, actor: Actor, number: int) -> UUID:
    member_id = uuid4()
    row = {"surname_sealed": b"", "given_name_sealed": b"", "language": "ru", "store_id": store_id}
    with transaction() as session:
        session.execute(insert(Member).values(member_id=member_id, created_at=START, **row))
        service.open_account(
            member_id, store_id=store_id, key=f"open-{number}", actor=actor, at=START, welcome=number % 2 == 0
        )
    return member_id
