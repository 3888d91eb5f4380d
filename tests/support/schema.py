"""Brings a database to the newest schema the way production does: by the migrations, as the owner."""

import importlib
import pkgutil
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy
from flask_migrate import upgrade
from sqlalchemy import MetaData

import posapp
from posapp.core import append_only
from posapp.core.db import METADATA, db
from posapp.core.keys import KeyRing
from posapp.settings import Settings, load
from tests.support import interim

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "migrations"


def whole_metadata() -> MetaData:
    """The metadata with the tables of every room in it, whoever else has imported them."""
    for module in pkgutil.walk_packages(posapp.__path__, "posapp."):
        importlib.import_module(module.name)
    return METADATA


def migrate(owner_url: str, role: str | None) -> None:
    """Upgrade the database at `owner_url`, then let `role` work with its tables."""
    if not any(MIGRATIONS.glob("versions/*.py")):
        interim.migrate(owner_url, role)
        return
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys.json"
        KeyRing.generate().save(keys)
        app = posapp.create_app(settings_for(owner_url, data_dir=Path(folder), key_ring=keys))
    with app.app_context():
        upgrade(str(MIGRATIONS))
        if role is not None:
            with db.engine.begin() as connection:
                for statement in append_only.grants(METADATA, role):
                    connection.execute(sqlalchemy.text(statement))
        db.engine.dispose()


def settings_for(url: str, **values: Any) -> Settings:
    """Settings of a test, at this database."""
    return load(**{"env": "testing", "database_url": url, **values})
