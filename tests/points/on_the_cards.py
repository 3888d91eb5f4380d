"""What is owed, read off the accounts as they are now."""

from collections import Counter as Tally
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import db
from posapp.points.liability_position import _month, day_of
from posapp.points.rows import ACCOUNT, account_of
from posapp.stores import queries as stores

SHOWN = ("outstanding", "pending", "reserved", "debt", "expiring")


def on_the_cards(store_id: UUID, at: datetime) -> dict[str, Any]:
    """The same read off the accounts, as they are now."""
    db.session.rollback()
    store = stores.store(store_id)
    found = db.session.execute(select(ACCOUNT).where(ACCOUNT.c.store_id == store_id)).mappings()
    accounts = [account_of(row) for row in found]
    expiring: Tally[str] = Tally()
    for account in accounts:
        for lot in account.lots:
            expiring[_month(lot.term.expires_at, store)] += lot.remaining
    day = day_of(at, store)
    lots = [lot for account in accounts for lot in account.lots]
    return {
        "outstanding": sum(account.balance for account in accounts),
        "pending": sum(lot.remaining for lot in lots if day_of(lot.term.available_at, store) > day),
        "reserved": sum(hold.points for account in accounts for hold in account.holds),
        "debt": sum(account.debt for account in accounts),
        "expiring": dict(expiring),
    }
