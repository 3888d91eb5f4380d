"""Fixtures of the application: its settings, keys, clock, client and context."""

import contextvars
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from posapp import create_app
from posapp.core import clock as core_clock
from posapp.core.db import db, in_transaction
from posapp.core.keys import KeyRing
from posapp.settings import Settings
from tests.support.databases import Database
from tests.support.fake_clock import FakeClock
from tests.support.schema import settings_for
from tests.support.serving import address


class RememberedCode(BytecodeCache):
    """Compiled templates: what one test has compiled, no other test of this process compiles again."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = RememberedCode()


class SeparateClient(FlaskClient):
    """Each request gets a context and a session of its own, as from a browser, whatever the test holds open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context() and not in_transaction():
            db.session.rollback()  # what the test has read so far must not hide what the request writes
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def clock() -> Iterator[FakeClock]:
    """The clock of the house, standing still."""
    fake = FakeClock()
    with core_clock.replaced_by(fake.now):
        yield fake


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the session's key ring, as `flask keys new` would write it."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    KeyRing.generate().save(path)
    return path


@pytest.fixture
def ring(key_file: Path) -> KeyRing:
    """The key ring that `app` works with."""
    return KeyRing.load(key_file)


@pytest.fixture
def settings(request: pytest.FixtureRequest, database: Database, key_file: Path, tmp_path: Path) -> Settings:
    """Settings of `app`; `@pytest.mark.settings(name=value)` changes some, the nearest mark wins."""
    changed: dict[str, Any] = {"key_ring": key_file, "data_dir": tmp_path}
    if "base_url" in request.fixturenames:
        changed["base_url"] = address(request.getfixturevalue("door"))
    for mark in reversed(list(request.node.iter_markers("settings"))):
        changed |= mark.kwargs
    return settings_for(database.url, **changed)


@pytest.fixture
def app(settings: Settings, clock: FakeClock) -> Iterator[Flask]:
    """The whole house, with the clock standing still."""
    made = create_app(settings)
    made.test_client_class = SeparateClient
    made.jinja_env.bytecode_cache = TEMPLATES
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app_context(app: Flask) -> Iterator[Flask]:
    """Services and queries may be called directly."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """One visitor with one cookie jar; `app.test_client()` gives another."""
    return app.test_client()
