"""Who acts: a person of the staff, a customer, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

SYSTEM_STREAM = UUID("00000000-0000-8000-8000-000000000001")
"""The audit stream of everything that is done by nobody at a till and nobody signed in."""


class Role(StrEnum):
    """What a person of the staff may do; nothing is allowed that is not granted to the role."""

    CASHIER = "cashier"
    MANAGER = "manager"
    MARKETER = "marketer"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The one on whose behalf something is done, and where from."""

    kind: Literal["staff", "customer", "system"]
    staff_id: UUID | None = None
    role: Role | None = None
    session_id: UUID | None = None
    store_id: UUID | None = None
    till_id: UUID | None = None
    request_id: str

    @property
    def stream(self) -> UUID:
        """Whose chain of audit rows this act belongs to: the till's, else the person's, else the system's."""
        return self.till_id or self.staff_id or SYSTEM_STREAM


def system_actor(request_id: str = "worker") -> Actor:
    """The system acting by itself."""
    return Actor(kind="system", request_id=request_id)
