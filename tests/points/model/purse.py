"""One card of the model: its lots, its reservations, its debt, and the sums of the other sides."""

from collections import Counter
from dataclasses import dataclass, field

from tests.points.model.calendar import Term


class No(Exception):
    """A refusal, by its code; most of them stay the answer to their key."""

    def __init__(self, code: str, *, stays: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.stays = stays


@dataclass(eq=False)
class Lot:
    """Points of one origin. It stays when it is empty, and knows where it went when its card was merged."""

    card: str
    number: int
    kind: str
    term: Term
    left: int = 0
    lapsed: int = 0
    heir: "Lot | None" = None

    def is_over(self, at: int) -> bool:
        return self.term[1] is not None and self.term[1] <= at

    def is_usable(self, at: int) -> bool:
        return self.term[0] <= at and not self.is_over(at)


Parts = list[tuple[Lot, int]]


@dataclass(eq=False)
class Held:
    """A reservation, whatever became of it."""

    card: str
    ends: int
    parts: Parts
    state: str = "open"

    @property
    def points(self) -> int:
        return sum(points for _, points in self.parts)


@dataclass(eq=False)
class Card:
    """Everything of one card."""

    name: str
    sides: Counter[str]
    status: str = "active"
    into: str | None = None
    debt: int = 0
    settled: int = 0
    """Paid of the debt since the operation began."""
    swept: int = 0
    lots: list[Lot] = field(default_factory=list)
    holds: list[Held] = field(default_factory=list)
    day: int = -(10**9)
    earned_times: int = 0
    spent_times: int = 0
    spent_points: int = 0
    gifts: dict[str, int] = field(default_factory=dict)

    def begin(self, at: int, day: int) -> None:
        """What every operation does first: end what is over, let go of what has lapsed, turn the day."""
        self.settled = self.swept = 0
        for held in [held for held in self.holds if held.ends <= at]:
            self.release(held, "ended")
        self.sweep(at)
        self.turn(day)

    def turn(self, day: int) -> None:
        """A new day counts from nothing; a day that is behind counts into the newer one."""
        if day > self.day:
            self.day, self.earned_times, self.spent_times, self.spent_points = day, 0, 0, 0

    def sweep(self, at: int) -> None:
        for lot in self.lots:
            if lot.left and lot.is_over(at):
                lot.lapsed += lot.left
                self.swept += lot.left
                self.take(lot, lot.left, "EXPIRE")

    def in_order(self, at: int) -> list[Lot]:
        """Soonest end first; then those that can be used; then the older ones."""
        ends = {lot: float("inf") if lot.term[1] is None else lot.term[1] for lot in self.lots}
        return sorted(
            (lot for lot in self.lots if lot.left), key=lambda lot: (ends[lot], not lot.is_usable(at), lot.number)
        )

    def usable(self, at: int) -> int:
        return sum(lot.left for lot in self.lots if lot.is_usable(at))

    @property
    def reserved(self) -> int:
        return sum(held.points for held in self.holds)

    def open(self, kind: str, term: Term, points: int, side: str) -> Lot:
        lot = Lot(self.name, len(self.lots) + 1, kind, term)
        self.lots.append(lot)
        self.put(lot, points, side)
        return lot

    def put(self, lot: Lot, points: int, side: str) -> None:
        """Whatever is added pays the debt first."""
        self.sides[side] -= points
        paid = min(self.debt, lot.left + points)
        lot.left += points - paid
        self.debt -= paid
        self.settled += paid

    def take(self, lot: Lot, points: int, side: str) -> None:
        assert 0 < points <= lot.left
        lot.left -= points
        self.sides[side] += points

    def take_some(self, lots: list[Lot], points: int, side: str) -> Parts:
        taken: Parts = []
        for lot in lots:
            if part := min(points, lot.left):
                self.take(lot, part, side)
                taken.append((lot, part))
                points -= part
        return taken

    def release(self, held: Held, state: str) -> None:
        self.holds.remove(held)
        held.state = state
        for lot, points in held.parts:
            self.put(lot, points, "HOLD")

    def count_spent(self, points: int) -> None:
        self.spent_times += bool(points)
        self.spent_points += points
