"""While the house is being built: the schema from the models, and a bare application where a room does not import."""

import importlib
import importlib.util
import pkgutil
import warnings

from flask import Flask
from sqlalchemy import MetaData, Uuid, create_engine, text

import posapp
from posapp.core import append_only
from posapp.core.db import METADATA
from posapp.settings import Settings


def create_app(settings: Settings) -> Flask:
    for room in list(posapp.ROOMS):
        try:
            for part in ("models", "routes"):
                if importlib.util.find_spec(f"posapp.{room}.{part}"):
                    importlib.import_module(f"posapp.{room}.{part}")
        except (ImportError, SyntaxError, AttributeError) as fault:
            warnings.warn(f"the room {room} is left out: {fault!r}", stacklevel=2)
            posapp.ROOMS = [each for each in posapp.ROOMS if each != room]
    return posapp.create_app(settings)


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
