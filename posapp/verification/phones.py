"""The number of a challenge: sealed to its row while the challenge lives, blank afterwards."""

from __future__ import annotations

from uuid import UUID

from posapp.core import seal
from posapp.core.phone import PhoneNumber
from posapp.verification.challenge import Challenge, ChallengeRow

_COLUMN = "phone_sealed"


def sealed(phone: PhoneNumber, challenge_id: UUID) -> bytes:
    """The number, to be opened in this challenge's row alone."""
    return seal.seal_text(phone.e164, table=Challenge.__tablename__, column=_COLUMN, row_id=challenge_id)


def phone_of(challenge: ChallengeRow) -> PhoneNumber | None:
    """The number that was to be proven; None once the challenge has ended. Raises SealBroken."""
    if challenge.phone_sealed is None:
        return None
    e164 = seal.unseal_text(challenge.phone_sealed, table=Challenge.__tablename__, column=_COLUMN, row_id=challenge.id)
    return PhoneNumber.restored(e164)
