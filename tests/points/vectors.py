"""The scenarios that must hold."""

import json
from pathlib import Path
from typing import Any

from posapp.points.scenario import Scenario, read_scenarios

FILE = Path(__file__).with_name("points.json")


def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def scenarios() -> list[Scenario]:
    return read_scenarios(document())
