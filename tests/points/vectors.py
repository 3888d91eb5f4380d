"""The scenarios that must hold: those that were given, and our own, worked out by hand from the rules."""

import json
from pathlib import Path
from typing import Any

from posapp.points.scenario import Scenario, read_scenarios

FILE = Path(__file__).with_name("points.json")
OWN = Path(__file__).with_name("own_scenarios.json")


def document(file: Path = FILE) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def scenarios() -> list[Scenario]:
    return [scenario for file in (FILE, OWN) for scenario in read_scenarios(document(file))]
