"""A receipt as the till hands it over: lines of whole minor units of money, checked at the door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from posapp.points.refusals import BadAmount

AMOUNT_MINOR_MAX = 99_999_999_999
"""Nine digits and two decimals: the most that one receipt may come to."""

LINES_MAX = 1_000
TEXT_LENGTH_MAX = 64
ONE_TOTAL = "1"
"""The id of the only line of a receipt that came as one total."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an id unique in its receipt, an amount in minor units, and a category where the shop has them."""

    id: str
    amount_minor: int
    category: str | None = None

    def __post_init__(self) -> None:
        check_amount(self.amount_minor)
        check_text(self.id)
        if self.category is not None:
            check_text(self.category)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was bought: the store, the number printed on the receipt, and its lines.

    Raises BadAmount for anything that is not whole, not positive or beyond the most a receipt may be.
    """

    store_id: UUID
    number: str
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        check_text(self.number)
        check_lines(self.lines)

    @classmethod
    def of_total(cls, store_id: UUID, number: str, total_minor: int) -> Receipt:
        """A receipt of which only the sum is known."""
        return cls(store_id, number, (Line(ONE_TOTAL, total_minor),))

    @property
    def total_minor(self) -> int:
        return total_of(self.lines)


def total_of(lines: Iterable[Line]) -> int:
    return sum(line.amount_minor for line in lines)


def check_lines(lines: object) -> None:
    """Raises BadAmount when these cannot be the lines of one receipt."""
    if not isinstance(lines, tuple) or not 0 < len(lines) <= LINES_MAX:
        raise BadAmount
    if not all(isinstance(line, Line) for line in lines):
        raise BadAmount
    if len({line.id for line in lines}) != len(lines):
        raise BadAmount
    check_amount(total_of(lines))


def check_text(value: object, *, length_max: int = TEXT_LENGTH_MAX) -> None:
    """Raises BadAmount unless `value` can be the number of a receipt, the id of a line, a category or a key.

    What cannot be printed (control characters, half a surrogate pair) is refused: no database keeps it.
    """
    if not isinstance(value, str) or not 0 < len(value) <= length_max or not value.isprintable():
        raise BadAmount


def check_amount(value: object, *, low: int = 0, high: int = AMOUNT_MINOR_MAX) -> None:
    """Raises BadAmount unless `value` is a whole number (no float, no bool) that a receipt may hold."""
    if type(value) is not int or not low <= value <= high:
        raise BadAmount
