"""A worker in a process of its own, to be run many at once and to be killed: `python -m tests.messaging.hands JSON`."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from posapp.core import clock
from posapp.messaging import ports
from posapp.messaging.gateways.protocol import SendRequest, SendResult
from posapp.messaging.ports import Decision
from posapp.settings import Settings
from tests.messaging.gateways import Provider, accepted
from tests.messaging.outbox_of import CODE

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Orders:
    """What the process is to do, in plain values."""

    url: str
    key_ring: str
    data_dir: str
    at: str
    """The moment at which its clock stands."""
    ledger: str
    """The provider's own list of what it was handed, a line each."""
    deed: str = "work"
    """work · serve · die_before_send · die_after_send · die_before_commit"""


class Ledger(Provider):
    """A provider whose memory outlives the process that speaks to it."""

    def __init__(self, orders: Orders) -> None:
        super().__init__("provider")
        self._orders = orders

    def send(self, request: SendRequest) -> SendResult:
        if self._orders.deed == "die_before_send":
            _die()
        with open(self._orders.ledger, "a", encoding="ascii") as ledger:
            ledger.write(f"{request.message_id}\n")
        if self._orders.deed == "die_after_send":
            _die()
        return accepted(request)


def start(settings: Settings, at: datetime, ledger: Path, deed: str = "work") -> "subprocess.Popen[bytes]":
    """Such a process, with the keys and the database of the test."""
    orders = Orders(
        settings.url, str(settings.key_ring_path), str(settings.data_dir), at.isoformat(), str(ledger), deed
    )
    return subprocess.Popen([sys.executable, "-m", "tests.messaging.hands", json.dumps(asdict(orders))], cwd=ROOT)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _follow(orders: Orders) -> int:
    from posapp import create_app, worker
    from posapp.core.db import transaction
    from tests.messaging.outbox_of import promise_in_open_transaction
    from tests.support.schema import settings_for

    app = create_app(settings_for(orders.url, key_ring=Path(orders.key_ring), data_dir=Path(orders.data_dir)))
    ports.install(
        text_parameters=lambda _message, _at: {"code": CODE}, decide=lambda _message, _at: Decision(True, "allowed")
    )
    with app.app_context():
        if orders.deed == "serve":
            return worker.main(app)
        if orders.deed == "die_before_commit":
            with transaction():
                promise_in_open_transaction()
                _die()
        hands = worker.Worker(app, [Ledger(orders)])
        hands.run_once(clock.now())
        hands.close()
    return 0


if __name__ == "__main__":
    given = Orders(**json.loads(sys.argv[1]))
    moment = datetime.fromisoformat(given.at)
    with clock.replaced_by(lambda: moment):
        status = _follow(given)
    sys.exit(status)
