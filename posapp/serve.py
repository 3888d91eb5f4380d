"""The house on one machine, for development: web and worker side by side, ended together.

Promises: the port is taken before anything starts, and never shared with another program; Ctrl-C or SIGTERM ends both
and is a clean end; when one of the two ends by itself, the other is ended too and the exit code says so.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

import click

from posapp import settings as settings_module
from posapp.demo_people import sign_ins
from posapp.prepared import is_prepared

HOST = "127.0.0.1"
WEB_PROCESSES, WEB_THREADS = 2, 4
READY_SECONDS_MAX = 60
WEB_STOP_SECONDS_MAX = 8
"""How long a request in hand may take after the stop was asked for."""
GRACE_SECONDS = 25
"""When the last word is said: longer than web and worker give themselves."""

ROOT = Path(__file__).resolve().parents[1]

Say = Callable[[str], None]


class CannotServe(Exception):
    """The house cannot be served as asked; the text says why and what to do."""


@dataclass(frozen=True)
class Failed:
    """A part ended by itself, or never came to life; the sentence says which."""

    sentence: str


@dataclass(frozen=True)
class Asked:
    """Somebody asked for the end: Ctrl-C, or a signal from the system."""


Event = Failed | Asked


@click.command()
def serve() -> None:
    """Make what is missing, then run web and worker together; for development."""
    sys.exit(main(click.echo))


def main(say: Say) -> int:
    """Take the port, prepare, serve until asked to stop. Exit code: 0 asked to stop, 1 a part failed, 2 refused."""
    try:
        chosen = settings_module.load()
        door = take_port(chosen)
    except (CannotServe, settings_module.SettingsRefused) as refusal:
        say(str(refusal))
        return 2
    events: SimpleQueue[Event] = SimpleQueue()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda _number, _frame: events.put(Asked()))
    with door:
        _prepare(chosen)
        parts = {"web": _start_web(door), "worker": _start([sys.executable, "-m", "posapp", "worker"])}
        port = door.getsockname()[1]
    return _watch(parts, events, port, _welcome(port, chosen), say)


def _prepare(chosen: settings_module.Settings) -> None:
    """Make what is missing. Where nothing is, the house is not imported here: web and worker do that, once each."""
    if not is_prepared(chosen):
        from posapp.cli import prepare

        prepare(chosen)


def take_port(settings: settings_module.Settings) -> socket.socket:
    """The listening socket that the web server inherits: nobody can take the port between our look and its start.

    Raises CannotServe in production and when the port is taken.
    """
    if settings.is_production:
        raise CannotServe("`serve` is for development. In production run the units of deploy/; see docs/operations.md.")
    port = urlsplit(settings.base_url).port or 80
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
        door.listen(256)
    except OSError as problem:
        door.close()
        raise CannotServe(
            f"Port {port} cannot be used ({problem.strerror}). Stop the program that has it, or choose another port:"
            f" make run PORT={port + 1 if port < 65535 else 8000}"
        ) from None
    return door


def _start_web(door: socket.socket) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-m", "gunicorn", "--bind", f"fd://{door.fileno()}", "--worker-class", "gthread"),
        *("--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS), "--no-control-socket", "--preload"),
        *("--graceful-timeout", str(WEB_STOP_SECONDS_MAX), "--log-level", "warning", "wsgi:app"),
    ]
    return _start(command, keep=door.fileno())


def _start(command: list[str], *, keep: int | None = None) -> subprocess.Popen[bytes]:
    """Start a part in a session of its own, so that Ctrl-C reaches us alone and we end the parts in order."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        pass_fds=() if keep is None else (keep,),
        start_new_session=True,
    )


def _watch(
    parts: dict[str, subprocess.Popen[bytes]], events: SimpleQueue[Event], port: int, welcome: str, say: Say
) -> int:
    for name, part in parts.items():
        Thread(target=_report_end, args=(name, part, events), daemon=True).start()
    event = _wait_until_ready(port, events)
    if event is None:
        say(welcome)
        event = events.get()
    if isinstance(event, Failed):
        say(event.sentence)
    _stop(parts, events)
    say("Stopped.")
    return 1 if isinstance(event, Failed) else 0


def _report_end(name: str, part: subprocess.Popen[bytes], events: SimpleQueue[Event]) -> None:
    status = part.wait()
    words = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"
    events.put(Failed(f"The {name} ended by itself ({words}), so everything stops."))


def _wait_until_ready(port: int, events: SimpleQueue[Event]) -> Event | None:
    """None once web, database and worker live; otherwise what happened before they did."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while (complaint := _complaint(port)) and time.monotonic() < deadline:
        try:
            return events.get(timeout=0.1)
        except Empty:
            continue
    return Failed(f"Not ready after {READY_SECONDS_MAX} s: {complaint}") if complaint else None


def _complaint(port: int) -> str:
    """What is not well yet, in the words of GET /health; empty when all is."""
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        return "" if answer.status == HTTPStatus.OK else answer.read().decode(errors="replace")
    except (OSError, HTTPException) as problem:
        return str(problem) or type(problem).__name__
    finally:
        connection.close()


def _welcome(port: int, chosen: settings_module.Settings) -> str:
    """What a person needs once everything lives: where to go, and as whom."""
    address = f"http://{HOST}:{port}"
    people = f"\n{sign_ins()}\n" if chosen.demo else ""
    return f"{people}\n  Open             {address}\n  On-screen phone  {address}/dev/phone\n  Ctrl-C stops it.\n"


def _stop(parts: dict[str, subprocess.Popen[bytes]], events: SimpleQueue[Event]) -> None:
    """Ask both to end, wait while they finish what they hold, then insist; a second Ctrl-C insists at once."""
    _signal(parts, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(part.poll() is None for part in parts.values()) and time.monotonic() < deadline:
        try:
            if isinstance(events.get(timeout=0.05), Asked):
                break
        except Empty:
            continue
    _signal(parts, signal.SIGKILL)
    for part in parts.values():
        part.wait()


def _signal(parts: dict[str, subprocess.Popen[bytes]], number: signal.Signals) -> None:
    """Each part leads a process group of its own: its children hear the last word too."""
    for part in parts.values():
        if number is signal.SIGKILL:
            _signal_group(part.pid, number)
        elif part.poll() is None:
            part.send_signal(number)


def _signal_group(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):  # macOS answers "not permitted" for a group that has just gone
        return
