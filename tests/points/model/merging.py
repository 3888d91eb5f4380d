"""Two cards of the model become one."""

from tests.points.model.purse import Card, No


def merge(goes: Card, stays: Card, at: int) -> int:
    """Everything moves, its terms with it; gives the points that moved."""
    if goes is stays:
        raise No("same_account", stays=False)
    if "frozen" in (goes.status, stays.status):
        raise No("frozen")
    for held in list(goes.holds):
        goes.release(held, "void")
    goes.sweep(at)
    moved = 0
    for lot in [lot for lot in goes.lots if lot.left]:
        points = lot.left
        goes.take(lot, points, "MERGE")
        lot.heir = stays.open(lot.kind, lot.term, points, "MERGE")
        moved += points
    _hand_over(goes, stays, at)
    goes.status, goes.into = "merged", stays.name
    for kind, stamp in goes.gifts.items():
        stays.gifts[kind] = max(stamp, stays.gifts.get(kind, 0))
    return moved


def _hand_over(goes: Card, stays: Card, at: int) -> None:
    """A debt moves too, and is paid from what is there, soonest end first."""
    stays.debt, goes.debt = stays.debt + goes.debt, 0
    for lot in stays.in_order(at):
        paid = min(stays.debt, lot.left)
        lot.left -= paid
        stays.debt -= paid
        stays.settled += paid
