"""``python -m posapp up`` and every other command, also before keys and database exist."""

from __future__ import annotations

import sys
from importlib import import_module

import click
from flask.cli import FlaskGroup, ScriptInfo

from posapp import create_app
from posapp.core.key_file import KeyRingRefused
from posapp.settings import SettingsRefused

BEFORE_ALL = {"serve": "posapp.serve", "up": "posapp.cli", "keys": "posapp.cli", "points": "posapp.cli"}
"""Commands that work before keys and database exist, and where each is found when it is called.

Of `points`, what tries rules on a database of its own; the rest of it asks for the house by itself.
"""


class Commands(FlaskGroup):
    """Those commands, then Flask's own and the application's."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            ctx.ensure_object(ScriptInfo).load_app()
        except (SettingsRefused, KeyRingRefused) as refusal:
            click.echo(f"{refusal}\nUntil then only these work:\n", err=True)
            return sorted(BEFORE_ALL)
        return sorted({*BEFORE_ALL, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in BEFORE_ALL:
            command: click.Command = getattr(import_module(BEFORE_ALL[name]), name)
            return command
        return super().get_command(ctx, name)


if __name__ == "__main__":
    try:
        Commands(create_app=create_app, help="The virtual loyalty card.")()
    except (SettingsRefused, KeyRingRefused) as refusal:
        sys.exit(str(refusal))
