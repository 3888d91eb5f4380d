"""The one clock. Everything that needs the time asks here, or is handed what was asked here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

Source = Callable[[], datetime]


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Source = _system_time


def now() -> datetime:
    """The present moment, aware, in UTC."""
    at = _source()
    if at.tzinfo is None:
        raise ValueError("the clock gave a time without a zone")
    return at.astimezone(UTC)


@contextmanager
def replaced_by(source: Source) -> Iterator[None]:
    """Let `source` tell the time, for every thread of this process, until the block ends."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
