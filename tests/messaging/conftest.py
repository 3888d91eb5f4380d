"""The cast of this room: a provider, a dispatcher, and somebody above who derives codes and hears of outcomes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from posapp.messaging import ports
from posapp.messaging.dispatcher import Dispatcher
from posapp.messaging.gateways.protocol import Gateway
from posapp.messaging.message import MessageRow
from posapp.messaging.ports import Decision
from tests.messaging.gateways import Provider
from tests.messaging.outbox_of import CODE
from tests.support.fake_clock import FakeClock


@dataclass
class Above:
    """The rooms above: what they answer, and what they were told."""

    derived: Mapping[str, Any] | None = field(default_factory=lambda: {"code": CODE})
    decision: Decision = field(default_factory=lambda: Decision(True, "allowed"))
    told: list[tuple[UUID, str]] = field(default_factory=list)
    fault: Exception | None = None

    def text_parameters(self, _message: MessageRow, _at: datetime) -> Mapping[str, Any] | None:
        return self.derived

    def on_outcome(self, message: MessageRow, outcome: str, _at: datetime) -> None:
        if self.fault:
            raise self.fault
        self.told.append((message.id, outcome))

    def decide(self, _message: MessageRow, _at: datetime) -> Decision:
        return self.decision


@pytest.fixture
def above(app_context: Flask) -> Iterator[Above]:
    """Somebody above, in place of the rooms that the application has wired."""
    before, somebody = ports.ports(), Above()
    ports.install(text_parameters=somebody.text_parameters, on_outcome=somebody.on_outcome, decide=somebody.decide)
    yield somebody
    ports.install(text_parameters=before.text_parameters, on_outcome=before.on_outcome, decide=before.decide)


@pytest.fixture
def provider() -> Provider:
    return Provider()


Work = Callable[..., None]


@pytest.fixture
def work(above: Above, clock: FakeClock) -> Iterator[Work]:
    """`work(gateway, …)`: a dispatcher with these gateways does all that is due now. The same gateways keep theirs."""
    made: dict[tuple[int, ...], Dispatcher] = {}

    def run(*gateways: Gateway, ask: bool = False) -> None:
        key = tuple(map(id, gateways))
        if key not in made:
            made[key] = Dispatcher(gateways, lease_seconds=30, ring=lambda: None)
        hands = made[key]
        while hands.dispatch(clock.now()) or hands.is_busy():
            hands.wait()
            hands.settle(clock.now())
        if ask and hands.ask(clock.now()):
            hands.wait()
            hands.settle(clock.now())

    yield run
    for dispatcher in made.values():
        dispatcher.close()
