"""What a client has asked, and what was answered: lines of JSON that outlive the client."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Act = dict[str, Any]
Answer = dict[str, Any]


@dataclass
class Written:
    """A journal, read back."""

    asked: list[Act] = field(default_factory=list)
    """In order; each has an `id` in the journals and a `key` for the ledger, the same but for a misused key."""
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    """(id, answer), once for each delivery that was answered."""
    notes: list[str] = field(default_factory=list)
    """What should never happen."""
    lost: int = 0
    """Deliveries of which the client never learned the outcome, and made again."""
    duels: int = 0
    """Times at which this client and another had both read a card before either wrote."""

    def unanswered(self) -> list[Act]:
        answered = {name for name, _ in self.answers}
        return [act for act in self.asked if act["id"] not in answered]


class Journal:
    """One client's journal; each line is written at once, so a killed client leaves whole lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def ask(self, act: Act) -> None:
        self._write({"ask": act})

    def answer(self, name: str, answer: Answer) -> None:
        self._write({"answer": answer, "id": name})

    def note(self, text: str) -> None:
        self._write({"note": text})

    def lost(self) -> None:
        self._write({"lost": 1})

    def duel(self) -> None:
        self._write({"duel": 1})

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._file, (json.dumps(line) + "\n").encode())


def read(path: Path) -> Written:
    found = Written()
    for text in path.read_text().splitlines() if path.exists() else ():
        line = json.loads(text)
        if "ask" in line:
            found.asked.append(line["ask"])
        elif "answer" in line:
            found.answers.append((line["id"], line["answer"]))
        elif "note" in line:
            found.notes.append(line["note"])
        found.lost += line.get("lost", 0)
        found.duels += line.get("duel", 0)
    return found
