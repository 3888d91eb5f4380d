"""The commands as they are called: before there is anything, when a start is refused, no more awake than needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from posapp.core.keys import KeyRing
from posapp.prepared import heads

ROOT = Path(__file__).resolve().parents[1]
SECONDS_MAX = 120
HEAVY = {"alembic", "flask_migrate", "psycopg"}

Done = subprocess.CompletedProcess[str]


def run(*words: str, **environment: str) -> Done:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("POSAPP_", "FLASK_"))}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=bare | environment, capture_output=True, text=True, timeout=SECONDS_MAX
    )


@pytest.fixture
def house(tmp_path: Path) -> dict[str, str]:
    """The environment of a development with keys, on SQLite."""
    KeyRing.generate().save(tmp_path / "keys.json")
    return {"POSAPP_ENV": "development", "POSAPP_DATA_DIR": str(tmp_path)}


def test_before_there_is_anything_the_commands_that_work_are_listed() -> None:
    done = run("-m", "posapp", "--help")
    assert done.returncode == 0
    listed = done.stdout.partition("Commands:")[2].splitlines()
    assert {line.split()[0] for line in listed if line.strip()} == {"keys", "points", "serve", "up"}
    assert done.stderr.startswith("POSAPP_")
    assert "Traceback" not in done.stderr


def test_a_refused_start_is_a_sentence() -> None:
    done = run("-m", "posapp", "worker", POSAPP_ENV="production", POSAPP_GATEWAYS="kannel")
    assert done.returncode == 1
    assert "POSAPP_BASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_key_ring_is_a_sentence(tmp_path: Path) -> None:
    done = run("-m", "posapp", "worker", POSAPP_ENV="development", POSAPP_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "There is no key ring" in done.stderr
    assert "Traceback" not in done.stderr


def test_keys_are_made_before_anything_else_is_there(tmp_path: Path) -> None:
    done = run("-m", "posapp", "keys", "make", str(tmp_path / "ring.json"))
    assert done.returncode == 0
    assert (tmp_path / "ring.json").stat().st_mode & 0o777 == 0o400


def test_rules_are_tried_before_anything_else_is_there_and_in_production_too() -> None:
    """On a database of its own; standard output is one JSON document and nothing else."""
    file = "tests/points/points.json"
    checked = run("-m", "posapp", "points", "replay", file, "--check", POSAPP_ENV="production")
    assert (checked.returncode, checked.stdout) == (0, "75 scenarios, 0 differences\n"), checked.stderr
    outcomes = json.loads(run("-m", "posapp", "points", "replay", file).stdout)
    assert len(outcomes) == 75
    assert set(outcomes["E01"]) == {"results", "accounts", "contra", "trial_balance"}


def test_the_history_is_at_hand_from_any_folder(house: dict[str, str]) -> None:
    for words in (("-m", "posapp"), ("-m", "flask", "--app", "wsgi")):
        done = run(*words, "db", "heads", **house)
        assert done.stdout.split() == [*heads(), "(head)"], done.stderr


def test_web_and_worker_wake_no_more_than_they_need(house: dict[str, str]) -> None:
    look = "import sys, posapp, posapp.worker; posapp.create_app(); print(*sys.modules)"
    assert HEAVY.isdisjoint(run("-c", look, **house).stdout.split())


def test_a_start_with_nothing_to_make_does_not_wake_the_house() -> None:
    loaded = run("-c", "import sys, posapp.__main__, posapp.serve; print(*sys.modules)").stdout.split()
    assert "posapp.serve" in loaded
    assert {*HEAVY, "sqlalchemy", "posapp.house"}.isdisjoint(loaded)
