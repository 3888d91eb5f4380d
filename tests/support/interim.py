"""While the house is being built: the schema from the models, and a bare application where a room does not import."""

import importlib
import pkgutil
import warnings

from flask import Flask
from sqlalchemy import MetaData, Uuid, create_engine, text

import posapp
from posapp.core import append_only, keys
from posapp.core.db import METADATA, db
from posapp.settings import Settings, use


def create_app(settings: Settings) -> Flask:
    try:
        return posapp.create_app(settings)
    except (ImportError, SyntaxError, AttributeError) as fault:
        warnings.warn(f"create_app fails, a bare application is used: {fault!r}", stacklevel=2)
    use(settings)
    keys.install(keys.KeyRing.load(settings.key_ring_path))
    app = Flask("posapp", template_folder="../templates")
    app.config.update(SQLALCHEMY_DATABASE_URI=settings.url, SECRET_KEY="interim", TESTING=True)
    db.init_app(app)
    return app


def migrate(owner_url: str, role: str | None) -> None:
    for module in pkgutil.walk_packages(posapp.__path__, "posapp."):
        try:
            importlib.import_module(module.name)
        except Exception as fault:  # noqa: BLE001  # a room that is still being built
            warnings.warn(f"{module.name} cannot be imported yet: {fault!r}", stacklevel=1)
    engine = create_engine(owner_url)
    tables = _without_missing_neighbours(METADATA)
    with engine.begin() as connection:
        tables.create_all(connection)
        if role is not None:
            for statement in append_only.grants(tables, role):
                connection.execute(text(statement))
    engine.dispose()


def _without_missing_neighbours(whole: MetaData) -> MetaData:
    """The same tables, without foreign keys to tables that nobody has written yet."""
    known = MetaData(naming_convention=whole.naming_convention)
    for table in whole.tables.values():
        table.to_metadata(known)
    for table in known.tables.values():
        for constraint in list(table.foreign_key_constraints):
            if constraint.elements[0].target_fullname.split(".")[0] not in known.tables:
                table.constraints.discard(constraint)
                for element in constraint.elements:
                    element.parent.type = Uuid()
                    element.parent.foreign_keys.discard(element)
                    table.foreign_keys.discard(element)
    return known
