"""A provider for tests: remembers what it was handed, answers what it is told to answer."""

from collections import deque
from collections.abc import Callable, Sequence

from posapp.messaging.gateways.protocol import Capabilities, Receipt, SendOnly, SendRequest, SendResult
from posapp.messaging.state import Outcome, State

Answer = SendResult | Exception | Callable[[SendRequest], SendResult]


def accepted(request: SendRequest) -> SendResult:
    """What a provider that works answers, under a name of its own."""
    return SendResult(outcome=Outcome.ACCEPTED, provider_id=f"p-{request.message_id}-{request.attempt}")


class Provider(SendOnly):
    """Takes every text unless it was told to answer something else first."""

    def __init__(self, name: str = "provider", *answers: Answer, polls: bool = False) -> None:
        self.name = name
        self.capabilities = Capabilities(polls=polls)
        self.answers = deque(answers)
        self.sent: list[SendRequest] = []
        self.word: State | None = State.DELIVERED
        self.asked: list[str] = []

    def send(self, request: SendRequest) -> SendResult:
        self.sent.append(request)
        answer = self.answers.popleft() if self.answers else accepted
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, SendResult) else answer(request)

    def poll(self, provider_ids: Sequence[str]) -> list[Receipt]:
        self.asked.extend(provider_ids)
        return [Receipt(provider_id=name, state=self.word) for name in provider_ids] if self.word else []


def surely_not(error_code: str = "refused_connection") -> SendResult:
    """No connection: the provider never heard of it."""
    return SendResult(outcome=Outcome.NOT_SENT, error_code=error_code)
