"""Is there anything to make before a start? Answered in a moment, so that the second start is quick.

A no is always safe: then each step looks for itself. Only a database of our own making, SQLite in the data folder, is
looked into.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from posapp.settings import Settings

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
_SAYS = re.compile(r"^(down_)?revision(?:: [^=]+)? = (.+)$", re.MULTILINE)
_NAME = re.compile(r"[\"']([^\"']+)[\"']")


def is_prepared(chosen: Settings) -> bool:
    """Keys, the database at the newest migration, and the shop where a demo is wanted: all there?"""
    if chosen.database_url or not chosen.key_ring_path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{chosen.sqlite_file.as_uri()}?mode=rw", uri=True)) as database:
            at = [version for (version,) in database.execute("SELECT version_num FROM alembic_version")]
            return at == heads() and (not chosen.demo or bool(database.execute("SELECT 1 FROM shop").fetchone()))
    except sqlite3.Error:
        return False


def heads(versions: Path = VERSIONS) -> list[str]:
    """The newest migrations, as the files themselves say: those that no other follows."""
    said = [found for file in versions.glob("*.py") for found in _SAYS.findall(file.read_text(encoding="utf-8"))]
    followed = {name for down, value in said if down for name in _NAME.findall(value)}
    return [name for down, value in said if not down for name in _NAME.findall(value) if name not in followed]
