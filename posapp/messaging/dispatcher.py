"""The dispatcher: claims what is due, hands it to a gateway, settles what comes back.

The database is spoken to by one thread; only the gateways' network calls run in others. What a gateway has answered is
kept in memory until it is settled, so a database that is away for a while loses no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from posapp.core import clock
from posapp.core.db import transaction
from posapp.core.faults import described
from posapp.messaging import outbox, ports, receipts
from posapp.messaging.gateways.protocol import Gateway, Receipt, SendRequest, SendResult
from posapp.messaging.outbox import Claimed, Settlement
from posapp.messaging.outcomes import settlement_of
from posapp.messaging.ports import Decision
from posapp.messaging.preparing import prepare
from posapp.messaging.receipts import Question
from posapp.messaging.settling import Ended, settle_all
from posapp.messaging.state import Channel, Outcome, Traffic

install = ports.install

SENDERS = 16
"""Texts that are being handed over at once."""

MARKETING_SENDERS = 11
"""Advertisements among them: a good third is kept free for codes."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What a gateway answered to a question about its messages."""

    gateway: str
    receipts: list[Receipt]


class Dispatcher:
    """One worker's hands. ``ring`` is called, from any thread, when something has come back."""

    def __init__(self, gateways: Sequence[Gateway], *, lease_seconds: float, ring: Callable[[], None]) -> None:
        self._gateways = {gateway.name: gateway for gateway in gateways}
        self._order = [gateway.name for gateway in gateways]
        self._lease_seconds = lease_seconds
        self._ring = ring
        self._senders = ThreadPoolExecutor(SENDERS, "send")
        self._asker = ThreadPoolExecutor(1, "poll")
        self._claimed: list[Claimed] = []
        self._under_way: dict[Future[None], Traffic | None] = {}
        self._came_back: SimpleQueue[Ended | Told] = SimpleQueue()
        self._unsettled: list[Ended] = []
        self._untold: list[Told] = []
        self._skip_locked = outbox.may_skip_locked()

    def dispatch(self, at: datetime) -> int:
        """Claim what is due, as much as can be handed over at once, and hand it over; how many messages."""
        sending = [traffic for traffic in self._under_way.values() if traffic]
        free = SENDERS - len(sending) - len(self._claimed)
        if free > 0:
            self._claimed += outbox.claim(
                at,
                limit=free,
                marketing_max=MARKETING_SENDERS - sending.count(Traffic.MARKETING),
                lease_seconds=self._lease_seconds,
                routing=self._route,
                skip_locked=self._skip_locked,
            )
        return self._hand_over(at) if self._claimed else 0

    def settle(self, at: datetime) -> int:
        """Put down everything that has come back; how many attempts. What cannot be put down is kept for next time."""
        self._collect()
        ended = sorted(self._unsettled, key=lambda each: each.claimed.message.route)
        if ended:
            settle_all(ended, at)
            self._unsettled.clear()
        while self._untold:
            receipts.keep(self._untold[-1].gateway, self._untold[-1].receipts, at)
            self._untold.pop()
        return len(ended)

    def ask(self, at: datetime) -> int:
        """Ask the gateways that can be asked what became of their messages; how many questions."""
        able = [name for name in self._order if self._gateways[name].capabilities.polls]
        questions = receipts.questions(at, able) if able else []
        for question in questions:
            self._start(self._asker, None, self._poll, question)
        return len(questions)

    def is_busy(self) -> bool:
        """Is something under way, or not yet put down?"""
        return bool(self._under_way or self._unsettled or self._untold) or not self._came_back.empty()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until everything that is under way has come back, or for so long."""
        wait(list(self._under_way), timeout=seconds)
        self._collect()

    def close(self) -> None:
        """Start nothing more; what is under way ends by itself."""
        self._senders.shutdown(wait=False, cancel_futures=True)
        self._asker.shutdown(wait=False, cancel_futures=True)

    def _route(self, _channel: Channel, number: int) -> str:
        """The gateways take turns, the best first."""
        return self._order[(number - 1) % len(self._order)]

    def _hand_over(self, at: datetime) -> int:
        with transaction():
            prepared = [(each, self._prepare(each, at)) for each in self._claimed]
        self._claimed.clear()
        for each, found in prepared:
            if isinstance(found, Settlement):
                self._came_back.put(Ended(each, found))
                self._ring()
            else:
                request, decision = found
                self._start(self._senders, each.message.traffic, self._send, each, request, decision.record(at))
        return len(prepared)

    def _prepare(self, claimed: Claimed, at: datetime) -> tuple[SendRequest, Decision] | Settlement:
        takes_code = self._gateways[claimed.gateway].capabilities.takes_code
        return prepare(claimed, at, gateways=len(self._order), takes_code=takes_code)

    def _start(self, pool: ThreadPoolExecutor, traffic: Traffic | None, work: Callable[..., None], *given: Any) -> None:
        future = pool.submit(work, *given)
        self._under_way[future] = traffic
        future.add_done_callback(lambda _: self._ring())

    def _collect(self) -> None:
        for future in [future for future in self._under_way if future.done()]:
            del self._under_way[future]
        while True:
            try:
                back = self._came_back.get_nowait()
            except Empty:
                return
            if isinstance(back, Ended):
                self._unsettled.append(back)
            else:
                self._untold.append(back)

    def _send(self, claimed: Claimed, request: SendRequest, decision: dict[str, Any]) -> None:
        gateway, message = self._gateways[claimed.gateway], claimed.message
        result = hand_over(gateway, request, not_after=min(message.expires_at, message.leased_until))
        settlement = settlement_of(message, result, gateway=gateway.name, gateways=len(self._order), at=clock.now())
        asked_after = gateway.capabilities.asked_after
        self._came_back.put(Ended(claimed, replace(settlement, decision=decision), result, request.parts, asked_after))

    def _poll(self, question: Question) -> None:
        try:
            self._came_back.put(Told(question.gateway, self._gateways[question.gateway].poll(question.provider_ids)))
        except Exception as fault:  # noqa: BLE001  # whatever an adapter does wrong, the next question comes later
            log.warning("poll_failed", gateway=question.gateway, **described(fault))


def hand_over(gateway: Gateway, request: SendRequest, *, not_after: datetime) -> SendResult:
    """Send, unless its time or our lease has passed while the process was held up."""
    if clock.now() >= not_after:
        return SendResult(outcome=Outcome.NOT_SENT, error_code="too_late")
    try:
        return gateway.send(request)
    except Exception as fault:  # noqa: BLE001  # an adapter that breaks may have sent it
        log.error("send_failed", gateway=gateway.name, message_id=str(request.message_id), **described(fault))
        return SendResult(outcome=Outcome.UNKNOWN, error_code=type(fault).__name__)
