"""The shop's own day: which day of business a moment belongs to, and when a local day begins.

A day of business may end after midnight: with `cutover_hour` 4, half past three in the morning is still yesterday.
A local day begins at its first moment, also where midnight itself does not exist because the clocks jump over it.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

CUTOVER_HOUR_MAX = 23
"""Hours after midnight at which a day of business may end, at the latest."""


def business_day(at: datetime, timezone: str, cutover_hour: int) -> date:
    """The day of business that `at` (aware) belongs to, in a shop of this time zone (IANA name).

    Raises ValueError for a naive moment or a cutover outside 0…23, KeyError for an unknown zone.
    """
    if at.tzinfo is None:
        raise ValueError("a naive moment belongs to no day")
    if not 0 <= cutover_hour <= CUTOVER_HOUR_MAX:
        raise ValueError(f"a day of business ends 0 to {CUTOVER_HOUR_MAX} hours after midnight")
    on_the_wall = at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    return (on_the_wall - timedelta(hours=cutover_hour)).date()


@lru_cache(maxsize=4096)
def local_midnight(day: date, timezone: str) -> datetime:
    """The first moment of `day` in this time zone, in UTC.

    Where the clocks jump over midnight it is the moment of the jump; where midnight comes twice, the first of the two.
    """
    zone = ZoneInfo(timezone)
    wall = datetime.combine(day, time.min)
    before_jump = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if before_jump.astimezone(zone).replace(tzinfo=None) == wall:
        return before_jump
    after_jump = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _jump_between(after_jump, before_jump, zone)


def _jump_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The second in (early, late] from which on the later offset is in force."""
    offset = late.astimezone(zone).utcoffset()
    if early.astimezone(zone).utcoffset() == offset:
        return early
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late
