"""Waking the worker as soon as something was promised. Only a hint: the worker also looks by itself.

On PostgreSQL the promising transaction notifies, and the database delivers it when that commits. Elsewhere a datagram
goes to every worker's socket in the data folder after the commit. A hint that is lost costs one poll, never a message.
"""

from __future__ import annotations

import os
import select
import socket
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy import text

from posapp import settings
from posapp.core.db import after_commit, db, dialect_name

CHANNEL = "posapp_outbox"
FOLDER = "wake"
SOCKET_PATH_BYTES_MAX = 100
"""The name of a Unix socket holds 104 bytes on some systems."""

log = structlog.get_logger(__name__)


def hint() -> None:
    """Wake the workers when the open transaction has committed."""
    if dialect_name() == "postgresql":
        db.session.execute(text(f"NOTIFY {CHANNEL}"))
    else:
        after_commit(_knock)


def _knock() -> None:
    """One datagram into every worker's socket. What was promised has committed: nothing that fails here may matter."""
    for door in (settings.current().data_dir / FOLDER).glob("*.sock"):
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.sendto(b".", str(door))
        except ConnectionRefusedError:  # its worker is dead
            with suppress(OSError):
                door.unlink()
        except OSError:  # full, or gone: the worker is awake, or will look by itself
            continue


class Ear(Protocol):
    """Where hints arrive: something to select on, and to empty."""

    def fileno(self) -> int | None: ...
    def empty(self) -> None: ...
    def close(self) -> None: ...


class SocketEar:
    """Hints through a datagram socket of our own in the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._door = data_dir / FOLDER / f"{os.getpid()}.sock"
        self._socket = self._open()

    def fileno(self) -> int | None:
        return self._socket.fileno() if self._socket else None

    def empty(self) -> None:
        if self._socket:
            _drain(self._socket)

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._door.unlink(missing_ok=True)

    def _open(self) -> socket.socket | None:
        if len(os.fsencode(self._door)) > SOCKET_PATH_BYTES_MAX:
            log.warning("no_hints", reason="the data folder's path is too long for a socket")
            return None
        self._door.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._door.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listening.setblocking(False)
        listening.bind(str(self._door))
        return listening


class Bell:
    """What the worker sleeps on: rung by hints from outside, and by its own threads when they have finished."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._inner, self._button = socket.socketpair()
        self._inner.setblocking(False)
        self._button.setblocking(False)

    def ring(self) -> None:
        """Wake the sleeper; safe from any thread and from a signal handler."""
        with suppress(OSError):  # full: it is rung enough
            self._button.send(b".")

    def wait(self, seconds: float) -> bool:
        """Sleep until somebody rings, or for so long; did somebody ring?"""
        outer = self._ear.fileno()
        inner = self._inner.fileno()
        ready, _, _ = select.select([inner, *([] if outer is None else [outer])], [], [], seconds)
        if inner in ready:
            _drain(self._inner)
        if outer in ready:
            self._ear.empty()
        return bool(ready)

    def close(self) -> None:
        self._ear.close()
        self._inner.close()
        self._button.close()


def open_bell(chosen: settings.Settings) -> Bell:
    """The bell of one worker."""
    if chosen.url.startswith("postgresql"):
        from posapp.messaging.notifications import NotificationEar  # with its driver, which SQLite does without

        return Bell(NotificationEar(chosen.url, CHANNEL))
    return Bell(SocketEar(chosen.data_dir))


def _drain(readable: socket.socket) -> None:
    with suppress(BlockingIOError):
        while readable.recv(4096):
            continue
