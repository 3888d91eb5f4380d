"""The shape of the house: who may know whom, who commits, how long a file may be."""

from pathlib import Path

import pytest

from tests.support import architecture
from tests.support.architecture import RULES, Module, Rule, ceilings, modules
from tests.support.knots import circles

ROOT = Path(__file__).resolve().parents[1]
HOUSE = modules(ROOT / "posapp")
TESTS = [*modules(ROOT / "tests"), Module("wsgi", ROOT / "wsgi.py")]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    broken = [complaint for module in HOUSE for complaint in rule(module)]
    assert not broken, "\n".join(broken)


def test_test_files_keep_the_ceiling_too() -> None:
    long = [complaint for module in TESTS for complaint in ceilings(module)]
    assert not long, "\n".join(long)


def test_no_module_needs_itself() -> None:
    assert list(circles(HOUSE)) == []


def test_a_planted_circle_is_found(tmp_path: Path) -> None:
    till = tmp_path / "posapp" / "till"
    till.mkdir(parents=True)
    for name, text in {
        "one": "from posapp.till import two",
        "two": "def f():\n    from .three import g",
        "three": "import posapp.till.one",
        "four": "from posapp.till.one import x",
    }.items():
        (till / f"{name}.py").write_text(text)
    assert list(circles(modules(tmp_path / "posapp"))) == ["posapp.till.one ↔ posapp.till.three ↔ posapp.till.two"]


PLANTED = [
    ("posapp/points/service.py", "from posapp.till import screens", architecture.arrows_point_down),
    ("posapp/points/service.py", "def f():\n    import posapp.till.screens", architecture.arrows_point_down),
    ("posapp/points/service.py", "from posapp.consent import queries", architecture.arrows_point_down),
    ("posapp/points/service.py", "from ..till import screens", architecture.arrows_point_down),
    ("posapp/stores/service.py", "from posapp.staff import queries", architecture.arrows_point_down),
    ("posapp/core/seal.py", "from posapp import audit", architecture.arrows_point_down),
    ("posapp/settings.py", "from posapp.audit import service", architecture.arrows_point_down),
    ("posapp/core/db.py", "from posapp import create_app", architecture.arrows_point_down),
    ("posapp/bonus/service.py", "", architecture.rooms_are_known),
    ("posapp/till/screens.py", "from posapp.members.forms import NameForm", architecture.private_rooms),
    ("posapp/till/routes/home.py", "from posapp.staff import routes", architecture.private_rooms),
    ("posapp/till/queries.py", "from posapp.till import service", architecture.private_rooms),
    ("posapp/till/screens.py", "from .forms import SaleForm", architecture.private_rooms),
    ("posapp/till/screens.py", "from flask import g", architecture.few_know_flask),
    ("posapp/core/clock.py", "import flask_babel", architecture.few_know_flask),
    ("posapp/till/counter.py", "def f(session):\n    session.commit()", architecture.one_place_commits),
    ("posapp/till/counter.py", "stop = session.commit", architecture.one_place_commits),
    ("posapp/till/counter.py", "run(' commit ')", architecture.one_place_commits),
    ("posapp/till/counter.py", "at = datetime.now(UTC)", architecture.one_clock),
    ("posapp/till/counter.py", "at = datetime.datetime.utcnow()", architecture.one_clock),
    ("posapp/till/counter.py", "select(func.now())", architecture.one_clock),
    ("posapp/till/counter.py", "x = 1\n" * 301, architecture.ceilings),
    ("posapp/till/counter.py", "def f():\n" + "    x = 1\n" * 40, architecture.ceilings),
    ("posapp/till/routes.py", "@blueprint.get('/')\ndef f():\n" + "    x = 1\n" * 15, architecture.ceilings),
    ("posapp/till/__init__.py", "x = 1", architecture.packages_speak),
    ("posapp/till/texts/ru.py", "x = 1", architecture.packages_speak),
    ("posapp/till/utils.py", "x = 1", architecture.names_say_something),
]


@pytest.mark.parametrize(("file", "fault", "rule"), PLANTED, ids=lambda value: getattr(value, "__name__", None))
def test_a_planted_fault_is_found(tmp_path: Path, file: str, fault: str, rule: Rule) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(fault)
    found = [complaint for module in modules(tmp_path / "posapp") for complaint in rule(module)]
    assert len(found) == 1, found


ALLOWED = [
    ("posapp/staff/service.py", "from posapp.stores import queries"),
    ("posapp/points/service.py", "from posapp.settings import current\nfrom posapp.core.db import db"),
    (
        "posapp/till/routes/home.py",
        "from flask import g\nfrom posapp.till.forms import F\nfrom posapp.web.forms import G",
    ),
    ("posapp/cli.py", "import flask\nfrom posapp.till import routes"),
    ("posapp/core/db.py", "from flask_sqlalchemy import SQLAlchemy\nsession.commit()"),
    ("posapp/core/clock.py", "now = datetime.now(UTC)"),
    ("posapp/points/service.py", "def f():\n" + "    x = 1\n" * 39),
]


@pytest.mark.parametrize(("file", "text"), ALLOWED, ids=[file for file, _ in ALLOWED])
def test_what_is_allowed_is_not_a_fault(tmp_path: Path, file: str, text: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    (path.parent / "__init__.py").write_text('"""Promises."""')
    path.write_text(text)
    assert [complaint for module in modules(tmp_path / "posapp") for rule in RULES for complaint in rule(module)] == []
