"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday noon in Moscow: no midnight, month end or change of season is near by accident."""


class FakeClock:
    """Tells the same moment to everyone; only `advance` and `set` change it, and `advance` only forwards."""

    def __init__(self, at: datetime = BEGINNING) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, **delta: float) -> datetime:
        """Move forward by `seconds=`, `minutes=`, `hours=` or `days=`."""
        step = timedelta(**delta)
        if step < timedelta(0):
            raise ValueError("time goes forward; use set() to speak of another day")
        self._at += step
        return self._at

    def set(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("say which moment in UTC it is")
        self._at = at.astimezone(UTC)
