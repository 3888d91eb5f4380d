"""Fixtures of the databases: one PostgreSQL per test session, one fresh database per test and kind."""

import os
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import postgres
from tests.support.databases import KINDS, Cluster, Database, Databases
from tests.support.schema import migrate

MISSING = "no PostgreSQL for the tests: "

Found = tuple[Cluster | None, str]
"""The cluster of this session, or none and why."""

_found = pytest.StashKey[Found]()
_running = pytest.StashKey[postgres.Running]()


def pytest_configure(config: pytest.Config) -> None:
    """Tests read no setting of the machine they run on."""
    for name in [name for name in os.environ if name.startswith(("POSAPP_", "PG", "FLASK_"))]:
        del os.environ[name]
    given = getattr(config, "workerinput", {}).get("postgres")
    if given:
        url, token, reason = given
        config.stash[_found] = (Cluster(url, token) if url else None, reason)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under pytest-xdist the controller starts the one server that all its workers share."""
    cluster, reason = _find(node.config)
    node.workerinput["postgres"] = (cluster.server_url, cluster.token, "") if cluster else ("", "", reason)


def pytest_unconfigure(config: pytest.Config) -> None:
    running = config.stash.get(_running, None)
    if running is None:
        return
    cluster = config.stash[_found][0]
    if cluster is not None and running.is_foreign:
        cluster.clear()
    running.stop()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whoever asks for a database, however indirectly, is asked on every kind of database."""
    if "database_kind" not in metafunc.fixturenames:
        return
    definition = metafunc.definition
    kinds = list(KINDS)
    if definition.get_closest_marker("postgres_only"):
        kinds = ["postgresql"]
    elif definition.get_closest_marker("sqlite_only") or definition.get_closest_marker("browser"):
        kinds = ["sqlite"]
    metafunc.parametrize("database_kind", kinds, indirect=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly, as the last thing, what was not tested."""
    skipped = terminalreporter.stats.get("skipped", [])
    silent = [report for report in skipped if MISSING in str(report.longrepr)]
    if silent:
        reason = str(silent[0].longrepr[2] if isinstance(silent[0].longrepr, tuple) else silent[0].longrepr)
        terminalreporter.write_line(f"{len(silent)} tests did NOT run on PostgreSQL. {reason}", red=True, bold=True)


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Databases:
    """Maker of databases for tests that need several, or an empty one."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    files = own / "databases"
    files.mkdir()
    return Databases(shared, files, lambda: _cluster(pytestconfig), migrate)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture
def database(database_kind: str, databases: Databases) -> Iterator[Database]:
    """A fresh database with the newest schema and nothing in it."""
    with databases.fresh(database_kind) as fresh:
        yield fresh


@pytest.fixture
def empty_database(database_kind: str, databases: Databases) -> Iterator[Database]:
    """A database without a single table, for the migrations themselves."""
    with databases.fresh(database_kind, empty=True) as fresh:
        yield fresh


@pytest.fixture
def database_url(database: Database) -> str:
    """Where the application connects to: on PostgreSQL a role that owns nothing."""
    return database.url


def _cluster(config: pytest.Config) -> Cluster:
    cluster, reason = _find(config)
    if cluster is not None:
        return cluster
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(MISSING + reason, pytrace=False)
    pytest.skip(MISSING + reason)


def _find(config: pytest.Config) -> Found:
    """Start the server at the first need; remember for the session what came of it."""
    if _found not in config.stash:
        try:
            running = postgres.start()
        except postgres.NoPostgres as reason:
            config.stash[_found] = (None, str(reason))
        else:
            config.stash[_running] = running
            cluster = Cluster(running.server.url, secrets.token_hex(4))
            cluster.prepare()
            config.stash[_found] = (cluster, "")
    return config.stash[_found]
