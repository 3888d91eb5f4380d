"""The shop's commands as an operator types them, on a copy of the example file."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from posapp.audit.models import AuditRow
from posapp.consent.models import Document
from posapp.core.db import db
from posapp.points.models import ProgrammeVersion
from posapp.staff.models import Staff
from posapp.stores.models import Shop, Store, Till

EXAMPLE = Path(__file__).parents[2] / "deploy" / "shop.example.toml"
PASSPHRASE = "four words make this"
KINDS = (Shop, Store, Till, Staff, Document, ProgrammeVersion, AuditRow)


def copied_example(folder: Path) -> Path:
    """A copy of the example, to be changed."""
    path = folder / "shop.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def run(app: Flask, *words: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=list(words), input=typed)


def apply(app: Flask, file: Path) -> str:
    done = run(app, "shop", "apply", str(file))
    assert done.exit_code == 0, done.output
    return done.output


def add(app: Flask, login: str, role: str, *stores: str, password: str = PASSPHRASE) -> Result:
    named = [word for store in stores for word in ("--store", store)]
    return run(app, "staff", "add", login, "--name", login.title(), "--role", role, *named, typed=password + "\n")


def counts(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            kind.__tablename__: db.session.execute(select(func.count()).select_from(kind)).scalar_one()
            for kind in KINDS
        }
