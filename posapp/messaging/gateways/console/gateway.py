"""The gateway of development: whatever it is given is delivered to the phone on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from posapp.core import clock
from posapp.core.jobs import Job
from posapp.messaging.gateways.console.dev_phone import DevPhone, ShownMessage
from posapp.messaging.gateways.protocol import Capabilities, Receipt, SendOnly, SendRequest, SendResult
from posapp.messaging.state import Channel, Outcome, State

PRUNE_EVERY = timedelta(minutes=1)


class ConsoleGateway(SendOnly):
    """Takes our ids: the same message twice is one message on the phone."""

    name = "console"
    capabilities = Capabilities(channels=frozenset({Channel.SMS}), own_id=True, polls=True)

    def __init__(self, phone: DevPhone) -> None:
        self._phone = phone

    def send(self, request: SendRequest) -> SendResult:
        try:
            self._phone.receive(ShownMessage(request.message_id, request.phone.e164, request.text, clock.now()))
        except OSError as fault:
            return SendResult(outcome=Outcome.NOT_SENT, error_code=type(fault).__name__)
        return SendResult(outcome=Outcome.ACCEPTED, provider_id=str(request.message_id), parts_billed=request.parts)

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        return [
            Receipt(provider_id=name, state=State.DELIVERED) for name in provider_ids if self._phone.has(UUID(name))
        ]

    def jobs(self) -> Sequence[Job]:
        return (Job("dev_phone.prune", PRUNE_EVERY, self._phone.prune),)
