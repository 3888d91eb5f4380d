"""Why people did what they did: the reasons that lie with the requests of postings."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from posapp.core.db import db
from posapp.points.rows import POSTING

REASONED = ("return", "adjust", "freeze", "unfreeze")
"""The kinds of postings that may carry one."""


def reasons(member_id: UUID, postings: Collection[UUID]) -> dict[UUID, str]:
    """The reason of each of these postings of a card that has one."""
    asked = select(POSTING.c.posting_id, POSTING.c.request).where(
        POSTING.c.member_id == member_id, POSTING.c.posting_id.in_(postings), POSTING.c.kind.in_(REASONED)
    )
    return {row.posting_id: row.request["reason"] for row in db.session.execute(asked) if row.request.get("reason")}
