"""What goes wrong: which of it passes by itself, and how it is told without telling anybody's data."""

from __future__ import annotations

import traceback
from pathlib import Path

from sqlalchemy.exc import InterfaceError, OperationalError

DATABASE_AWAY = (OperationalError, InterfaceError)
"""The database is away, restarting or too busy: a reason to wait, not to give up."""

TRAIL_FRAMES_MAX = 25


def described(fault: BaseException) -> dict[str, str]:
    """The kind of the fault and the line where it arose. Its own text is left out: it may repeat a number or a code."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    return {"error": type(fault).__name__, "where": where}


def trail(fault: BaseException) -> list[str]:
    """The way to the fault, ``file:line function`` from the outermost call to the innermost; no values, no texts."""
    frames = traceback.extract_tb(fault.__traceback__)[-TRAIL_FRAMES_MAX:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
