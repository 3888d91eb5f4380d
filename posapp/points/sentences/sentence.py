"""One sentence about the rules of a programme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is so. Two programmes say the same where their sentences of one `key` read the same."""

    text: str
    rules: tuple[str, ...]
    """The fields of the programme that it speaks of."""
    row: str = ""
    """Which tier, kind of goods or campaign, where a rule has several."""

    @property
    def key(self) -> tuple[str, ...]:
        return (*self.rules, self.row)


def about(text: str, *rules: str, row: str = "") -> Sentence:
    """A sentence about these rules."""
    return Sentence(text, rules, row)
