"""A turn of a job that goes from card to card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from posapp.core.faults import DATABASE_AWAY, described

UNANSWERED_MAX = 3
"""Cards for which the database did not answer: more than a till that stalls, so the turn ends."""

NOBODY = UUID(int=0)
"""Before every card there is: where a way from card to card begins."""

log = structlog.get_logger(__name__)


@dataclass
class Turn:
    """One card that fails keeps no other from its turn; a database that is away ends it."""

    job: str
    """By its name a line of the log is known."""
    _unanswered: int = 0

    def tried(self, member_id: UUID, act: Callable[[], object]) -> bool:
        """Did ``act`` go well for this card? Raises what the database said, when it is away."""
        try:
            act()
        except Exception as fault:  # whatever it is, the other cards have their turn
            log.error("card_failed", job=self.job, member_id=str(member_id), **described(fault))
            self._unanswered += isinstance(fault, DATABASE_AWAY)
            if self._unanswered >= UNANSWERED_MAX:
                raise
            return False
        return True
