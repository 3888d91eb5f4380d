"""Brings a database to the newest schema the way production does: by the migrations, as the owner."""

import importlib
import io
import pkgutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData

import posapp
from posapp import cli
from posapp.core import append_only
from posapp.core.db import METADATA, db
from posapp.core.keys import KeyRing
from posapp.settings import Settings, load


def whole_metadata() -> MetaData:
    """The metadata with the tables of every room in it, whoever else has imported them."""
    for module in pkgutil.walk_packages(posapp.__path__, "posapp."):
        importlib.import_module(module.name)
    return METADATA


@contextmanager
def owner_at_work(owner_url: str) -> Iterator[Config]:
    """The application's context as the owner of the database, with Alembic's configuration in it."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys.json"
        KeyRing.generate().save(keys)
        app = posapp.create_app(settings_for(owner_url, data_dir=Path(folder), key_ring=keys))
        with app.app_context():
            config: Config = cli.migrations(app).get_config()
            config.stdout = io.StringIO()
            yield config
            db.session.remove()
            db.engine.dispose()


def migrate(owner_url: str, role: str | None) -> None:
    """Upgrade the database at `owner_url`, then let `role` work with its tables, as `flask grants` does."""
    with owner_at_work(owner_url) as config:
        command.upgrade(config, "head")
        with db.engine.begin() as connection:
            for statement in append_only.grants(METADATA, role) if role else ():
                connection.execute(sqlalchemy.text(statement))


def settings_for(url: str, **values: Any) -> Settings:
    """Settings of a test, at this database."""
    return load(**{"env": "testing", "database_url": url, **values})
