"""Whose receipt it is. One receipt of one store belongs to one card, wherever the cards live."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from posapp.core.db import db, dialect_name
from posapp.points.rows import CLAIM


def claim_key(store_id: UUID, receipt: str) -> UUID:
    """The name of a receipt's claim: the first 128 bits of SHA-256 over the store and the number."""
    digest = hashlib.sha256(store_id.bytes + receipt.encode()).digest()
    return UUID(bytes=digest[:16])


def claim(store_id: UUID, receipt: str, *, member_id: UUID, posting_id: UUID) -> bool:
    """Take the receipt for a card. False when it is taken; waits for whoever is just taking it."""
    values = {"claim_key": claim_key(store_id, receipt), "member_id": member_id, "posting_id": posting_id}
    inserting = postgresql.insert(CLAIM) if dialect_name() == "postgresql" else sqlite.insert(CLAIM)
    # What came back is asked for: the driver's count of inserted rows is not to be had on PostgreSQL.
    taken = inserting.values(values).on_conflict_do_nothing().returning(CLAIM.c.claim_key)
    return db.session.execute(taken).first() is not None


def claimed_by(store_id: UUID, receipt: str) -> tuple[UUID, UUID] | None:
    """The card on which a receipt was sold and its posting; None when nobody has entered it."""
    return claimed_under(claim_key(store_id, receipt))


def claimed_under(key: UUID) -> tuple[UUID, UUID] | None:
    """The same, by the name of the claim."""
    asked = select(CLAIM.c.member_id, CLAIM.c.posting_id).where(CLAIM.c.claim_key == key)
    row = db.session.execute(asked).first()
    return None if row is None else (row.member_id, row.posting_id)
