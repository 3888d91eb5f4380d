"""The sheet on which one decision is worked out: lots, reservations and debt move here, and every movement is noted.

It is local to one decision and thrown away with it, so what is refused has changed nothing. Whatever adds points pays
the debt first; so an account never owes and owns at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from posapp.points.lot import DEBT, Contra, LotPart, Movement, Opening, OpenLot, in_spending_order
from posapp.points.programme import Programme
from posapp.points.state import Account, DayCounters, Hold


class Worksheet:
    """An account in the middle of a decision, with what has lapsed already swept away."""

    def __init__(self, account: Account, programme: Programme, at: datetime) -> None:
        self.programme = programme
        self.at = at
        self.day = programme.business_day(at)
        self.counters: DayCounters = account.counters.on(self.day)
        self.debt = account.debt
        self.settled = 0
        """Debt that was paid by points added in this decision."""
        self.expired: dict[int, int] = {}
        """Points swept in this decision, by lot."""
        self._account = account
        self._lots = {lot.number: lot for lot in account.lots}
        self._holds = {hold.hold_id: hold for hold in account.holds}
        self._lots_opened = account.lots_opened
        self._movements: dict[tuple[int, Contra], Movement] = {}
        for hold in account.holds:
            if hold.expires_at <= at:
                self.release(hold)
        self.sweep()

    @property
    def lots(self) -> list[OpenLot]:
        """Open lots in the order of spending."""
        return in_spending_order(self._lots.values(), self.at)

    @property
    def holds(self) -> list[Hold]:
        return list(self._holds.values())

    @property
    def spendable(self) -> int:
        return sum(lot.remaining for lot in self._lots.values() if lot.term.is_available(self.at))

    @property
    def balance(self) -> int:
        return sum(lot.remaining for lot in self._lots.values())

    def calendar_year(self, at: datetime) -> int:
        """The year on the store's own calendar, whatever hour its day of business ends."""
        return at.astimezone(ZoneInfo(self.programme.timezone)).year

    def remaining(self, lot: int) -> int:
        """What is left in a lot; nothing in one that is not open."""
        return self._lots[lot].remaining if lot in self._lots else 0

    def sweep(self) -> None:
        """Let go of what has lapsed."""
        for lot in self.lots:
            if lot.term.is_lapsed(self.at):
                self.take(lot.number, lot.remaining, Contra.EXPIRE)
                self.expired[lot.number] = self.expired.get(lot.number, 0) + lot.remaining

    def open_lot(self, opening: Opening, points: int, contra: Contra) -> int:
        """Add a new lot of at least one point and let it pay the debt; gives its number."""
        self._lots_opened += 1
        number = self._lots_opened
        self._lots[number] = OpenLot(number, points, opening.term)
        self._note(number, contra, points, opening)
        self._pay_debt(number)
        return number

    def put_back(self, part: LotPart, contra: Contra) -> None:
        """Give points back to the lot that they came from, open or emptied, and let them pay the debt."""
        left = self.remaining(part.lot)
        self._lots[part.lot] = OpenLot(part.lot, left + part.points, part.term)
        self._note(part.lot, contra, part.points)
        self._pay_debt(part.lot)

    def take(self, number: int, points: int, contra: Contra) -> LotPart:
        """Take points out of one open lot, which has them."""
        lot = self._lots.pop(number)
        if lot.remaining < points:
            raise ValueError(f"lot {number} has {lot.remaining} points, not {points}")
        if lot.remaining > points:
            self._lots[number] = replace(lot, remaining=lot.remaining - points)
        self._note(number, contra, -points)
        return LotPart(number, points, lot.term)

    def take_from(self, lots: Iterable[OpenLot], points: int, contra: Contra) -> tuple[LotPart, ...]:
        """Take up to so many points out of these open lots, one after the other."""
        taken: list[LotPart] = []
        for lot in lots:
            part = min(points, self.remaining(lot.number))
            if part:
                taken.append(self.take(lot.number, part, contra))
                points -= part
        return tuple(taken)

    def spend(self, points: int, contra: Contra) -> tuple[LotPart, ...]:
        """Take points that can be spent now, soonest expiry first."""
        return self.take_from([lot for lot in self.lots if lot.term.is_available(self.at)], points, contra)

    def owe(self, points: int, contra: Contra) -> None:
        """Write points down as owed: there is nothing left to take them from."""
        self.debt += points
        self._note(DEBT, contra, -points)

    def hold(self, hold: Hold) -> None:
        self._holds[hold.hold_id] = hold

    def release(self, hold: Hold) -> None:
        """End a reservation: its points go back to their lots, which may have lapsed meanwhile."""
        del self._holds[hold.hold_id]
        for part in hold.parts:
            self.put_back(part, Contra.HOLD)

    def capture(self, hold: Hold, points: int) -> tuple[LotPart, ...]:
        """End a reservation by spending the first so many points of it; the rest goes back to its lots.

        What is spent never touches the card again, so it pays no debt that arose meanwhile.
        """
        del self._holds[hold.hold_id]
        spent: list[LotPart] = []
        for part in hold.parts:
            used = min(points, part.points)
            points -= used
            if used:
                self._note(part.lot, Contra.HOLD, used)
                self._note(part.lot, Contra.REDEEM, -used)
                spent.append(replace(part, points=used))
            if used < part.points:
                self.put_back(replace(part, points=part.points - used), Contra.HOLD)
        return tuple(spent)

    def count_redemption(self, points: int) -> None:
        """Count points spent into the card's day."""
        if points:
            day = self.counters
            self.counters = replace(day, redeem_ops=day.redeem_ops + 1, redeem_points=day.redeem_points + points)

    def count_earning(self) -> None:
        """Count a receipt that earned into the card's day."""
        self.counters = replace(self.counters, earn_ops=self.counters.earn_ops + 1)

    def count_receipts(self, receipts: int = 1) -> None:
        """Count receipts, whatever they earned, into the card's day."""
        self.counters = replace(self.counters, receipts=self.counters.receipts + receipts)

    def move_debt(self, points: int) -> None:
        """Take over what a merged card owes (negative: hand it over)."""
        if points:
            self.debt += points
            self._note(DEBT, Contra.MERGE, -points)
            for lot in self.lots:
                self._pay_debt(lot.number)

    def movements(self) -> tuple[Movement, ...]:
        """What is to be written, nothing twice; movements that cancel each other are left out."""
        return tuple(movement for movement in self._movements.values() if movement.amount)

    def account(self) -> Account:
        """The account as it is now, one posting later."""
        return replace(
            self._account,
            lots=tuple(self._lots[number] for number in sorted(self._lots)),
            holds=tuple(self._holds.values()),
            debt=self.debt,
            version=self._account.version + 1,
            lots_opened=self._lots_opened,
            counters=self.counters,
        )

    def _pay_debt(self, lot: int) -> None:
        paid = min(self.debt, self.remaining(lot))
        if paid:
            self.take(lot, paid, Contra.OFFSET)
            self._note(DEBT, Contra.OFFSET, paid)
            self.debt -= paid
            self.settled += paid

    def _note(self, lot: int, contra: Contra, points: int, opening: Opening | None = None) -> None:
        before = self._movements.get((lot, contra))
        if before is None:
            self._movements[lot, contra] = Movement(lot, contra, points, opening)
        else:
            self._movements[lot, contra] = replace(before, amount=before.amount + points)
