"""The folder behind the phone on the screen: one private file for each text, for ten minutes."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

FOLDER = "dev-phone"
KEPT = timedelta(minutes=10)
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A text as the phone shows it. Printing it shows neither the number nor the text."""

    id: UUID
    to: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime


class DevPhone:
    """All the phones of the demo customers in one."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def receive(self, message: ShownMessage) -> None:
        """Keep a text; the same id again replaces it. A reader sees the whole file or none."""
        self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        self._folder.chmod(PRIVATE_FOLDER)
        content = {"id": str(message.id), "to": message.to, "text": message.text, "at": message.at.isoformat()}
        draft = self._folder / f"{message.id}.{os.getpid()}.draft"
        draft.unlink(missing_ok=True)
        with open(draft, "x", encoding="utf-8", opener=_private) as file:
            json.dump(content, file, ensure_ascii=False)
        draft.replace(self._folder / f"{message.id}.json")

    def has(self, message_id: UUID) -> bool:
        """Has this text arrived, and is it still there?"""
        return (self._folder / f"{message_id}.json").exists()

    def newest(self, at: datetime) -> list[ShownMessage]:
        """The texts of the last ten minutes, newest first."""
        found = [message for file in self._files() if (message := _read(file)) and message.at > at - KEPT]
        return sorted(found, key=lambda message: (message.at, message.id), reverse=True)

    def prune(self, at: datetime) -> None:
        """Remove what is older than ten minutes, and drafts that a killed worker left."""
        for file in self._files():
            message = _read(file)
            if message is None or message.at <= at - KEPT:
                file.unlink(missing_ok=True)
        for draft in self._folder.glob("*.draft"):
            with suppress(FileNotFoundError):  # its writer has finished meanwhile
                if draft.stat().st_mtime < at.timestamp() - KEPT.total_seconds():
                    draft.unlink()

    def _files(self) -> list[Path]:
        return list(self._folder.glob("*.json"))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE_FILE)


def _read(file: Path) -> ShownMessage | None:
    """None when the file has just been removed, or is none of ours."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return ShownMessage(UUID(told["id"]), told["to"], told["text"], datetime.fromisoformat(told["at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
