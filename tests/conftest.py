"""What every test may ask for by name.

- `database`, `database_url`, `app`, `client`: the test runs twice, on SQLite and on PostgreSQL, each time in a database
  of its own; `@pytest.mark.sqlite_only` and `postgres_only` keep it to one of them.
- `app_context`: an application context for tests that call services and queries directly. Requests made with `client`
  still get a context and a session of their own.
- `clock`: stands still until `clock.advance(seconds=…)`; every request and service of the test reads it.
- `ring`: the key ring of the test. `@pytest.mark.settings(attempts_max=3)` changes settings of `app`.
- `guarded`: `with guarded() as statements:` fails on a statement that is not pinned to one shard.
- `work`: `work()` is one turn of the worker; `@pytest.mark.with_worker` lets one run beside a served house.
- `page`, `context`, `new_context`, `base_url`: a real Chromium; see `tests/support/browser_fixtures.py`, and
  `assert_accessible(page)` of `tests/support/accessibility.py`. Mark such tests `browser`.
"""

import socket
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.serving import served

pytest_plugins = [
    "tests.support.database_fixtures",
    "tests.support.app_fixtures",
    "tests.support.worker_fixtures",
    "tests.support.browser_fixtures",
    "tests.support.statement_guard",
]


@pytest.fixture
def base_url(request: pytest.FixtureRequest, app: Flask, door: socket.socket) -> Iterator[str]:
    """The address of the house, served from a thread with the clock of the test; `with_worker` adds a worker.

    Stands here because the one of pytest-playwright gives way to a conftest alone.
    """
    if request.node.get_closest_marker("with_worker"):
        request.getfixturevalue("running_worker")
    with served(app, door) as url:
        yield url
