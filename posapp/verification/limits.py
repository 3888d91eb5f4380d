"""Counting against limits, under the lock of one row pinned to its subject.

The same totals hold under any number of workers and tills, because the row decides. A limit that cannot be read is a
transaction that fails, so limits fail closed. Lock order everywhere: the challenge first, then its number's limits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, update
from sqlalchemy.dialects import postgresql, sqlite

from posapp.core.db import db, dialect_name
from posapp.verification.limit import LIMIT


class LimitKind(StrEnum):
    """What is counted, of whom."""

    CASHIER_FINDS = "cashier_finds"
    NUMBER_FAILURES = "number_failures"
    NUMBER_SENDS = "number_sends"


class Window(NamedTuple):
    """At most so many in any stretch of so many seconds."""

    seconds: int
    most: int


@dataclass(frozen=True, slots=True)
class Tally:
    """A subject's account with one kind of limit, as it stands under the lock."""

    subject_id: UUID
    kind: LimitKind
    times: tuple[int, ...] = ()
    marks: Mapping[str, int] = field(default_factory=dict)
    streak: int = 0
    paused_until: datetime | None = None
    disabled_at: datetime | None = None

    def wait_seconds(self, windows: Sequence[Window], at: datetime) -> int:
        """How long until one more fits into every window; 0 when it fits now."""
        now = at.timestamp()
        waits = [self.times[-most] + seconds - now for seconds, most in windows if len(self.times) >= most]
        if self.paused_until is not None:
            waits.append(self.paused_until.timestamp() - now)
        return max(0, math.ceil(max(waits, default=0)))

    def plus(self, windows: Sequence[Window], at: datetime) -> Tally:
        """The same with one more event, and without those that no window reaches any longer."""
        since = at.timestamp() - max(seconds for seconds, _ in windows)
        kept = [time for time in self.times if time > since]
        return replace(self, times=tuple(sorted([*kept, int(at.timestamp())])))

    def minus(self, charged_at: datetime) -> Tally:
        """The same without one event of that moment; unchanged when it has left already."""
        times, moment = list(self.times), int(charged_at.timestamp())
        if moment in times:
            times.remove(moment)
        return replace(self, times=tuple(times))


def hold(subject_id: UUID, *kinds: LimitKind, at: datetime) -> dict[LimitKind, Tally]:
    """Lock the subject's rows of these kinds until the transaction ends, and read them; missing ones are made.

    One statement whether the rows exist or not, so that a subject's history shows in nothing.
    """
    insert = postgresql.insert if dialect_name() == "postgresql" else sqlite.insert
    fresh = [_columns(Tally(subject_id, kind), at) for kind in sorted(kinds)]
    key = [LIMIT.c.subject_id, LIMIT.c.kind]
    touch = insert(LIMIT).values(fresh).on_conflict_do_update(index_elements=key, set_={"changed_at": at})
    rows = db.session.execute(touch.returning(*LIMIT.c)).mappings()
    return {tally.kind: tally for tally in (_tally(row) for row in rows)}


def save(tally: Tally, *, at: datetime) -> None:
    """Write what the account is now; its row is held."""
    columns = _columns(tally, at)
    row = (LIMIT.c.subject_id == columns.pop("subject_id"), LIMIT.c.kind == columns.pop("kind"))
    db.session.execute(update(LIMIT).where(*row).values(columns))


def count_distinct(subject_id: UUID, kind: LimitKind, thing: UUID, *, seconds: int, at: datetime) -> int:
    """Note that the subject touched ``thing``; how many distinct things it touched in the last ``seconds``.

    For limits that count numbers and not acts, such as a cashier's look-ups. Inside ``transaction()``.
    """
    tally = hold(subject_id, kind, at=at)[kind]
    since = at.timestamp() - seconds
    marks = {mark: time for mark, time in tally.marks.items() if time > since}
    marks[thing.hex] = int(at.timestamp())
    save(replace(tally, marks=marks), at=at)
    return len(marks)


def _columns(tally: Tally, at: datetime) -> dict[str, Any]:
    return {
        "subject_id": tally.subject_id,
        "kind": tally.kind.value,
        "times": list(tally.times),
        "marks": dict(tally.marks),
        "streak": tally.streak,
        "paused_until": tally.paused_until,
        "disabled_at": tally.disabled_at,
        "changed_at": at,
    }


def _tally(row: RowMapping) -> Tally:
    return Tally(
        subject_id=row["subject_id"],
        kind=LimitKind(row["kind"]),
        times=tuple(row["times"]),
        marks=row["marks"],
        streak=row["streak"],
        paused_until=row["paused_until"],
        disabled_at=row["disabled_at"],
    )
