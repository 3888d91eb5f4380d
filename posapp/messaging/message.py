"""A message as it was read at one moment, and what decides whether it may go."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from posapp.core.db import JsonObject
from posapp.core.phone import PhoneNumber
from posapp.core.seal import seal_text, unseal_text
from posapp.messaging.state import Channel, Traffic

_SEALED_IN = {"table": "message", "column": "phone_sealed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message in a worker's hands. Printing it shows neither the number nor what the text says."""

    route: UUID
    id: UUID
    traffic: Traffic
    channel: Channel
    template: str
    language: str
    parameters: JsonObject = field(repr=False)
    phone_sealed: bytes | None = field(repr=False)
    phone_index: UUID
    lease: UUID
    leased_until: datetime
    tries: int
    """With the one that is under way."""
    decision: JsonObject
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: RowMapping) -> MessageRow:
        """The value of a database row that has these columns."""
        values: dict[str, Any] = {each.name: row[each.name] for each in fields(cls)}
        return cls(**values | {"traffic": Traffic(row["traffic"]), "channel": Channel(row["channel"])})

    def phone(self) -> PhoneNumber:
        """Whom it goes to. Raises SealBroken, or ValueError when the number has been blanked."""
        if self.phone_sealed is None:
            raise ValueError("the number of this message has been blanked")
        return PhoneNumber.restored(unseal_text(self.phone_sealed, **_SEALED_IN, row_id=self.id))


def sealed_phone(phone: PhoneNumber, message_id: UUID) -> bytes:
    """The number as it lies in the row of this message, and opens only there."""
    return seal_text(phone.e164, **_SEALED_IN, row_id=message_id)
