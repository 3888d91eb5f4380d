"""Until the front door stands: an application with nothing but the database, and the schema from the models."""

import importlib
import pkgutil
import warnings

from flask import Flask
from sqlalchemy import create_engine, text

import posapp
from posapp.core import append_only
from posapp.core.db import METADATA, db
from posapp.settings import Settings, use


def create_app(settings: Settings) -> Flask:
    use(settings)
    app = Flask("posapp", root_path=next(iter(posapp.__path__)))
    app.config.update(SQLALCHEMY_DATABASE_URI=settings.url, SECRET_KEY="interim", TESTING=True)
    db.init_app(app)
    return app


def import_all() -> None:
    for module in pkgutil.walk_packages(posapp.__path__, "posapp."):
        if module.name.rpartition(".")[2] in {"routes", "forms", "cli", "worker", "serve"}:
            continue
        try:
            importlib.import_module(module.name)
        except Exception as fault:  # noqa: BLE001  # a room that is still being built
            warnings.warn(f"{module.name} cannot be imported yet: {fault!r}", stacklevel=1)


def migrate(owner_url: str, role: str | None) -> None:
    import_all()
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        METADATA.create_all(connection)
        if role is not None:
            for statement in append_only.grants(METADATA, role):
                connection.execute(text(statement))
    engine.dispose()
