"""Do the figures of different tables agree? Every card is a number proven, a consent given and an account opened."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.reports.figure import Figure
from posapp.reports.tally import Counts


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not the number of cards, and by how much it is more (or less, when negative)."""

    figures: tuple[Figure, ...]
    """What was added up."""
    count: int
    more: int


SIDES = ((Figure.MATCHED, Figure.APPROVED), (Figure.PERSONAL_DATA,), (Figure.ACCOUNTS,))
"""What must be the number of cards: numbers proven by a code or vouched for by a supervisor, consents, accounts."""


def differences(counts: Counts) -> list[Difference]:
    """Where the sides differ from the cards; none when everything agrees."""
    found = []
    for figures in SIDES:
        count = sum(counts[figure] for figure in figures)
        if count != counts[Figure.CARDS]:
            found.append(Difference(figures, count, count - counts[Figure.CARDS]))
    return found
