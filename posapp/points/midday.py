"""A moment inside a day of business, for whoever has only the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from posapp.points.programme import Programme

INTO_THE_DAY = timedelta(hours=8)


def midday(programme: Programme, day: date) -> datetime:
    """Some hours after this day of business has begun, where the programme has been brought to."""
    wall = datetime.combine(day, time(programme.cutover_hour or 0)) + INTO_THE_DAY
    return wall.replace(tzinfo=ZoneInfo(programme.timezone)).astimezone(UTC)
