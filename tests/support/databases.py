"""A fresh, migrated database for each test: cloned from a template that each session makes once.

A clone that only the application has used is emptied and used again: that takes a tenth of the time of a new one. One
that a test has touched as the owner may have other tables by now, and goes.

On PostgreSQL the migrations run as an owner and the application connects as a role that owns nothing, exactly as in
production; on SQLite a database is a file, and a clone is a copy of it.
"""

import fcntl
import secrets
import shutil
import time
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


REUSED_MAX = 40
"""Emptied so often, a database drags along more dead rows than a new one costs."""


class Database:
    """One throw-away database: `url` for the application, `owner_url` for migrations."""

    def __init__(self, kind: str, url: str, owner_url: str) -> None:
        self.kind = kind
        self.url = url
        self.is_as_made = True
        """Nobody has asked for the owner's way in."""
        self._owner_url = owner_url

    @property
    def owner_url(self) -> str:
        self.is_as_made = False
        return self._owner_url


@dataclass
class Clone:
    """A PostgreSQL database that waits to be used once more."""

    name: str
    used: int = 0


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
    def administration(self, name: str | None = None) -> Iterator[psycopg.Connection]:
        """The server's account, in a database of ours or in the one that the server's address names."""
        url = make_url(self.server_url).set(drivername="postgresql")
        plain = (url.set(database=name) if name else url).render_as_string(hide_password=False)
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

    def database(self, name: str) -> Database:
        return Database("postgresql", self.url(name, self.role), self.url(name, self.owner))

    def create(self, name: str, *, template: str = "template0") -> None:
        with self.administration() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    *(sql.Identifier(each) for each in (name, self.owner, template))
                )
            )

    def drop(self, name: str) -> None:
        with self.administration() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def empty(self, name: str) -> bool:
        """Delete every row of a database; False where the server's account may not."""
        with self.administration(name) as connection:
            _be_alone(connection)
            try:
                connection.execute("SET session_replication_role = replica")
            except psycopg.errors.InsufficientPrivilege:
                return False
            tables = [sql.Identifier(table) for (table,) in connection.execute(TABLES).fetchall()]
            look = sql.SQL(" UNION ALL ").join(
                sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(number), table)
                for number, table in enumerate(tables)
            )
            for (number,) in connection.execute(look).fetchall():
                connection.execute(sql.SQL("DELETE FROM {}").format(tables[number]))
        return True

    def clear(self) -> None:
        """Remove everything of this session from a server that stays."""
        with self.administration() as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"t_{self.token}_%"])
            for (name,) in found.fetchall():
                self.drop(name)
            for role in (self.owner, self.role):
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
"""
ALONE_SECONDS_MAX = 30
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def _be_alone(connection: psycopg.Connection) -> None:
    """End whoever a test has left behind in this database, and wait until the last of them is gone."""
    deadline = time.monotonic() + ALONE_SECONDS_MAX
    while connection.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}").fetchall():
        assert time.monotonic() < deadline, "somebody does not leave the database"
        time.sleep(0.002)


class Databases:
    """Makes the databases of one test process; the templates are shared by all processes of the session."""

    def __init__(self, shared: Path, own: Path, cluster: Callable[[], Cluster], make_schema: SchemaMaker) -> None:
        self._shared = shared
        self._own = own
        self._cluster = cluster
        self._make_schema = make_schema
        self._count = 0
        self._clones: list[Clone] = []

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
        clone = self._clones.pop() if self._clones and not empty else self._made(cluster, empty)
        database = cluster.database(clone.name)
        try:
            yield database
        finally:
            clone.used += 1
            reusable = database.is_as_made and not empty and clone.used < REUSED_MAX
            if reusable and cluster.empty(clone.name):
                self._clones.append(clone)
            else:
                cluster.drop(clone.name)

    def _made(self, cluster: Cluster, empty: bool) -> Clone:
        name = f"t_{cluster.token}_{secrets.token_hex(4)}"
        cluster.create(name, template="template0" if empty else self._postgres_template(cluster))
        return Clone(name)

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
                cluster.create(name)
                self._make_schema(cluster.url(name, cluster.owner), cluster.role)
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
