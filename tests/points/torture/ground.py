"""Where a torture takes place: a server of our own that may be killed, or a file; and a house on it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from posapp import create_app
from posapp.core.db import db
from posapp.core.keys import KeyRing
from tests.support import postgres
from tests.support.databases import Cluster
from tests.support.postgres import Running
from tests.support.schema import migrate, settings_for


@contextmanager
def own_server() -> Iterator[Running]:
    """A server on which a commit lasts, whatever is killed. Raises NoPostgres."""
    running = postgres.start_own(postgres.LASTING)
    try:
        yield running
    finally:
        running.stop()


def new_database(server: Running) -> str:
    """Make a database with the newest schema on a server of our own; the address for the application."""
    cluster = Cluster(server.server.url, secrets.token_hex(4))
    cluster.prepare()
    name = f"torture_{cluster.token}"
    cluster.create(name)
    migrate(cluster.url(name, cluster.owner), cluster.role)
    return cluster.url(name, cluster.role)


def new_file(folder: Path) -> str:
    """Make a SQLite database with the newest schema."""
    url = f"sqlite:///{folder}/torture.sqlite3"
    migrate(url, None)
    return url


@contextmanager
def house(url: str, folder: Path) -> Iterator[Flask]:
    """The house on this database, with an application context."""
    ring = folder / "keys.json"
    KeyRing.generate().save(ring)
    app = create_app(settings_for(url, data_dir=folder, key_ring=ring))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
