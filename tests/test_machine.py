"""What a machine lacks is said loudly, or is a failure where it was required; what a session starts, it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres
from tests.support.postgres import Server

ROOT = Path(__file__).resolve().parents[1]
SECONDS_MAX = 180
pytestmark = pytest.mark.torture

ON_POSTGRESQL = "tests/test_fixtures.py::test_the_application_owns_nothing_on_postgresql"
IN_A_BROWSER = "tests/test_browser_ground.py::test_a_good_page_is_accessible_at_every_size"
NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:9/none"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A test session of its own."""

    def session(test: str, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("REQUIRE_", "PYTEST_"))}
        return subprocess.run(
            [sys.executable, "-m", "pytest", test, f"--basetemp={tmp_path / 'own'}", *options],
            cwd=ROOT,
            env=inherited | environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )

    return session


def test_without_postgresql_the_tests_are_skipped_loudly(run: Run) -> None:
    done = run(ON_POSTGRESQL, TEST_DATABASE_URL=NOBODY_LISTENS)
    assert done.returncode == 0, done.stdout
    assert "1 tests did NOT run on PostgreSQL" in done.stdout
    assert "TEST_DATABASE_URL" in done.stdout


def test_a_required_postgresql_that_is_missing_is_a_failure(run: Run) -> None:
    done = run(ON_POSTGRESQL, TEST_DATABASE_URL=NOBODY_LISTENS, REQUIRE_POSTGRES="1")
    assert done.returncode == 1, done.stdout
    assert "no PostgreSQL for the tests" in done.stdout


def test_without_a_browser_the_tests_are_skipped_loudly(run: Run) -> None:
    done = run(IN_A_BROWSER, PATH="/nowhere")
    assert done.returncode == 0, done.stdout
    assert "1 tests did NOT run in a browser" in done.stdout


def test_a_required_browser_that_is_missing_is_a_failure(run: Run) -> None:
    done = run(IN_A_BROWSER, PATH="/nowhere", REQUIRE_BROWSER="1")
    assert done.returncode == 1, done.stdout
    assert "chromium" in done.stdout


@pytest.fixture
def server() -> Iterator[Server]:
    running = postgres.start()
    yield running.server
    running.stop()


def plain(server: Server) -> str:
    return server.url.replace("+psycopg", "")


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_a_named_server_is_used_and_left_as_it_was(run: Run, server: Server, options: tuple[str, ...]) -> None:
    done = run(ON_POSTGRESQL, *options, TEST_DATABASE_URL=server.url, REQUIRE_POSTGRES="1")
    assert done.returncode == 0, done.stdout
    with psycopg.connect(plain(server)) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 't\\_%'").fetchall()
        roles = connection.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^(app|owner)_'").fetchall()
    assert (left, roles) == ([], [])


STARTER = "from tests.support import postgres; print(postgres.start().server.url, flush=True); input()"


def test_a_killed_session_leaves_neither_server_nor_folder() -> None:
    session = subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert session.stdout is not None
    folder = Path(session.stdout.readline().strip().partition("host=")[2]).parent
    assert folder.is_dir()
    os.kill(session.pid, signal.SIGKILL)
    session.wait()
    deadline = time.monotonic() + SECONDS_MAX
    while folder.exists():
        assert time.monotonic() < deadline, "the server outlived its session"
        time.sleep(0.05)
