"""What the read-me and the operator's page name exists: files, commands, settings, log events, jobs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from posapp.__main__ import BEFORE_ALL
from posapp.settings import Settings
from posapp.worker import periodic_work

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/operations.md")
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
SEVERE = {"warning", "error"}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return (ROOT / str(request.param)).read_text(encoding="utf-8")


def places(page: str) -> Iterator[str]:
    """Everything that looks like a file or folder of ours, links included."""
    for found in re.findall(r"`([\w./-]+)`|\]\(([\w./-]+)\)", page):
        place = (found[0] or found[1]).removeprefix("../")
        if re.fullmatch(
            r"(posapp|tests|docs|deploy|templates|tools|migrations|\.ci)/.*|[A-Z]+\.md|\w+/test_\w+\.py", place
        ):
            yield place


def is_there(place: str) -> bool:
    return any((folder / place).exists() for folder in (ROOT, ROOT / "tests", ROOT / "docs"))


def severe_events() -> set[str]:
    """What the product logs as a warning or worse."""
    calls = (
        node
        for file in (ROOT / "posapp").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SEVERE
    )
    return {
        node.args[0].value
        for node in calls
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def test_every_file_it_names_is_there(page: str) -> None:
    pictures = {place for place in places(page) if place.startswith("docs/images/")}
    assert [place for place in set(places(page)) - pictures if not is_there(place)] == []


def test_every_setting_it_names_can_be_set(page: str) -> None:
    known = {f"POSAPP_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"POSAPP_[A-Z_]+", page)) <= known


def test_every_make_target_it_names_can_be_made(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = re.findall(r"(?:`|&& |^    )make ([a-z]+)", page, re.MULTILINE)
    assert named
    assert set(named) <= targets


def test_every_command_it_names_can_be_called(page: str, app: Flask) -> None:
    known = {*app.cli.commands, *BEFORE_ALL}
    named = re.findall(
        r"(?:\bflask|-m posapp|^ +posapp|&& posapp|`posapp)(?: --owner)? ([a-z]+)(?: ([a-z]+))?", page, re.MULTILINE
    )
    assert named
    for name, second in named:
        assert name in known, name
        group = app.cli.commands.get(name)
        if second and isinstance(group, click.Group):
            assert second in group.commands, f"{name} {second}"


def test_every_severe_event_is_explained() -> None:
    assert severe_events() - set(re.findall(r"`(\w+)`", OPERATIONS)) == set()


def test_every_job_is_explained() -> None:
    table = OPERATIONS.partition("| job |")[2].partition("\n\n")[0]
    assert {job.name for job in periodic_work([])} == set(re.findall(r"`([a-z]+\.[a-z_]+)`", table))
