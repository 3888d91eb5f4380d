"""Work that comes round: each job is a row with a lease, so that one worker of many does it and none is forgotten.

A job that was missed while no worker ran is done once when one runs again. A worker that dies in the middle leaves its
lease behind; when that has passed, another does the job anew. So ``run`` must be harmless when it runs twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import Table, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from posapp.core import clock
from posapp.core.db import Base, db, reference, rows_changed, transaction
from posapp.core.ids import random_id

RETRY_SECONDS = 60
"""A job that failed is tried again after this, or sooner when it comes round sooner."""

log = structlog.get_logger(__name__)


class JobRow(Base):
    """When a job is due, who holds it, and how it ended last."""

    __tablename__ = "job"
    __table_args__ = ({"info": reference()},)

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    every_seconds: Mapped[int]
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    last_run_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    """The kind of the error only: its text may speak of a person."""


JOB = cast("Table", JobRow.__table__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often. ``run`` opens its own transactions and is told the time."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]
    lease: timedelta = timedelta(minutes=10)
    """Longer than the job ever takes: after it, another worker may begin the same job."""


def run_due(jobs: Sequence[Job], at: datetime) -> list[str]:
    """Do those of ``jobs`` that are due and that nobody holds; the names of what was done, well or badly."""
    due = _due(jobs, at)
    return [job.name for job in jobs if job.name in due and _take_and_run(job, at)]


def _due(jobs: Sequence[Job], at: datetime) -> set[str]:
    """The names of the jobs that are due. A job seen for the first time, or with a new interval, is due at once."""
    with transaction():
        rows = {row.name: row for row in db.session.execute(select(JOB.c.name, JOB.c.due_at, JOB.c.every_seconds))}
    changed = [job for job in jobs if job.name not in rows or rows[job.name].every_seconds != _seconds(job)]
    for job in changed:
        _introduce(job, at)
    return {job.name for job in changed} | {name for name, row in rows.items() if row.due_at <= at}


def _introduce(job: Job, at: datetime) -> None:
    """Make a job due, once: a worker that looked before another had introduced it must not make it due again."""
    values = {"due_at": at, "every_seconds": _seconds(job)}
    changed = JOB.c.every_seconds != _seconds(job)
    try:
        with transaction():
            if not rows_changed(update(JOB).where(JOB.c.name == job.name, changed).values(values)):
                db.session.execute(insert(JOB).values(name=job.name, **values))
    except IntegrityError:  # another worker has introduced it just now
        log.debug("job_introduced_elsewhere", job=job.name)


def _take_and_run(job: Job, at: datetime) -> bool:
    lease = random_id()
    free = or_(JOB.c.leased_until.is_(None), JOB.c.leased_until <= at)
    with transaction():
        due_at = db.session.execute(
            update(JOB)
            .where(JOB.c.name == job.name, JOB.c.due_at <= at, free)
            .values(lease=lease, leased_until=at + job.lease)
            .returning(JOB.c.due_at)
        ).scalar()
    if due_at is None:
        return False
    error = _run(job, at)
    with transaction():
        db.session.execute(
            update(JOB)
            .where(JOB.c.name == job.name, JOB.c.lease == lease)
            .values(
                due_at=_next_due(job, due_at, clock.now(), failed=error is not None),
                lease=None,
                leased_until=None,
                last_run_at=at,
                last_error=error,
            )
        )
    return True


def _run(job: Job, at: datetime) -> str | None:
    """The kind of the error, or None when the job went well."""
    try:
        job.run(at)
    except Exception as error:  # noqa: BLE001  # one bad job must not keep the others from their turn
        log.error("job_failed", job=job.name, error=type(error).__name__)
        return type(error).__name__
    return None


def _next_due(job: Job, due_at: datetime, now: datetime, *, failed: bool) -> datetime:
    """The next beat of the same rhythm that lies ahead; beats that were missed are not made up for one by one."""
    if failed:
        return now + min(job.every, timedelta(seconds=RETRY_SECONDS))
    return due_at + max((now - due_at) // job.every + 1, 1) * job.every


def _seconds(job: Job) -> int:
    return int(job.every.total_seconds())
