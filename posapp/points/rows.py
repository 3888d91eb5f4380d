"""From rows to values and back: accounts and postings as the tables hold them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Label, RowMapping, Table

from posapp.points.decision import Decision
from posapp.points.models import AccountRow, EntryRow, PostingRow, ReceiptClaim
from posapp.points.posting import Posting
from posapp.points.request import Request
from posapp.points.state import Account, DayCounters, Status
from posapp.points.stored import (
    granted_from_json,
    granted_to_json,
    holds_from_json,
    holds_to_json,
    lots_from_json,
    lots_to_json,
)

Values = Mapping[str, Any] | RowMapping


def _table(model: type[Any]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker what every model has
    return table


ACCOUNT = _table(AccountRow)
POSTING = _table(PostingRow)
ENTRY = _table(EntryRow)
CLAIM = _table(ReceiptClaim)

ACCOUNT_COLUMNS = (
    "member_id", "status", "merged_into", "lots", "holds", "debt", "version", "lots_opened", "counters_day",
    "earn_ops", "redeem_ops", "redeem_points", "receipts", "granted", "opened_at",
)  # fmt: skip
POSTING_COLUMNS = (
    "member_id", "posting_id", "seq", "kind", "key", "fingerprint", "receipt", "store_id", "till_id", "staff_id",
    "about_id", "at", "business_day", "money_minor", "balance_after", "debt_after", "spendable_after",
    "result", "refusal",
)  # fmt: skip


def labelled(source: FromClause, names: tuple[str, ...], prefix: str) -> list[Label[Any]]:
    """Columns of a table or an alias under names of their own."""
    return [source.c[name].label(prefix + name) for name in names]


def account_of(row: Values, prefix: str = "") -> Account:
    """The account in a row that has `ACCOUNT_COLUMNS`."""
    return Account(
        member_id=row[prefix + "member_id"],
        status=Status(row[prefix + "status"]),
        merged_into=row[prefix + "merged_into"],
        lots=lots_from_json(row[prefix + "lots"]),
        holds=holds_from_json(row[prefix + "holds"]),
        debt=row[prefix + "debt"],
        version=row[prefix + "version"],
        lots_opened=row[prefix + "lots_opened"],
        counters=DayCounters(
            row[prefix + "counters_day"],
            row[prefix + "earn_ops"],
            row[prefix + "redeem_ops"],
            row[prefix + "redeem_points"],
            row[prefix + "receipts"],
        ),
        granted=granted_from_json(row[prefix + "granted"]),
        opened_at=row[prefix + "opened_at"],
    )


def account_values(account: Account) -> dict[str, Any]:
    """What a posting changes of an account row."""
    return {
        "status": account.status.value,
        "merged_into": account.merged_into,
        "lots": lots_to_json(account.lots),
        "holds": holds_to_json(account.holds),
        "balance": account.balance,
        "debt": account.debt,
        "version": account.version,
        "lots_opened": account.lots_opened,
        "next_due": account.next_due,
        "counters_day": account.counters.day,
        "earn_ops": account.counters.earn_ops,
        "redeem_ops": account.counters.redeem_ops,
        "redeem_points": account.counters.redeem_points,
        "receipts": account.counters.receipts,
        "granted": granted_to_json(account.granted),
    }


def posting_of(row: Values, prefix: str = "", *, replayed: bool = False) -> Posting:
    """The posting in a row that has `POSTING_COLUMNS`."""
    return Posting(**{name: row[prefix + name] for name in POSTING_COLUMNS}, replayed=replayed)


def posting_values(
    request: Request, decision: Decision, posting_id: UUID, day: date, *, refusal: str | None = None
) -> dict[str, Any]:
    """The row of a posting."""
    return {
        "member_id": decision.account.member_id,
        "posting_id": posting_id,
        "seq": decision.account.version,
        "kind": request.kind,
        "key": request.key,
        "fingerprint": request.fingerprint,
        "receipt": request.receipt,
        "store_id": request.store_id,
        "till_id": request.actor.till_id,
        "staff_id": request.actor.staff_id,
        "challenge_id": request.challenge_id,
        "about_id": decision.about_id,
        "at": request.at,
        "business_day": day,
        "money_minor": decision.money_minor,
        "balance_after": decision.account.balance,
        "debt_after": decision.account.debt,
        "spendable_after": decision.account.spendable(request.at),
        "request": dict(request.body),
        "result": dict(decision.result),
        "memory": dict(decision.memory),
        "refusal": refusal,
    }


def entry_values(decision: Decision, programme_id: UUID | None) -> list[dict[str, Any]]:
    """The entries of a posting, without the card and the posting that they all share."""
    rows = []
    for movement in decision.movements:
        opening, origin = movement.opening, movement.opening.origin if movement.opening else None
        rows.append(
            {
                "lot": movement.lot,
                "contra": movement.contra.value,
                "amount": movement.amount,
                "kind": opening.kind.value if opening else None,
                "available_at": opening.term.available_at if opening else None,
                "expires_at": opening.term.expires_at if opening else None,
                "origin_member_id": origin.member_id if origin else None,
                "origin_lot": origin.lot if origin else None,
                "programme_id": (opening.programme_id or programme_id) if opening else None,
            }
        )
    return rows
