"""The core of the ledger: given what is so, and what is asked, what shall be.

Pure: no database, no clock, no request. The same state, operation, programme and moment always give the same decision.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from posapp.points import refusals
from posapp.points.decision import Decision, settled
from posapp.points.giving import adjust, credit_gift, give_bonus
from posapp.points.merging import merge
from posapp.points.operations import (
    Adjust,
    Bonus,
    Expire,
    Freeze,
    Merge,
    Open,
    Operation,
    Reserve,
    Return,
    Sale,
    Unfreeze,
    Void,
)
from posapp.points.programme import Programme
from posapp.points.reserving import reserve, void
from posapp.points.returning import return_goods
from posapp.points.selling import sale
from posapp.points.state import Account, Granted, State, Status
from posapp.points.worksheet import Worksheet


def decide(
    state: State, operation: Operation, programme: Programme, at: datetime, *, posting_id: UUID, member_id: UUID
) -> Decision:
    """What `operation` comes to for the card of `member_id`, by the rules of `programme`, at `at`.

    `posting_id` is the name that the posting will have: a reservation is known by it. Raises the PointsRefusal that
    applies; then nothing is to be written.
    """
    account = state.account
    if isinstance(operation, Open):
        return _open(account, operation, programme, at, member_id)
    if account is None or account.status is Status.MERGED:
        raise refusals.NoAccount
    sheet = Worksheet(account, programme, at)
    match operation:
        case Sale():
            return sale(account, state, operation, sheet)
        case Return():
            return return_goods(state, operation, sheet)
        case Reserve():
            return reserve(account, operation, sheet, posting_id)
        case Void():
            return void(state, sheet)
        case Bonus():
            return give_bonus(account, operation, sheet)
        case Adjust():
            return adjust(operation, sheet)
        case Merge():
            return merge(account, state, sheet)
        case Expire():
            return _expire(sheet)
        case Freeze():
            return _turn(account, sheet, Status.FROZEN)
        case Unfreeze():
            return _turn(account, sheet, Status.ACTIVE)


def _open(account: Account | None, operation: Open, programme: Programme, at: datetime, member_id: UUID) -> Decision:
    if account is not None:
        raise refusals.Already
    sheet = Worksheet(Account(member_id), programme, at)
    granted = credit_gift("welcome", sheet) if operation.welcome else 0
    opened = replace(sheet.account(), granted=Granted(welcome=bool(granted)))
    return Decision(opened, sheet.movements(), {"granted": granted} if granted else {})


def _expire(sheet: Worksheet) -> Decision:
    """Sweeping is what every worksheet does first; only the answer is left to give."""
    expired = sum(sheet.expired.values())
    return Decision(sheet.account(), sheet.movements(), settled(sheet, {"expired": expired}))


def _turn(account: Account, sheet: Worksheet, status: Status) -> Decision:
    if account.status is status:
        raise refusals.Already
    return Decision(replace(sheet.account(), status=status), sheet.movements(), settled(sheet, {}))


def is_idle(decision: Decision, before: Account) -> bool:
    """Did a sweep find nothing to do? Then there is nothing to write."""
    return not decision.movements and decision.account.holds == before.holds
