"""What goes wrong in a worker: which of it passes by itself, and how it is told without telling anybody's data."""

from __future__ import annotations

import traceback
from pathlib import Path

from sqlalchemy.exc import InterfaceError, OperationalError

DATABASE_AWAY = (OperationalError, InterfaceError)
"""The database is away, restarting or too busy: a reason to wait, not to give up."""


def described(fault: BaseException) -> dict[str, str]:
    """The kind of the fault and the line where it arose. Its own text is left out: it may repeat a number or a code."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    return {"error": type(fault).__name__, "where": where}
