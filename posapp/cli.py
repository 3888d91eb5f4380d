"""The commands: parse, then call a service. ``python -m posapp up`` works before anything exists."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from posapp import settings as settings_module
from posapp.core import clock
from posapp.core.actor import Role, system_actor
from posapp.core.append_only import grants
from posapp.core.db import METADATA, db, dialect_name, transaction
from posapp.core.keys import KeyRing
from posapp.demo_people import sign_ins
from posapp.settings import Settings

PRIVATE_FOLDER = 0o700
MIGRATIONS = Path(__file__).parents[1] / "migrations"


@click.command()
def up() -> None:
    """Make what is missing: data folder, keys (not in production), database, and the demo shop where it is wanted."""
    chosen = settings_module.load()
    prepare(chosen)
    if chosen.demo:
        click.echo(sign_ins())


def prepare(chosen: Settings) -> None:
    """What ``up`` does; each step leaves alone what is there already."""
    from flask_migrate import upgrade

    from posapp import create_app, demo

    chosen.data_dir.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if not chosen.key_ring_path.exists() and not chosen.is_production:
        KeyRing.generate().save(chosen.key_ring_path)
    app = create_app(chosen)
    migrations(app)
    with app.app_context():
        logging.getLogger("alembic").setLevel(logging.WARNING)
        upgrade()
        if chosen.demo:
            demo.shop(clock.now())


@click.command()
@with_appcontext
def worker() -> None:
    """Send what was promised, receive receipts, run the jobs; until told to stop."""
    from posapp import worker as loop

    sys.exit(loop.main(current_app._get_current_object()))  # type: ignore[attr-defined]  # the app behind the proxy


@click.group()
def keys() -> None:
    """The key ring."""


@keys.command()
@click.argument("path", type=click.Path(path_type=Path))
def make(path: Path) -> None:
    """Make a new key ring file at PATH, mode 0400; never overwrites one."""
    KeyRing.generate().save(path)
    click.echo(f"Key ring written to {path}. Back it up, apart from the database.")


@click.command("grants")
@click.argument("role")
@with_appcontext
def grant(role: str) -> None:
    """Let the PostgreSQL role ROLE use the tables; run as their owner after each upgrade."""
    if dialect_name() != "postgresql":
        raise click.ClickException("SQLite has no roles; its triggers guard the append-only tables.")
    _hold_to_owner()
    with transaction():
        for statement in grants(METADATA, role):
            db.session.execute(text(statement))


@click.command("partitions")
@click.option("--months", default=24, show_default=True, help="How many months ahead.")
@with_appcontext
def partition(months: int) -> None:
    """Make the outbox's coming months on PostgreSQL; run as the owner of the tables, once a year is enough."""
    from posapp.messaging import partitions

    if dialect_name() != "postgresql":
        raise click.ClickException("SQLite has no partitions, and needs none.")
    _hold_to_owner()
    with transaction() as session:
        partitions.create_ahead(session.connection(), clock.now(), months)


def _hold_to_owner() -> None:
    """Only the owner goes on: to anybody else PostgreSQL answers a GRANT with a warning that nobody reads."""
    owner = text("SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('audit_row')")
    if not db.session.execute(owner).scalar():
        raise click.ClickException("This role does not own the tables. Run it as the role that made them.")


@click.group()
def points() -> None:
    """The ledger."""


@points.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--programme", help="A stored programme to start from, by name, instead of the defaults.")
@click.option("--check", is_flag=True, help="Compare with each scenario's expectation; exit 1 on a difference.")
def replay(file: Path, programme: str | None, check: bool) -> None:
    """Run scenarios through the ledger on a throw-away database and print what comes out.

    Nothing of this installation is used or needed but a programme that is asked for by name.
    """
    from posapp import create_app
    from posapp.points import scenarios

    base = _programme(programme) if programme else None
    with tempfile.TemporaryDirectory() as folder:
        ring = Path(folder) / "keys.json"
        KeyRing.generate().save(ring)
        place = {"data_dir": folder, "key_ring": ring, "database_url": f"sqlite:///{folder}/scenarios.sqlite"}
        with create_app(settings_module.load(env="testing", **place)).app_context():
            METADATA.create_all(db.engine)
            code = scenarios.main(file, base=base, check=check, out=click.echo)
            db.engine.dispose()
    sys.exit(code)


def _programme(name: str) -> dict[str, Any]:
    """The rules of a stored programme."""
    from posapp import create_app
    from posapp.points import programmes

    with create_app().app_context():
        rules = programmes.config_named(name)
    if rules is None:
        raise click.ClickException(f"There is no programme called {name}.")
    return rules


@click.group()
def shop() -> None:
    """The shop, its stores and tills, its programme."""


@shop.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def apply_shop(file: Path) -> None:
    """Make the shop what FILE says, and say what was changed; again with the same FILE makes no difference."""
    from posapp import shop_file, shop_setup

    try:
        wanted = shop_file.read(file)
        with transaction():
            done = shop_setup.apply(wanted, clock.now(), actor=system_actor("setup"))
    except shop_file.ShopFileRefused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo("\n".join(done) or "Nothing was changed: the shop is what the file says.")


@click.group()
def staff() -> None:
    """The people who sign in."""


STORES = click.option("--store", "stores", multiple=True, required=True, help="By name; again for each further store.")


@staff.command("add")
@click.argument("login")
@click.option("--name", required=True, help="What colleagues call this person.")
@click.option("--role", type=click.Choice(["manager", "cashier"]), required=True)
@STORES
@click.option("--language", type=click.Choice(["ru", "en"]), help="Of the pages; without it the default of the house.")
@with_appcontext
def add_staff(login: str, name: str, role: str, stores: tuple[str, ...], language: str | None) -> None:
    """Add somebody. The password is asked for twice, or read from standard input, never from the command line."""
    from posapp import shop_staff

    password = _new_password()
    language = language or settings_module.current().default_language
    with _told(shop_staff.StaffRefused):
        shop_staff.hire(login, name, Role(role), stores, password, language, clock.now())
    click.echo(f"{name} signs in as {login}.")


@staff.command("move")
@click.argument("login")
@STORES
@with_appcontext
def move_staff(login: str, stores: tuple[str, ...]) -> None:
    """Let somebody work in these stores, and no others; they sign in again."""
    from posapp import shop_staff

    with _told(shop_staff.StaffRefused):
        shop_staff.move(login, stores, clock.now(), actor=system_actor("setup"))


@staff.command("disable")
@click.argument("login")
@with_appcontext
def disable_staff(login: str) -> None:
    """Let somebody go: out at the next request, on every device."""
    from posapp import shop_staff

    with _told(shop_staff.StaffRefused):
        shop_staff.let_go(login, clock.now(), actor=system_actor("setup"))


def _new_password() -> str:
    """Typed twice and not shown, or the first line of what is piped in."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def _told(refusal: type[Exception]) -> Iterator[None]:
    """A refusal is told in its sentence, with exit code 1."""
    try:
        yield
    except refusal as told:
        raise click.ClickException(str(told)) from None


def migrations(app: Flask) -> Any:
    """Flask-Migrate at work for ``app``. Alembic is imported here alone: web and worker live without it."""
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # it tells of each when it is imported
    from flask_migrate import Migrate

    return Migrate(app, db, directory=MIGRATIONS, render_as_batch=True)


class Migrations(click.Command):
    """``flask db …``: stands for the commands of Flask-Migrate until one of them is asked for."""

    def __init__(self, app: Flask) -> None:
        super().__init__("db", help="The history of the schema: upgrade, downgrade, current, check, …")
        self._app = app

    def make_context(self, *asked: Any, **extra: Any) -> click.Context:
        name = migrations(self._app).command
        return self._app.cli.commands[name].make_context(*asked, **extra)


def register(app: Flask) -> None:
    """Offer the commands under ``flask`` too."""
    for command in (Migrations(app), worker, keys, grant, partition, points, shop, staff):
        app.cli.add_command(command)
