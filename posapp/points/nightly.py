"""The job that checks the books once a night, at the hour when most of the stores sleep, a few seconds at a time.

A night without a worker is made up for as soon as one runs. A check that takes longer than a night is gone on with; the
next one begins after it.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from posapp.core.jobs import Job
from posapp.points import books_checks
from posapp.points.auditing import Check, Stage, step
from posapp.points.rulebook import Rulebook
from posapp.stores import queries as stores

EVERY = timedelta(seconds=10)
TURN_SECONDS = 5.0
"""So long one turn looks, and other periodic work waits."""
QUIET_HOUR = 3
"""On the clocks of most stores: nobody sells, and the day that ended at midnight has been swept."""


def jobs() -> list[Job]:
    """The job of this file."""
    return [Job("points.audit", EVERY, turn)]


def turn(at: datetime) -> None:
    """Begin the night's check when it is due, or go on with the one that is under way.

    One that begins only begins: what is just being posted is in the books when the next turn looks.
    """
    kept = books_checks.unfinished(nightly=True)
    if kept is None:
        _begin(at)
        return
    rules, until = Rulebook.read(), time.monotonic() + TURN_SECONDS
    while True:
        further, _ = step(kept.check, rules)
        kept = books_checks.go_on(kept, further, at)
        if further.stage is Stage.OVER or time.monotonic() >= until:
            return


def night_of(at: datetime) -> date | None:
    """The night that has begun last, by the clocks of most stores; None before there is a store."""
    zones = Counter(store.timezone for store in stores.all_stores())
    if not zones:
        return None
    zone = max(zones, key=lambda name: (zones[name], name))
    local = at.astimezone(ZoneInfo(zone))
    return local.date() if local.hour >= QUIET_HOUR else local.date() - timedelta(days=1)


def _begin(at: datetime) -> None:
    night, newest = night_of(at), books_checks.newest_night()
    if night is None or (newest is not None and newest >= night):
        return
    try:
        books_checks.begin(Check(started_at=at, night=night, replay_since=books_checks.newest_agreed_night()))
    except IntegrityError:  # another worker has begun it just now
        return
