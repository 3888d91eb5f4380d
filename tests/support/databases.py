"""A fresh, migrated database for each test: cloned from a template that each session makes once.

On PostgreSQL the migrations run as an owner and the application connects as a role that owns nothing, exactly as in
production; on SQLite a database is a file, and a clone is a copy of it.
"""

import fcntl
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

KINDS = ("sqlite", "postgresql")

SchemaMaker = Callable[[str, str | None], None]
"""Builds the schema at an owner's URL and lets the named role (None on SQLite) work in it."""


@dataclass(frozen=True)
class Database:
    """One throw-away database: `url` for the application, `owner_url` for migrations."""

    kind: str
    url: str
    owner_url: str


@dataclass(frozen=True)
class Cluster:
    """A server and the two roles of this session on it. Plain values, so that it travels to other processes."""

    server_url: str
    token: str

    @property
    def owner(self) -> str:
        return f"owner_{self.token}"

    @property
    def role(self) -> str:
        return f"app_{self.token}"

    def url(self, name: str, user: str | None = None) -> str:
        """The address of a database, for the server's account or for one of the two roles."""
        url: URL = make_url(self.server_url).set(database=name)
        if user is not None:
            url = url.set(username=user, password=self.token)
        return url.render_as_string(hide_password=False)

    @contextmanager
    def administration(self) -> Iterator[psycopg.Connection]:
        plain = make_url(self.server_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            yield connection

    def prepare(self) -> None:
        """Make the two roles. The application's owns nothing and may create nothing."""
        with self.administration() as connection:
            for role in (self.owner, self.role):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(self.token))
                )
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(self.owner)))

    def create(self, name: str, *, template: str = "template0") -> Database:
        with self.administration() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    *(sql.Identifier(each) for each in (name, self.owner, template))
                )
            )
        return Database("postgresql", self.url(name, self.role), self.url(name, self.owner))

    def drop(self, name: str) -> None:
        with self.administration() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def clear(self) -> None:
        """Remove everything of this session from a server that stays."""
        with self.administration() as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"t_{self.token}_%"])
            for (name,) in found.fetchall():
                self.drop(name)
            for role in (self.owner, self.role):
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


class Databases:
    """Makes the databases of one test process; the templates are shared by all processes of the session."""

    def __init__(self, shared: Path, own: Path, cluster: Callable[[], Cluster], make_schema: SchemaMaker) -> None:
        self._shared = shared
        self._own = own
        self._cluster = cluster
        self._make_schema = make_schema
        self._count = 0

    @contextmanager
    def fresh(self, kind: str, *, empty: bool = False) -> Iterator[Database]:
        """One database with the schema in it, or with nothing when `empty`; gone when the block ends."""
        self._count += 1
        if kind == "sqlite":
            yield from self._fresh_file(empty)
        else:
            yield from self._fresh_postgres(empty)

    def _fresh_file(self, empty: bool) -> Iterator[Database]:
        file = self._own / f"{self._count}.sqlite3"
        if not empty:
            shutil.copyfile(self._sqlite_template(), file)
        url = f"sqlite:///{file}"
        yield Database("sqlite", url, url)
        for left in self._own.glob(f"{file.name}*"):
            left.unlink()

    def _fresh_postgres(self, empty: bool) -> Iterator[Database]:
        cluster = self._cluster()
        name = f"t_{cluster.token}_{secrets.token_hex(4)}"
        database = cluster.create(name) if empty else cluster.create(name, template=self._postgres_template(cluster))
        try:
            yield database
        finally:
            cluster.drop(name)

    def _sqlite_template(self) -> Path:
        file = self._shared / "template.sqlite3"
        with self._once("sqlite") as first:
            if first:
                draft = self._shared / "draft.sqlite3"
                draft.unlink(missing_ok=True)
                self._make_schema(f"sqlite:///{draft}", None)
                draft.rename(file)
        return file

    def _postgres_template(self, cluster: Cluster) -> str:
        name = f"t_{cluster.token}_template"
        with self._once("postgresql") as first:
            if first:
                cluster.drop(name)
                database = cluster.create(name)
                self._make_schema(database.owner_url, cluster.role)
        return name

    @contextmanager
    def _once(self, kind: str) -> Iterator[bool]:
        """True for the first process that comes here; the others wait until that one has succeeded."""
        done = self._shared / f"{kind}.made"
        with (self._shared / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            first = not done.exists()
            yield first
            done.touch()
