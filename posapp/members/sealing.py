"""The sealed columns of a member: each datum opens only in the row and the column it was sealed for."""

from __future__ import annotations

from uuid import UUID

from posapp.core import seal

MEMBER, DIRECTORY = "member", "phone_directory"


def sealed(text: str | None, *, column: str, member_id: UUID) -> bytes | None:
    """``text`` sealed for one column of one member; nothing stays nothing."""
    return None if text is None else seal.seal_text(text, table=MEMBER, column=column, row_id=member_id)


def opened(blob: bytes | None, *, column: str, member_id: UUID) -> str | None:
    """What was sealed; raises SealBroken when it was damaged or moved."""
    return None if blob is None else seal.unseal_text(blob, table=MEMBER, column=column, row_id=member_id)


def sealed_phone(e164: str, *, phone_index: UUID) -> bytes:
    """The number, sealed for its line of the directory."""
    return seal.seal_text(e164, table=DIRECTORY, column="phone_sealed", row_id=phone_index)


def opened_phone(blob: bytes, *, phone_index: UUID) -> str:
    """The number in E.164; raises SealBroken."""
    return seal.unseal_text(blob, table=DIRECTORY, column="phone_sealed", row_id=phone_index)
