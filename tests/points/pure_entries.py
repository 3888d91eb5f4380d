"""The entries of a ledger in a dictionary, and what is read from them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from posapp.points.decision import Decision
from posapp.points.joining import Segment, Segments
from posapp.points.lot import Contra, LotKind, Movement, Opening
from posapp.points.state import LotDefinition


@dataclass(frozen=True)
class Entered:
    """One movement of one posting."""

    posting_id: UUID
    about_id: UUID | None
    movement: Movement


class PureEntries:
    """All movements by card and lot, in the order in which they were written."""

    def __init__(self) -> None:
        self._rows: dict[tuple[UUID, int], list[Entered]] = defaultdict(list)
        self._of_posting: dict[tuple[UUID, UUID], list[Movement]] = defaultdict(list)
        self._openings: dict[tuple[UUID, int], tuple[Opening, int, UUID]] = {}
        self.contra: dict[Contra, int] = defaultdict(int)

    def add(self, member: UUID, decision: Decision, posting_id: UUID) -> None:
        for movement in decision.movements:
            self._rows[member, movement.lot].append(Entered(posting_id, decision.about_id, movement))
            self._of_posting[member, posting_id].append(movement)
            self.contra[movement.contra] -= movement.amount
            if movement.opening:
                self._openings[member, movement.lot] = (movement.opening, movement.amount, posting_id)

    def opening(self, member: UUID, lot: int) -> tuple[Opening, int]:
        """The lot's definition and its amount."""
        opening, amount, _ = self._openings[member, lot]
        return opening, amount

    def definitions(self, member: UUID) -> dict[int, LotDefinition]:
        return {lot: LotDefinition(made[0].kind) for (owner, lot), made in self._openings.items() if owner == member}

    def joinable(self, member: UUID, lots: Collection[int]) -> dict[int, LotDefinition]:
        """Those of these lots that receipts of this card earned."""
        earned = {row.movement.lot for row in self._moves(member, lots, Contra.EARN)}
        return {lot: LotDefinition(self._openings[member, lot][0].kind) for lot in earned}

    def swept(self, member: UUID, lots: Collection[int]) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for move in self._moves(member, lots, Contra.EXPIRE):
            found[move.movement.lot] -= move.movement.amount
        return found

    def taken_back(self, member: UUID, lots: Collection[int]) -> dict[int, dict[UUID, int]]:
        """Out of each lot, by the sale that came back."""
        found: dict[int, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
        for move in self._moves(member, lots, Contra.TAKEBACK):
            assert move.about_id
            found[move.movement.lot][move.about_id] -= move.movement.amount
        return found

    def joined_from(self, member: UUID, lots: Collection[int]) -> dict[int, Segments]:
        """The lots that these were joined into on the same card."""
        joins = {row.posting_id for row in self._moves(member, lots, Contra.MERGE) if row.movement.amount < 0}
        found: dict[int, Segments] = {}
        for posting_id in joins:
            merges = [move for move in self._of_posting[member, posting_id] if move.contra is Contra.MERGE]
            for new in [move for move in merges if move.opening]:
                parts = sorted((move for move in merges if move.amount < 0), key=lambda move: move.lot)
                found[new.lot] = tuple(Segment(self._openings[member, each.lot][2], -each.amount) for each in parts)
        return found

    def moved(self, card: UUID, onward: UUID, lots: Collection[int]) -> list[tuple[int, int, int]]:
        """(lot, lot of the next card, points) of the lots that a merge moved there."""
        return [
            (opening.origin.lot, lot, amount)
            for (owner, lot), (opening, amount, _) in self._openings.items()
            if owner == onward and opening.origin and opening.kind is not LotKind.RESTORE
            if opening.origin.member_id == card and opening.origin.lot in lots
        ]

    def _moves(self, member: UUID, lots: Collection[int], contra: Contra) -> list[Entered]:
        rows = (row for lot in lots for row in self._rows[member, lot])
        return [row for row in rows if row.movement.contra is contra]
