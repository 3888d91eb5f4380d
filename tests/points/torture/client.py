"""One client: a process that asks, writes down, asks again what it has no answer to, and may die at any moment."""

import os
import time
from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, InterfaceError, InvalidRequestError, OperationalError

from posapp.core.db import db, transaction
from posapp.points import service
from posapp.points.posting import Posting
from posapp.points.refusals import NoAccount, PointsRefusal
from tests.points.torture.acts import carry, choose, duel, shared
from tests.points.torture.journal import Act, Answer, Journal, read
from tests.points.torture.stage import Stage

TRIES_MAX = 4_000
PAUSE_SECONDS = 0.02
"""Before asking again where there was no answer: a server needs some seconds to come back."""
TOGETHER_SECONDS = 0.03
AGAIN = 0.15
"""How often a request that was answered is sent once more."""
AWAY = (OperationalError, InterfaceError, InvalidRequestError)
"""The database is gone, busy, or has let go of the connection: nobody knows what came of the request."""


class Client:
    """The client of one slot, with whatever its killed predecessors have left."""

    def __init__(self, stage: Stage, slot: int) -> None:
        self._stage, self._slot = stage, slot
        self._past, self._journal = read(stage.journal(slot)), Journal(stage.journal(slot))
        self._others = [other for other in range(stage.size.clients) if other != slot]
        self._duel = 0

    def run(self) -> None:
        event.listen(db.engine, "before_cursor_execute", self._at_the_gate)
        for act in self._past.unanswered():
            self._journal.lost()
            self._settle(act)
        asked = {act["id"] for act in self._past.asked}
        first = sum(name.startswith(f"{self._slot}-") for name in asked)
        for number in range(first, self._stage.quota):
            if number % 4 == 0 and f"shared-{number}" not in asked:
                self._meet(self._stage.together, number + 1, self._others, TOGETHER_SECONDS)
                self._ask(shared(self._stage, number))
            if number % 4 == 2 and f"duel-{number}-{self._slot}" not in asked:
                self._ask(duel(self._stage, self._slot, number))
            act = choose(self._stage, self._slot, number, self._past)
            self._ask(act)
            if self._stage.chance("again", self._slot, number).random() < AGAIN:
                self._settle(act)
            self._stage.answered[self._slot] = number + 1
        self._stage.answered[self._slot] = self._stage.quota

    def _ask(self, act: Act) -> None:
        self._journal.ask(act)
        self._past.asked.append(act)
        self._settle(act)

    def _settle(self, act: Act) -> None:
        """Ask until there is an answer."""
        self._duel = act.get("duel", 0) if self._stage.duel_seconds else 0
        for _ in range(TRIES_MAX):
            try:
                answer = deliver(self._stage, act)
            except IntegrityError as clash:
                self._journal.note(f"only the schema stopped {act['id']}: {str(clash.orig).splitlines()[0]}")
            except (*AWAY, NoAccount):
                self._journal.lost()
            else:
                self._journal.answer(act["id"], answer)
                self._past.answers.append((act["id"], answer))
                return
            _let_go()
            time.sleep(PAUSE_SECONDS)
        self._journal.note(f"{act['id']} was never answered")

    def _at_the_gate(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """In a duel, wait between reading the card and writing it until the partner has come as far."""
        if self._duel and "UPDATE account" in statement:
            number, self._duel = self._duel, 0
            if self._meet(self._stage.at_the_gate, number, [self._slot ^ 1], self._stage.duel_seconds):
                self._journal.duel()

    def _meet(self, places: Any, number: int, others: list[int], seconds: float) -> bool:
        """Come to a place, and wait a little for one of the others; True when one came."""
        places[self._slot] = number
        until = time.monotonic() + seconds
        while not any(places[other] == number for other in others):
            if time.monotonic() > until:
                places[self._slot] = 0  # whoever comes later finds nobody
                return False
            time.sleep(0.001)
        return True


def deliver(stage: Stage, act: Act) -> Answer:
    """Ask once. What is refused is remembered, as a till does it; if it was accepted meanwhile, that is the answer."""
    try:
        return _answer(carry(stage, act))
    except PointsRefusal as refusal:
        if isinstance(refusal, NoAccount):
            raise  # the card is being merged away this very moment
        with transaction():
            stored = service.remember_refusal(refusal)
        return {"refusal": refusal.code} if stored is None else _answer(stored)


def play(stage: Stage, slot: int) -> NoReturn:
    """The whole life of a client's process."""
    code = 1
    try:
        with stage.app.app_context():
            Client(stage, slot).run()
        code = 0
    except Exception as broken:  # noqa: BLE001 - whatever it is, it is a problem, and belongs into the summary
        Journal(stage.journal(slot)).note(f"a client broke: {broken!r}")
    finally:
        os._exit(code)  # nothing of the parent that was copied here may be torn down twice


def _answer(posting: Posting | None) -> Answer:
    if posting is None:
        return {"nothing": True}
    if posting.refusal is not None:
        return {"refusal": posting.refusal}
    return {"result": dict(posting.result), "posting": str(posting.posting_id), "replayed": posting.replayed}


def _let_go() -> None:
    """Give up the session and its connection, whatever state they are in."""
    close: Callable[[], None] = db.session.remove
    try:
        close()
    except AWAY:
        engine: Engine = db.engine
        engine.dispose()
