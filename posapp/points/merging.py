"""Two cards become one: everything of one moves to the other with its terms, and the emptied card leads there."""

from __future__ import annotations

from dataclasses import replace

from posapp.points import refusals
from posapp.points.decision import Decision, settled
from posapp.points.lot import Contra, LotKind, Opening, Origin
from posapp.points.state import Account, Granted, LotDefinition, State, Status
from posapp.points.worksheet import Worksheet


def merge(account: Account, state: State, sheet: Worksheet) -> Decision:
    """Reservations of the emptied card end first, so none can be captured against points that have moved."""
    emptied = state.emptied
    if emptied is None:
        raise refusals.NoAccount
    if emptied.member_id == account.member_id:
        raise refusals.SameAccount
    if Status.FROZEN in (account.status, emptied.status):
        raise refusals.Frozen
    giving = Worksheet(emptied, sheet.programme, sheet.at)
    for hold in giving.holds:
        giving.release(hold)
    giving.sweep()
    moved = _move_lots(giving, sheet, emptied, state)
    debt = giving.debt
    giving.move_debt(-debt)
    sheet.count_receipts(giving.counters.receipts)
    sheet.move_debt(debt)
    gone = replace(giving.account(), status=Status.MERGED, merged_into=account.member_id)
    granted = _both(account.granted, emptied.granted)
    return Decision(
        replace(sheet.account(), granted=granted),
        sheet.movements(),
        settled(sheet, {"moved": moved}),
        emptied=Decision(gone, giving.movements(), {"moved": -moved}),
    )


def _move_lots(giving: Worksheet, taking: Worksheet, emptied: Account, state: State) -> int:
    moved = 0
    for lot in sorted(giving.lots, key=lambda each: each.number):
        definition = state.definitions.get(lot.number, LotDefinition(LotKind.RESTORE))
        opening = Opening(definition.kind, lot.term, Origin(emptied.member_id, lot.number), definition.programme_id)
        giving.take(lot.number, lot.remaining, Contra.MERGE)
        taking.open_lot(opening, lot.remaining, Contra.MERGE)
        moved += lot.remaining
    return moved


def _both(one: Granted, other: Granted) -> Granted:
    """A gift that either card had, the merged card has had."""
    years = [year for year in (one.birthday_year, other.birthday_year) if year is not None]
    return Granted(one.welcome or other.welcome, max(years, default=None))
