"""When new points can be spent: from which moment on, and until which local midnight."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from posapp.core.business_day import local_midnight
from posapp.points.lot import Term
from posapp.points.programme import Programme


def earned_term(programme: Programme, at: datetime, *, valid_days: int | None = None) -> Term:
    """The term of points earned by a receipt: pending first, where the programme says so."""
    if programme.pending_days == 0:
        return _term(programme, at, programme.business_day(at), valid_days)
    first = programme.business_day(at) + timedelta(days=programme.pending_days)
    return _term(programme, local_midnight(first, programme.timezone), first, valid_days)


def given_term(programme: Programme, at: datetime, *, valid_days: int | None = None) -> Term:
    """The term of points given by a person or by the programme itself: never pending.

    `valid_days` of their own are days, whatever the programme says of earned points.
    """
    return _term(programme, at, programme.business_day(at), valid_days)


def _term(programme: Programme, available_at: datetime, first: date, valid_days: int | None) -> Term:
    """Usable through the last day; gone at the local midnight after it."""
    since = available_at.replace(microsecond=0)
    if valid_days is None and programme.expiry_mode == "never":
        return Term(since, None)
    last = first + timedelta(days=programme.valid_days if valid_days is None else valid_days)
    if valid_days is None and programme.expiry_mode == "eom":
        last = last.replace(day=monthrange(last.year, last.month)[1])
    return Term(since, local_midnight(last + timedelta(days=1), programme.timezone))
