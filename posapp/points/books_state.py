"""What a manager is told of the books: they agree, they do not, or nobody has looked lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from posapp.points import books_checks

OVERDUE_AFTER = timedelta(days=2)
"""A night without a check may happen; after two of them somebody should look why."""


@dataclass(frozen=True, slots=True)
class BooksState:
    """The word of the newest check."""

    kind: Literal["agree", "differ", "overdue", "unchecked"]
    at: datetime | None = None
    """When the check ended, or, as long as it has not, when it began."""
    cards: int = 0


def books_state(at: datetime) -> BooksState:
    """As the page shows it. Which card differs is for the administrator alone."""
    kept = books_checks.newest_told()
    if kept is None:
        return BooksState("unchecked")
    told_at = books_checks.finished_at(kept.check_id) or kept.check.started_at
    if not kept.check.agrees:
        return BooksState("differ", told_at, kept.check.cards)
    overdue = at - told_at > OVERDUE_AFTER
    return BooksState("overdue" if overdue else "agree", told_at, kept.check.cards)
