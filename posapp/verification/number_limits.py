"""What one number may be sent and may fail, over all tills together.

Sends: 3 in ten minutes, 6 an hour, 10 in 24 hours. Failures: 10 in rolling 24 hours lock the number until the oldest of
them is a day old; 50 in a row without one success disable it until the number is proven anew. A success breaks the row
of failures and takes back its own charge; the failures before it go on counting for their 24 hours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from posapp import settings
from posapp.core.errors import Refusal
from posapp.core.text import N_
from posapp.verification import limits
from posapp.verification.limits import LimitKind, Tally, Window

TEN_MINUTES, HOUR, DAY = 600, 3600, 86_400


class TooManySends(Refusal):
    """The number was sent as many codes as it may get for now."""

    code = "too_many_sends"
    status = 429
    sentence = N_("This number has had enough codes for now. Please try again in %(minutes)s min.")


class NumberLocked(Refusal):
    """The number has failed as often as it may in a day."""

    code = "number_locked"
    status = 423
    sentence = N_("Too many wrong codes for this number. It can be tried again in %(hours)s h.")


class NumberDisabled(Refusal):
    """The number has failed too often in a row; only a person can open it again."""

    code = "number_disabled"
    status = 423
    sentence = N_("Codes for this number are switched off after many wrong ones. Please call a manager.")


def charge_send(phone_index: UUID, *, at: datetime) -> None:
    """Count one more send to the number, inside ``transaction()``.

    Raises TooManySends when it does not fit, NumberLocked or NumberDisabled when no code could be tried anyway.
    """
    held = limits.hold(phone_index, LimitKind.NUMBER_FAILURES, LimitKind.NUMBER_SENDS, at=at)
    _refuse_locked(held[LimitKind.NUMBER_FAILURES], at)
    sends, windows = held[LimitKind.NUMBER_SENDS], send_windows()
    wait = sends.wait_seconds(windows, at)
    if wait:
        raise TooManySends(retry_after_seconds=wait, minutes=_rounded_up(wait, 60))
    limits.save(sends.plus(windows, at), at=at)


def charge_failure(phone_index: UUID, *, at: datetime) -> None:
    """Count one more failure before the code is compared, inside ``transaction()``.

    Raises NumberLocked or NumberDisabled; what was charged in the same transaction rolls back with it.
    """
    failures = limits.hold(phone_index, LimitKind.NUMBER_FAILURES, at=at)[LimitKind.NUMBER_FAILURES]
    _refuse_locked(failures, at)
    streak = failures.streak + 1
    disabled_at = at if streak >= settings.current().number_failures_streak else None
    charged = failures.plus(failure_windows(), at)
    limits.save(replace(charged, streak=streak, disabled_at=disabled_at), at=at)


def give_back_failure(phone_index: UUID, *, charged_at: datetime, at: datetime) -> None:
    """A right code: take back its own charge and break the row of failures, inside ``transaction()``."""
    failures = limits.hold(phone_index, LimitKind.NUMBER_FAILURES, at=at)[LimitKind.NUMBER_FAILURES]
    limits.save(replace(failures.minus(charged_at), streak=0, disabled_at=None), at=at)


def send_windows() -> tuple[Window, ...]:
    now = settings.current()
    return (
        Window(TEN_MINUTES, now.number_sends_ten_minutes),
        Window(HOUR, now.number_sends_hour),
        Window(DAY, now.number_sends_day),
    )


def failure_windows() -> tuple[Window, ...]:
    return (Window(DAY, settings.current().number_failures_day),)


def _refuse_locked(failures: Tally, at: datetime) -> None:
    if failures.disabled_at is not None:
        raise NumberDisabled
    wait = failures.wait_seconds(failure_windows(), at)
    if wait:
        raise NumberLocked(retry_after_seconds=wait, hours=_rounded_up(wait, HOUR))


def _rounded_up(seconds: int, unit: int) -> int:
    return -(-seconds // unit)
