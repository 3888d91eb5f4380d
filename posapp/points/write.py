"""The write of the gate: account, posting and entries, all or nothing, and only on the version that was read.

On PostgreSQL one statement does it: the posting and the entries are inserted from the updated account row, so where the
gate is missed nothing is inserted. On SQLite the caller holds the only write lock, and three statements do the same.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CursorResult,
    Executable,
    Insert,
    Update,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from posapp.core.db import db, dialect_name
from posapp.points.operations import Sale
from posapp.points.referral import ReferralStep
from posapp.points.rows import ACCOUNT, ENTRY, POSTING

Values = dict[str, Any]

_CHANGED = (
    "status", "merged_into", "lots", "holds", "balance", "debt", "version", "lots_opened", "next_due",
    "counters_day", "earn_ops", "redeem_ops", "redeem_points", "receipts", "granted",
)  # fmt: skip
_POSTED = tuple(each.name for each in POSTING.c if each.name != "member_id")
_ENTERED = tuple(each.name for each in ENTRY.c if each.name not in ("member_id", "posting_id"))


def write(account: Values, posting: Values, entries: list[Values], *, version: int) -> bool:
    """Write one posting on the account's `version`. False: the gate was missed, and nothing was written.

    `account` are the changed columns, `posting` a whole row, `entries` rows without the card and the posting.
    """
    asked: Values = {"gate_member": posting["member_id"], "gate_version": version}
    asked |= {f"a_{name}": account[name] for name in _CHANGED}
    asked["sold"] = posting["kind"] == Sale.kind and posting["refusal"] is None
    if dialect_name() == "postgresql":
        asked |= {f"p_{name}": posting[name] for name in _POSTED}
        asked["entries"] = [_plain(entry) for entry in entries]
        return bool(db.session.execute(_one_statement(), asked).scalar_one())
    if cast("CursorResult[Any]", db.session.execute(_gate(), asked)).rowcount == 0:
        return False
    insert_posting(posting, entries)
    return True


def open_account(account: Values, posting: Values, entries: list[Values]) -> None:
    """Write a new account with its first posting. Raises IntegrityError when another request has just opened it."""
    db.session.execute(insert(ACCOUNT), account)
    insert_posting(posting, entries)


def insert_posting(posting: Values, entries: list[Values]) -> None:
    """Add a posting and its entries to an account that this transaction holds."""
    db.session.execute(insert(POSTING), posting)
    if entries:
        shared = {"member_id": posting["member_id"], "posting_id": posting["posting_id"]}
        db.session.execute(insert(ENTRY), [shared | entry for entry in entries])


@lru_cache(maxsize=1)
def _gate() -> Update:
    changed: Values = {name: bindparam(f"a_{name}", type_=ACCOUNT.c[name].type) for name in _CHANGED}
    is_first_sale = and_(bindparam("sold", type_=Boolean), ACCOUNT.c.referral == ReferralStep.AWAITED.value)
    changed["referral"] = case((is_first_sale, ReferralStep.DUE.value), else_=ACCOUNT.c.referral)
    return (
        update(ACCOUNT)
        .where(
            ACCOUNT.c.member_id == bindparam("gate_member", type_=Uuid),
            ACCOUNT.c.version == bindparam("gate_version", type_=BigInteger),
        )
        .values(changed)
    )


@lru_cache(maxsize=1)
def _one_statement() -> Executable:
    moved = _gate().returning(ACCOUNT.c.member_id).cte("moved")
    given = [bindparam(f"p_{name}", type_=POSTING.c[name].type) for name in _POSTED]
    posted = (
        insert(POSTING)
        .from_select(["member_id", *_POSTED], select(moved.c.member_id, *given))
        .returning(POSTING.c.member_id, POSTING.c.posting_id)
        .cte("posted")
    )
    rows = (
        func.jsonb_to_recordset(bindparam("entries", type_=JSONB))
        .table_valued(*[column(name, ENTRY.c[name].type) for name in _ENTERED], name="rows")
        .render_derived(with_types=True)
    )
    entered: Insert = insert(ENTRY).from_select(
        ["member_id", "posting_id", *_ENTERED],
        select(posted.c.member_id, posted.c.posting_id, *[rows.c[name] for name in _ENTERED]).select_from(
            posted.join(rows, true())
        ),
    )
    return select(func.count()).select_from(moved).add_cte(posted, entered.cte("entered"))


def _plain(entry: Values) -> Values:
    """An entry as JSON can carry it."""
    return {name: str(value) if isinstance(value, UUID | datetime) else value for name, value in entry.items()}
