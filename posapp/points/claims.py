"""Whose receipt it is. One receipt of one store belongs to one card, wherever the cards live."""

from __future__ import annotations

import hashlib
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Insert, select
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
    inserting: Insert
    if dialect_name() == "postgresql":
        inserting = postgresql.insert(CLAIM).on_conflict_do_nothing()
    else:
        inserting = sqlite.insert(CLAIM).on_conflict_do_nothing()
    return cast("CursorResult[Any]", db.session.execute(inserting, values)).rowcount == 1


def claimed_by(store_id: UUID, receipt: str) -> tuple[UUID, UUID] | None:
    """The card on which a receipt was sold and its posting; None when nobody has entered it."""
    asked = select(CLAIM.c.member_id, CLAIM.c.posting_id).where(CLAIM.c.claim_key == claim_key(store_id, receipt))
    row = db.session.execute(asked).first()
    return None if row is None else (row.member_id, row.posting_id)
