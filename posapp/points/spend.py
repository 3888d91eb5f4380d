"""What a member paid in money: the measure of the tiers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, select

from posapp.core.db import db
from posapp.points.operations import Return, Sale
from posapp.points.programme import Programme
from posapp.points.rows import POSTING


def spend_since(member_id: UUID, programme: Programme, at: datetime) -> int:
    """Minor units paid for the receipts of the tier window, less what came back of them, whenever it came back.

    Read after the account, it may know of a later posting than the account does; then the gate is missed.
    """
    first_day = programme.business_day(at) - timedelta(days=programme.tier_window_days)
    sale, back = POSTING.alias("sale"), POSTING.alias("back")
    in_window = and_(
        sale.c.member_id == member_id,
        sale.c.kind == Sale.kind,
        sale.c.refusal.is_(None),
        sale.c.business_day >= first_day,
    )
    paid = select(func.coalesce(func.sum(sale.c.money_minor), 0)).where(in_window).scalar_subquery()
    came_back = (
        select(func.coalesce(func.sum(back.c.money_minor), 0))
        .select_from(sale.join(back, and_(back.c.member_id == sale.c.member_id, back.c.about_id == sale.c.posting_id)))
        .where(in_window, back.c.kind == Return.kind, back.c.refusal.is_(None))
        .scalar_subquery()
    )
    return int(db.session.execute(select(paid + came_back)).scalar_one())
